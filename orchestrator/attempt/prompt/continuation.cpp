#include "orchestrator/attempt/prompt/continuation.h"

#include <algorithm>

namespace orchestrate {

Continuation continuation(const std::vector<Run>& earlier, const config::AgentType& agent_type,
                          const spawners::Driver& driver) {
  if (earlier.empty() || !agent_type.resume || !driver.traits.resumes) return {};
  const Run& last = earlier.back();
  if (!last.evidence.resumable || last.session_id.empty() || last.agent_type != agent_type.profile.name)
    return {};
  Continuation c;
  c.session = last.session_id;
  for (const Run& run : earlier) {
    if (run.session_id != c.session) continue;
    c.charged.tokens_in += run.tokens_in;
    c.charged.tokens_out += run.tokens_out;
    c.charged.cost_usd += run.cost_usd;
  }
  return c;
}

Charged used_by(const Attempt& a) {
  const Charged before = a.facts.notes.cumulative ? a.terms.charged : Charged();
  return {std::max<std::int64_t>(0, a.facts.notes.tokens_in - before.tokens_in),
          std::max<std::int64_t>(0, a.facts.notes.tokens_out - before.tokens_out),
          std::max(0.0, a.facts.notes.cost_usd - before.cost_usd)};
}

bool may_be_continued(const std::optional<spawners::ExitRecord>& exit, const spawners::Notes& notes,
                      bool begun) {
  using spawners::ExitReason;
  using spawners::Failure;
  if (!exit || exit->reason == ExitReason::spawn_failed || notes.session_id.empty()) return false;
  if (!notes.finished) {
    // Ended by us. By itself: a session that the CLI does not find ends so, too.
    return exit->reason != ExitReason::exited;
  }
  if (notes.finished->ok) return true;
  if (begun && notes.tokens_in == 0) return false;
  switch (notes.finished->failure) {
    case Failure::rate_limit:
    case Failure::overloaded:
    case Failure::credit:
    case Failure::max_turns:
    case Failure::budget:
      return true;
    default:
      return false;
  }
}

}  // namespace orchestrate
