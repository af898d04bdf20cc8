#include "orchestrator/attempt/judge.h"

#include <algorithm>

#include "text/listed.h"

namespace orchestrate {
namespace {

using spawners::ExitReason;
using spawners::Failure;

std::string in_words(const workspaces::Listing& files) {
  return listed(files.names, files.count - std::ssize(files.names));
}

Verdict escalate(std::string kind, std::string why) {
  Verdict v;
  v.kind = VerdictKind::escalate;
  v.inbox_kind = std::move(kind);
  v.why = std::move(why);
  return v;
}

// A failed attempt: again while attempts are left, then to a human.
Verdict failed(const Outcome& o, const std::string& why, std::string output = {}) {
  const bool again = o.attempt < o.attempts_allowed;
  Verdict v = escalate(again ? "" : "attempts_exhausted", why);
  if (again) v.kind = VerdictKind::retry;
  v.failing_output = std::move(output);
  return v;
}

Verdict not_counted(VerdictKind kind, std::string why) {
  Verdict v;
  v.kind = kind;
  v.counts = false;
  v.why = std::move(why);
  return v;
}

// Nothing ran, or nobody knows what ran.
std::optional<Verdict> judge_start(const Outcome& o) {
  if (o.interrupted && o.cancelled) return not_counted(VerdictKind::escalate, "a person cancelled it");
  if (o.interrupted) return not_counted(VerdictKind::retry, "stopped with the session");
  if (!o.setup_error.empty()) return escalate("spawn_failed", o.setup_error);
  if (o.lost || !o.exit) {
    if (o.idempotent) return failed(o, "outcome unknown, and the agent type may be repeated");
    return escalate("unknown_outcome", "nobody knows what the agent did: its supervisor process was killed");
  }
  if (o.exit->reason == ExitReason::spawn_failed)
    return escalate("spawn_failed", spawners::describe(*o.exit));
  return std::nullopt;
}

// A program that gave up while its provider refused it may not have written a last record.
std::optional<spawners::FinishedNote> cut_off_by_limit(const Outcome& o) {
  // Some wait out hours that the provider named, without a word, until they are stopped.
  const bool waited = o.exit->reason == ExitReason::silence_limit || o.exit->reason == ExitReason::wall_limit;
  const bool gave_up =
      o.exit->reason == ExitReason::exited && (o.exit->code != 0 || o.writes_terminal_record);
  if (!o.notes.rate_limit || !(gave_up || waited)) return std::nullopt;
  return spawners::FinishedNote{false, Failure::rate_limit, o.notes.rate_limit->why};
}

// The provider refused: not the task's fault, so it never uses up an attempt.
std::optional<Verdict> judge_provider(const Outcome& o) {
  const auto finished = o.notes.finished ? o.notes.finished : cut_off_by_limit(o);
  if (!finished || finished->ok) return std::nullopt;
  Verdict v;
  switch (finished->failure) {
    case Failure::auth:
      v = escalate("auth_required", "the provider refused the login: " + finished->text);
      break;
    case Failure::credit:
      v = escalate("budget", "the provider's credit is used up: " + finished->text);
      break;
    case Failure::rate_limit:
    case Failure::overloaded:
      v = not_counted(VerdictKind::park, "the provider's limit: " + finished->text);
      if (o.notes.rate_limit) v.park_until_ms = o.notes.rate_limit->until_ms;
      break;
    default:
      return std::nullopt;
  }
  v.counts = false;
  return v;
}

// Why the program says it failed: in its last record, or before it could write one.
std::string last_words(const spawners::Notes& notes) {
  if (!notes.finished) return notes.blamed_text;
  return notes.finished->ok ? std::string() : notes.finished->text;
}

// The child's end, then the vendor's own record.
std::optional<Verdict> judge_end(const Outcome& o) {
  if (o.exit->reason != ExitReason::exited || o.exit->code != 0) {
    const std::string said = last_words(o.notes);
    return failed(o, spawners::describe(*o.exit) + (said.empty() ? "" : ": " + said));
  }
  const auto& finished = o.notes.finished;
  if (finished && !finished->ok) return failed(o, "the program reported a failure: " + finished->text);
  if (!finished && o.writes_terminal_record)
    return failed(o, "exit 0, but the program never wrote its final record");
  return std::nullopt;
}

std::optional<Verdict> judge_work(const Outcome& o) {
  if (!o.snapshot_error.empty()) {
    return escalate("unknown_outcome", "what the agent left could not be read: " + o.snapshot_error);
  }
  if (o.expects_changes && !o.changed)
    return failed(o, "exit 0, but nothing was changed where a change was due");
  return std::nullopt;
}

std::optional<Verdict> judge_checks(const Outcome& o) {
  const auto red = [](const CheckResult& c) { return !c.passed; };
  const auto first = std::find_if(o.checks.begin(), o.checks.end(), red);
  if (first == o.checks.end()) {
    if (o.checks.size() < o.checks_due) return escalate("unknown_outcome", "not every check could be run");
    return std::nullopt;
  }
  const bool base = std::all_of(o.checks.begin(), o.checks.end(), [](const CheckResult& c) {
    return c.passed || (c.of_project && c.red_on_base);
  });
  if (base) {
    Verdict v = escalate("base_red",
                         "`" + first->command + "` fails on the untouched base too: not this task's fault");
    v.failing_output = first->output_tail;
    v.counts = false;
    return v;
  }
  const auto own = std::find_if(o.checks.begin(), o.checks.end(), [](const CheckResult& c) {
    return !c.passed && !(c.of_project && c.red_on_base);
  });
  return failed(o, "`" + own->command + "` failed: " + own->how, own->output_tail);
}

// Last: a failed check is the clearer answer, and a person decides better when the checks have spoken.
std::optional<Verdict> judge_gates(const Outcome& o) {
  if (o.gates_changed.count == 0) return std::nullopt;
  return escalate("tampered", "changed protected files: " + in_words(o.gates_changed));
}

std::vector<std::string> flags(const Outcome& o) {
  std::vector<std::string> flags;
  if (!o.notes.denied.empty()) flags.push_back("tools refused: " + listed(o.notes.denied));
  if (o.gates_changed.count > 0) flags.push_back("protected files changed: " + in_words(o.gates_changed));
  if (o.exit && o.exit->swept > 0) {
    flags.push_back(std::to_string(o.exit->swept) + " background processes had to be ended");
  }
  if (o.exit && o.exit->left > 0)
    flags.push_back(std::to_string(o.exit->left) + " processes could NOT be ended");
  return flags;
}

}  // namespace

std::string_view to_string(VerdictKind kind) {
  switch (kind) {
    case VerdictKind::accept:
      return "accept";
    case VerdictKind::retry:
      return "retry";
    case VerdictKind::park:
      return "park";
    case VerdictKind::escalate:
      return "escalate";
  }
  return "escalate";
}

Verdict judge(const Outcome& o) {
  for (const auto& rule : {judge_start, judge_provider, judge_end, judge_work, judge_checks, judge_gates}) {
    if (auto verdict = rule(o)) {
      verdict->flags = flags(o);
      return *verdict;
    }
  }
  Verdict v;
  v.kind = VerdictKind::accept;
  v.verified = !o.checks.empty();
  v.why = v.verified ? "every check passed on the tree the agent left"
                     : "accepted without a check: none is configured";
  v.flags = flags(o);
  return v;
}

}  // namespace orchestrate
