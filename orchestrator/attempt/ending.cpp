#include "orchestrator/attempt/ending.h"

#include "orchestrator/attempt/backoff.h"
#include "orchestrator/attempt/prompt/continuation.h"
#include "orchestrator/attempt/prompt/packet.h"
#include "text/words.h"

namespace orchestrate {
namespace {

constexpr std::size_t kSummaryBytes = 16 << 10;
constexpr std::size_t kListed = 200;

// The state a verdict gives to its task.
TaskState state_for(const Verdict& verdict) {
  switch (verdict.kind) {
    case VerdictKind::accept:
      return TaskState::done;
    case VerdictKind::retry:
    case VerdictKind::park:
      return TaskState::queued;
    case VerdictKind::escalate:
      break;
  }
  return verdict.inbox_kind ? facts_of(*verdict.inbox_kind).task_state : TaskState::cancelled;
}

void describe_work(Run& run, const Attempt& a) {
  const auto& snapshot = *a.facts.snapshot;
  run.commit = snapshot.commit;
  run.tree = snapshot.tree;
  run.evidence.changed_files = snapshot.changed_files;
  run.evidence.insertions = snapshot.insertions;
  run.evidence.deletions = snapshot.deletions;
  run.evidence.left_out_count = snapshot.left_out_count;
  run.evidence.history = snapshot.history;
  for (const auto& change : snapshot.changes) {
    if (run.evidence.changed.size() >= kListed) break;
    run.evidence.changed.push_back(std::string(1, change.status) + " " + change.path);
  }
  for (const auto& left : snapshot.left_out)
    run.evidence.left_out.push_back(left.path + ": " + left.why);
  if (!snapshot.history_note.empty()) run.evidence.flags.push_back("history: " + snapshot.history_note);
  if (snapshot.left_out_count > 0) {
    run.evidence.flags.push_back(text::counted(snapshot.left_out_count, "thing", "things") +
                                 " in the workspace not in the result");
  }
}

// Everything learnt, written into the row.
void describe_run(Attempt& a) {
  Run& run = a.run;
  const Verdict& verdict = *a.verdict;
  run.verdict = verdict.kind;
  run.why = verdict.why;
  run.outcome = a.facts.exit ? spawners::describe(*a.facts.exit) : "not started";
  if (a.facts.lost) run.outcome = "unknown";
  run.exit = a.facts.exit;
  describe_progress(a);
  if (a.facts.notes.finished) run.summary = a.facts.notes.finished->text.substr(0, kSummaryBytes);
  if (a.facts.workspace_removed) run.workspace.clear();
  run.evidence.checks = a.facts.results;
  if (!a.facts.notes.version.empty()) run.evidence.cli_version = a.facts.notes.version;
  run.evidence.resumable = may_be_continued(a.facts.exit, a.facts.notes, a.terms.resume_session.empty());
  run.evidence.unknown_lines = a.facts.notes.unknown_lines;
  run.evidence.flags.insert(run.evidence.flags.end(), verdict.flags.begin(), verdict.flags.end());
  if (a.facts.snapshot) describe_work(run, a);
  if (a.facts.landed) run.branch = a.facts.landed->branch;
}

bool provider_rests(const Verdict& verdict) {
  return verdict.kind == VerdictKind::park || about_provider(verdict.inbox_kind);
}

Park park_of(const Attempt& a, std::int64_t now_ms) {
  const Verdict& verdict = *a.verdict;
  Park park{a.terms.agent.provider, std::nullopt, verdict.why, 1};
  if (verdict.kind == VerdictKind::park) {
    park.until_ms = verdict.park_until_ms ? *verdict.park_until_ms + kResetMarginMs
                                          : now_ms + cool_down_ms(a.task.ledger.waits + 1);
  }
  return park;
}

}  // namespace

void describe_progress(Attempt& a) {
  Run& run = a.run;
  run.session_id = a.facts.notes.session_id;
  run.model = a.facts.notes.model;
  const Charged used = used_by(a);
  run.tokens_in = used.tokens_in;
  run.tokens_out = used.tokens_out;
  run.cost_usd = used.cost_usd;
  if (!a.facts.created) return;
  run.workspace = a.facts.created->path;
  run.base = a.facts.created->base_commit;
}

Settlement end_attempt(Attempt& a, std::int64_t now_ms, double random, const std::string& run_dir) {
  describe_run(a);
  const Verdict& verdict = *a.verdict;
  Settlement s;
  s.state = state_for(verdict);
  s.counts = verdict.counts;
  if (verdict.kind == VerdictKind::accept) s.verified = verdict.verified;
  if (verdict.kind == VerdictKind::retry && verdict.counts)
    s.next_attempt_ms = now_ms + retry_delay_ms(a.terms.number, random);
  if (verdict.kind == VerdictKind::escalate && verdict.inbox_kind) s.item = packet_for(a, verdict, run_dir);
  if (provider_rests(verdict) && !a.terms.agent.provider.empty()) s.park = park_of(a, now_ms);
  return s;
}

}  // namespace orchestrate
