#include "orchestrator/attempt/judge.h"

#include <algorithm>

#include "text/list.h"
#include "text/words.h"

namespace orchestrate {
namespace {

using spawners::ExitReason;
using spawners::Failure;

bool writes_terminal_record(const Terms& t) {
  return t.driver != nullptr && t.driver->writes_terminal_record(t.agent.profile);
}

std::string in_words(const workspaces::Listing& files) {
  return text::join_more(files.names, files.count - std::ssize(files.names));
}

Verdict escalate(InboxKind kind, std::string why) {
  Verdict v;
  v.kind = VerdictKind::escalate;
  v.inbox_kind = kind;
  v.why = std::move(why);
  return v;
}

// A failed attempt: again while attempts are left, then to a human.
Verdict failed(const Terms& t, const std::string& why, std::string output = {}) {
  const bool again = t.number < t.allowed;
  Verdict v = escalate(InboxKind::attempts_exhausted, why);
  if (again) {
    v.kind = VerdictKind::retry;
    v.inbox_kind.reset();
  }
  v.failing_output = std::move(output);
  return v;
}

// A person is asked, and nobody is blamed.
Verdict unknown(std::string why) {
  Verdict v = escalate(InboxKind::unknown_outcome, std::move(why));
  v.counts = false;
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
std::optional<Verdict> judge_start(const Facts& f, const Terms& t) {
  if (f.interrupted && f.cancelled) return not_counted(VerdictKind::escalate, "a person cancelled it");
  // Found by a later session, which could not judge its work, and ended.
  const bool begun = f.exit || f.lost;
  if (!f.setup_error.empty() && begun) return unknown(f.setup_error);
  if (!f.machine_fault.empty())
    return not_counted(VerdictKind::retry, "it failed while the machine did: " + f.machine_fault);
  if (f.interrupted) return not_counted(VerdictKind::retry, "stopped with the session");
  if (f.hook_lost) return unknown(f.setup_error);
  if (!f.setup_error.empty()) return escalate(InboxKind::spawn_failed, f.setup_error);
  if (f.lost || !f.exit) {
    if (t.agent.idempotent) return failed(t, "outcome unknown, and the agent type may be repeated");
    return unknown("nobody knows what the agent did: " + f.lost_why);
  }
  if (f.exit->reason == ExitReason::spawn_failed)
    return escalate(InboxKind::spawn_failed, spawners::describe(*f.exit));
  return std::nullopt;
}

// A program that gave up while its provider refused it may not have written a last record.
std::optional<spawners::FinishedNote> cut_off_by_limit(const Facts& f, const Terms& t) {
  // Some wait out hours that the provider named, without a word, until they are stopped.
  const bool waited = f.exit->reason == ExitReason::silence_limit || f.exit->reason == ExitReason::wall_limit;
  const bool gave_up =
      f.exit->reason == ExitReason::exited && (f.exit->code != 0 || writes_terminal_record(t));
  if (!f.notes.rate_limit || !(gave_up || waited)) return std::nullopt;
  return spawners::FinishedNote{false, Failure::rate_limit, f.notes.rate_limit->why};
}

// The provider refused: not the task's fault, so it never uses up an attempt.
std::optional<Verdict> judge_provider(const Facts& f, const Terms& t) {
  const auto finished = f.notes.finished ? f.notes.finished : cut_off_by_limit(f, t);
  if (!finished || finished->ok) return std::nullopt;
  Verdict v;
  switch (finished->failure) {
    case Failure::auth:
      v = escalate(InboxKind::auth_required, "the provider refused the login: " + finished->text);
      break;
    case Failure::credit:
      v = escalate(InboxKind::budget, "the provider's credit is used up: " + finished->text);
      break;
    case Failure::rate_limit:
    case Failure::overloaded:
      v = not_counted(VerdictKind::park, "the provider's limit: " + finished->text);
      if (f.notes.rate_limit) v.park_until_ms = f.notes.rate_limit->until_ms;
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
std::optional<Verdict> judge_end(const Facts& f, const Terms& t) {
  if (f.exit->reason != ExitReason::exited || f.exit->code != 0) {
    const std::string said = last_words(f.notes);
    return failed(t, spawners::describe(*f.exit) + (said.empty() ? "" : ": " + said));
  }
  const auto& finished = f.notes.finished;
  if (finished && !finished->ok) return failed(t, "the program reported a failure: " + finished->text);
  if (!finished && writes_terminal_record(t))
    return failed(t, "exit 0, but the program never wrote its final record");
  return std::nullopt;
}

std::optional<Verdict> judge_work(const Facts& f, const Terms& t) {
  if (!f.snapshot_error.empty()) return unknown("what the agent left could not be read: " + f.snapshot_error);
  if (t.agent.expects_changes && !(f.snapshot && f.snapshot->changed))
    return failed(t, "exit 0, but nothing was changed where a change was due");
  return std::nullopt;
}

// What fails may fail on the base too, and that was asked without an answer.
Verdict base_unknown(const Facts& f) {
  const auto& [place, why] = *std::ranges::find_if(f.base_silence, [&f](const auto& s) {
    return s.first < f.results.size() && !f.results[s.first].passed;
  });
  const CheckResult& check = f.results.at(place);
  Verdict v =
      unknown("`" + check.command + "` failed, and nobody knows whether it fails on the base too: " + why);
  v.failing_output = check.output_tail;
  return v;
}

std::optional<Verdict> judge_checks(const Facts& f, const Terms& t) {
  const auto red = [](const CheckResult& c) { return !c.passed; };
  const auto first = std::find_if(f.results.begin(), f.results.end(), red);
  if (first == f.results.end()) {
    if (f.results.size() == t.checks.size()) return std::nullopt;
    Verdict v = unknown("not every check could be run");
    for (const std::string& why : {f.silent_check, f.fresh_error})
      if (!why.empty()) v.why += ": " + why;
    return v;
  }
  const bool base = std::all_of(f.results.begin(), f.results.end(), [](const CheckResult& c) {
    return c.passed || (c.of_project && c.red_on_base);
  });
  if (base) {
    Verdict v = escalate(InboxKind::base_red,
                         "`" + first->command + "` fails on the untouched base too: not this task's fault");
    v.failing_output = first->output_tail;
    v.counts = false;
    return v;
  }
  // A check that the task brought is its own; of one of the project's the base may be to blame.
  const auto is_its_own = [&f](const CheckResult& c) {
    const auto place = static_cast<std::size_t>(&c - f.results.data());
    return !c.passed && !(c.of_project && (c.red_on_base || f.base_silence.contains(place)));
  };
  const auto own = std::ranges::find_if(f.results, is_its_own);
  if (own == f.results.end()) return base_unknown(f);
  return failed(t, "`" + own->command + "` failed: " + own->how, own->output_tail);
}

// Last: a failed check is the clearer answer, and a person decides better when the checks have spoken.
std::optional<Verdict> judge_gates(const Facts& f) {
  if (!f.snapshot || f.snapshot->gates_changed.count == 0) return std::nullopt;
  return escalate(InboxKind::tampered, "changed protected files: " + in_words(f.snapshot->gates_changed));
}

std::vector<std::string> flags(const Facts& f) {
  std::vector<std::string> flags;
  if (!f.notes.denied.empty()) flags.push_back("tools refused: " + text::join_and(f.notes.denied));
  if (f.snapshot && f.snapshot->gates_changed.count > 0)
    flags.push_back("protected files changed: " + in_words(f.snapshot->gates_changed));
  if (f.exit && f.exit->swept > 0) {
    flags.push_back(text::counted(f.exit->swept, "background process", "background processes") +
                    " had to be ended");
  }
  if (f.exit && f.exit->left > 0)
    flags.push_back(text::counted(f.exit->left, "process", "processes") + " could NOT be ended");
  return flags;
}

Verdict accepted(const Facts& f) {
  Verdict v;
  v.kind = VerdictKind::accept;
  v.verified = !f.results.empty();
  v.why = v.verified ? "every check passed on the tree the agent left"
                     : "accepted without a check: none is configured";
  return v;
}

}  // namespace

std::optional<Verdict> judge_before_checks(const Facts& f, const Terms& t) {
  for (const auto& rule : {judge_start, judge_provider, judge_end, judge_work}) {
    if (auto verdict = rule(f, t)) return verdict;
  }
  return std::nullopt;
}

Verdict judge(const Facts& f, const Terms& t) {
  std::optional<Verdict> verdict = judge_before_checks(f, t);
  if (!verdict) verdict = judge_checks(f, t);
  if (!verdict) verdict = judge_gates(f);
  if (!verdict) verdict = accepted(f);
  verdict->flags = flags(f);
  return *verdict;
}

Verdict judge_landing(Verdict verdict, const Facts& f) {
  if (verdict.kind != VerdictKind::accept || f.land_error.empty()) return verdict;
  verdict.kind = VerdictKind::escalate;
  verdict.inbox_kind = InboxKind::unverified;
  verdict.why = "the work was accepted but could not be published: " + f.land_error;
  return verdict;
}

}  // namespace orchestrate
