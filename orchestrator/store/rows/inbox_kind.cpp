#include "orchestrator/store/rows/inbox_kind.h"

#include <algorithm>
#include <array>

namespace orchestrate {
namespace {

constexpr std::string_view kWaits = "It waits, and what depends on it; the rest of the queue goes on.";

constexpr InboxOption kRetry = {"retry", Answer::retry,
                                "Queue it again, with attempts, time and budget reset"};
constexpr InboxOption kDone = {"done", Answer::done, "Close it as done by you, not verified"};
constexpr InboxOption kCancel = {"cancel", Answer::cancel, "Cancel it"};
constexpr InboxOption kUseAgain = {"done", Answer::lift_park, "Use the provider again"};

constexpr std::array kByHand = {kDone, kCancel};
constexpr std::array kRetryOrCancel = {kRetry, kCancel};
constexpr std::array kAny = {kRetry, kDone, kCancel};
constexpr std::array kJudgeIt = {kDone, kRetry, kCancel};
constexpr std::array kProvider = {kUseAgain};

constexpr TaskState kWaiting = TaskState::waiting_human;

constexpr std::array kFacts = {
    InboxKindFacts{InboxKind::strategic, "needs a decision of strategy", kWaits, kByHand, "done", kWaiting},
    InboxKindFacts{InboxKind::manual, "is a person's task", kWaits, kByHand, "done", kWaiting},
    InboxKindFacts{InboxKind::no_route, "has no agent type",
                   "It waits until a rule in routing.toml sends it to somebody and it is tried again.",
                   kRetryOrCancel, "retry", kWaiting},
    InboxKindFacts{InboxKind::spawn_failed, "could not be started", kWaits, kRetryOrCancel, "retry",
                   kWaiting},
    InboxKindFacts{InboxKind::attempts_exhausted, "failed in every attempt",
                   "It has failed; what depends on it waits.", kAny, "retry", TaskState::failed},
    InboxKindFacts{InboxKind::task_budget, "has spent what one task may cost",
                   "It waits, and what depends on it. `[limits] task_cost_usd` is what one task may cost.",
                   kAny, "retry", kWaiting},
    InboxKindFacts{InboxKind::unverified, "was accepted, but could not be published", kWaits, kAny, "retry",
                   kWaiting},
    InboxKindFacts{InboxKind::base_red, "cannot be judged: the base is red",
                   "It waits; other tasks may meet the same red check.", kAny, "retry", kWaiting},
    InboxKindFacts{InboxKind::unknown_outcome, "ended, nobody knows how",
                   "It waits: repeating it might do its work twice.", kAny, "retry", kWaiting},
    InboxKindFacts{InboxKind::tampered, "changed what judges it", "Its work is kept apart and not accepted.",
                   kJudgeIt, "retry", kWaiting},
    // Not the task's fault: it is tried again once the person has answered for the provider.
    InboxKindFacts{InboxKind::auth_required, "the provider refuses the login",
                   "Nothing is started with this provider until this is answered.", kProvider, "done",
                   TaskState::queued, true},
    InboxKindFacts{InboxKind::budget, "the provider's credit is used up",
                   "Nothing is started with this provider until this is answered.", kProvider, "done",
                   TaskState::queued, true},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kFacts.size(); ++i) {
    if (kFacts[i].kind != static_cast<InboxKind>(i)) return false;
  }
  return kFacts.size() == std::size(Words<InboxKind>::all);
}
static_assert(in_order());

}  // namespace

const InboxKindFacts& facts_of(InboxKind kind) {
  return kFacts.at(static_cast<std::size_t>(kind));
}

bool about_provider(const std::optional<InboxKind>& kind) {
  return kind && facts_of(*kind).about_provider;
}

const InboxOption* find_option(InboxKind kind, std::string_view word) {
  const auto options = facts_of(kind).options;
  const auto found = std::ranges::find(options, word, &InboxOption::word);
  return found == options.end() ? nullptr : &*found;
}

}  // namespace orchestrate
