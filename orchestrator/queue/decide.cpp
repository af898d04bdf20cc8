#include "orchestrator/queue/decide.h"

#include <algorithm>
#include <tuple>

#include "text/priority.h"
#include "text/time_text.h"

namespace orchestrate {
namespace {

constexpr int kMaxWaits = 20;  // rate limits and shutdowns are not failures, but they are bounded

routing::Query query_of(const Task& task) {
  routing::Query q;
  q.title = task.title;
  q.type = task.type;
  q.priority = text::priority_short(task.rank);
  q.needs = task.needs;
  q.labels = task.labels;
  q.touches = task.touches;
  q.source = task.source;
  q.agent = task.agent_type;
  q.manual = task.manual;
  q.attempts = task.ledger.attempts;
  return q;
}

routing::Candidate candidate_of(const config::AgentType& agent_type, const Situation& s) {
  routing::Candidate c;
  c.name = agent_type.profile.name;
  c.fallback = agent_type.fallback;
  if (const auto it = s.unusable.find(c.name); it != s.unusable.end()) {
    c.parked = true;
    c.why_not = it->second;
  } else if (const auto park = s.parks.find(agent_type.provider); park != s.parks.end()) {
    c.parked = true;
    c.why_not = "provider " + agent_type.provider + " rests " +
                (park->second.until_ms ? "until " + text::local_time(*park->second.until_ms, s.now_ms)
                                       : "until a person has answered") +
                ": " + park->second.why;
  }
  const auto running = s.running_by_type.find(c.name);
  if (running != s.running_by_type.end() && running->second >= agent_type.max_parallel) {
    c.free_slot = false;
    if (c.why_not.empty()) c.why_not = "all " + std::to_string(agent_type.max_parallel) + " slots are taken";
  }
  return c;
}

std::vector<routing::Candidate> candidates(const Situation& s) {
  std::vector<routing::Candidate> list;
  for (const auto& [name, agent_type] : s.config->agent_types)
    list.push_back(candidate_of(agent_type, s));
  return list;
}

Decision human(routing::Route route, InboxKind kind) {
  Decision d;
  d.kind = Decision::Kind::human;
  d.route = std::move(route);
  d.inbox_kind = kind;
  return d;
}

InboxKind human_kind(const Task& task, const routing::Route& route) {
  if (route.no_route) return InboxKind::no_route;
  if (task.manual) return InboxKind::manual;
  const auto is = [&task](const char* type) {
    return std::equal(task.type.begin(), task.type.end(), type, type + std::char_traits<char>::length(type),
                      [](char a, char b) { return std::toupper(static_cast<unsigned char>(a)) == b; });
  };
  if (is("STRATEGIC") || is("ARCHITECTURE")) return InboxKind::strategic;
  return route.rule == "default" ? InboxKind::no_route : InboxKind::manual;
}

// What only a human can change: where it goes, and what the task has used up.
std::optional<Decision> decide_human(const Task& task, const routing::Route& route, const Situation& s) {
  const auto& limits = s.config->limits;
  const auto with_why = [&route](InboxKind kind, std::string why) {
    Decision d = human(route, kind);
    d.route.why = std::move(why);
    return d;
  };
  if (route.to == routing::kHuman || route.no_route) return human(route, human_kind(task, route));
  const auto& auto_spawn = s.config->dispatch.auto_spawn;
  if (std::find(auto_spawn.begin(), auto_spawn.end(), text::priority_short(task.rank)) == auto_spawn.end()) {
    return with_why(InboxKind::manual, text::priority_short(task.rank) +
                                           " tasks are not started automatically ([dispatch] auto_spawn)");
  }
  if (task.ledger.attempts >= limits.task_attempts) {
    return with_why(InboxKind::attempts_exhausted,
                    "all " + std::to_string(limits.task_attempts) + " attempts are used up");
  }
  if (task.ledger.waits >= kMaxWaits)
    return with_why(InboxKind::attempts_exhausted, "it was put off too often");
  if (task.ledger.cost_usd >= limits.task_cost_usd)
    return with_why(InboxKind::task_budget, "its cost limit is reached");
  if (task.ledger.wall_ms >= limits.task_wall_ms)
    return with_why(InboxKind::attempts_exhausted, "its time limit is used up");
  return std::nullopt;
}

// Nobody can ever start it on this machine: a person must know now, not in the morning.
bool unspawnable(const routing::Route& route, const Situation& s) {
  return route.to.empty() && !route.waits_for.empty() &&
         std::all_of(route.waits_for.begin(), route.waits_for.end(),
                     [&s](const std::string& name) { return s.unusable.contains(name); });
}

void wait_until(Decision& d, std::int64_t at_ms) {
  d.wake_at_ms = std::min(d.wake_at_ms.value_or(at_ms), at_ms);
}

void hold_by_task(Decision& d, const Task& task, const std::vector<Task>& unmet, const Situation& s) {
  if (task.held) {
    d.holds.emplace_back("a person holds it");
    d.due = false;
  }
  for (const auto& dependency : unmet) {
    d.holds.push_back("depends on " + std::to_string(dependency.id) + ", which is " +
                      std::string(to_string(dependency.state)));
  }
  if (task.not_before_ms && *task.not_before_ms > s.now_ms) {
    d.holds.push_back("not before " + text::local_time(*task.not_before_ms, s.now_ms));
    d.due = false;
    wait_until(d, *task.not_before_ms);
  }
  if (task.next_attempt_ms && *task.next_attempt_ms > s.now_ms) {
    d.holds.push_back("next attempt at " + text::local_time(*task.next_attempt_ms, s.now_ms));
    wait_until(d, *task.next_attempt_ms);
  }
}

void hold_by_agents(Decision& d, const Situation& s) {
  if (!d.route.to.empty()) return;
  for (const auto& name : d.route.waits_for) {
    const auto& agent_type = s.config->agent_types.at(name);
    const auto candidate = candidate_of(agent_type, s);
    d.holds.push_back(name + ": " + candidate.why_not);
    const auto park = s.parks.find(agent_type.provider);
    if (park != s.parks.end() && park->second.until_ms) wait_until(d, *park->second.until_ms);
  }
}

void hold_by_session(Decision& d, const Situation& s) {
  if (!s.closed.empty()) {
    d.holds.push_back(s.closed);
    d.stopped_by_limit = true;
  }
  if (s.running >= s.max_parallel) {
    d.holds.push_back("no slot: " + std::to_string(s.running) + " of " + std::to_string(s.max_parallel) +
                      " are taken");
  }
  // A person is no agent type, and one whose task is not due yet has not been handed it.
  if (d.route.to.empty() || d.route.to == routing::kHuman) return;
  const auto& agent_type = s.config->agent_types.at(d.route.to);
  if (workspace_kind(*s.config, agent_type) == workspaces::Kind::in_place && s.in_place_busy) {
    d.holds.emplace_back("another task works in the project's own checkout");
  }
  const double max_cost_usd = agent_type.profile.max_cost_usd;
  const double worst = s.session_cost_usd + s.reserved_cost_usd + max_cost_usd;
  if (max_cost_usd > 0 && worst > s.max_session_cost_usd) {
    d.holds.push_back("budget: " + text::money(s.session_cost_usd) + " spent and " +
                      text::money(s.reserved_cost_usd) + " reserved of " +
                      text::money(s.max_session_cost_usd) + ", and this may cost " +
                      text::money(max_cost_usd));
    d.stopped_by_limit = true;
  }
}

}  // namespace

Decision decide(const Task& task, const std::vector<Task>& unmet, const Situation& s) {
  Decision d;
  d.route = routing::route(s.config->rules, query_of(task), candidates(s));
  hold_by_task(d, task, unmet, s);
  if (d.due) {
    if (auto to_human = decide_human(task, d.route, s)) return *to_human;
    if (unspawnable(d.route, s)) return human(d.route, InboxKind::spawn_failed);
  }
  hold_by_agents(d, s);
  hold_by_session(d, s);
  d.kind = d.holds.empty() ? Decision::Kind::start : Decision::Kind::wait;
  return d;
}

bool earlier(const Task& a, const Task& b, std::int64_t now_ms, std::int64_t aging_ms) {
  const auto rank = [&](const Task& t) {
    return aging_ms <= 0 ? t.rank : std::max<std::int64_t>(0, t.rank - (now_ms - t.created_ms) / aging_ms);
  };
  return std::make_tuple(rank(a), a.created_ms, a.id) < std::make_tuple(rank(b), b.created_ms, b.id);
}

}  // namespace orchestrate
