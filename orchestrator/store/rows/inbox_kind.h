// The kinds of decisions that people owe: one table says of each its words, its options, and what becomes of
// the task.
//
// A kind more is an enumerator here and a row there. Pure.
#pragma once

#include <span>
#include <string_view>

#include "orchestrator/store/rows/task.h"
#include "orchestrator/store/rows/words.h"

namespace orchestrate {

enum class InboxKind {
  strategic,
  manual,
  no_route,
  spawn_failed,
  attempts_exhausted,
  task_budget,
  unverified,
  base_red,
  unknown_outcome,
  tampered,
  auth_required,
  budget
};

template <>
struct Words<InboxKind> {
  static constexpr std::string_view all[] = {
      "strategic",  "manual",   "no_route",        "spawn_failed", "attempts_exhausted", "task_budget",
      "unverified", "base_red", "unknown_outcome", "tampered",     "auth_required",      "budget"};
};

// What an answer brings about. Of a task: queued again with a fresh ledger; done, without verification;
// cancelled. Of a provider: it may be used again, and no task is touched.
enum class Answer { retry, done, cancel, lift_park };

struct InboxOption {
  std::string_view word;
  Answer answer;
  std::string_view does;  // in words for people
};

struct InboxKindFacts {
  InboxKind kind;
  std::string_view title;  // behind the task's title, or the provider's name
  std::string_view meanwhile;
  std::span<const InboxOption> options;
  std::string_view default_option;
  TaskState task_state;  // when an attempt ends so, until the person has answered
  // One item for all tasks of a provider, which rests until the answer.
  bool about_provider = false;
};

[[nodiscard]] const InboxKindFacts& facts_of(InboxKind kind);
[[nodiscard]] bool about_provider(const std::optional<InboxKind>& kind);
// Null: that kind does not offer it.
[[nodiscard]] const InboxOption* find_option(InboxKind kind, std::string_view word);

}  // namespace orchestrate
