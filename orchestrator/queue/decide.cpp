#include "orchestrator/queue/decide.h"

#include <algorithm>
#include <deque>
#include <map>
#include <utility>

#include "text/list.h"
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
std::optional<Decision> decide_human(const Task& task, const routing::Route& route,
                                     const SchedulingContext& c) {
  const auto& limits = c.config().limits;
  const auto with_why = [&route](InboxKind kind, std::string why) {
    Decision d = human(route, kind);
    d.route.why = std::move(why);
    return d;
  };
  if (route.to == routing::kHuman || route.no_route) return human(route, human_kind(task, route));
  const auto& auto_spawn = c.config().dispatch.auto_spawn;
  if (std::find(auto_spawn.begin(), auto_spawn.end(), text::priority_short(task.rank)) == auto_spawn.end()) {
    return with_why(InboxKind::manual, text::priority_short(task.rank) +
                                           " tasks are not started automatically ([dispatch] auto_spawn)");
  }
  if (task.ledger.attempts >= limits.task_attempts) {
    return with_why(InboxKind::attempts_exhausted,
                    limits.task_attempts == 1
                        ? "its only attempt is used up"
                        : "all " + std::to_string(limits.task_attempts) + " attempts are used up");
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
bool unspawnable(const routing::Route& route, const SchedulingContext& c) {
  return route.to.empty() && !route.waits_for.empty() &&
         std::all_of(route.waits_for.begin(), route.waits_for.end(),
                     [&c](const std::string& name) { return c.is_unusable(name); });
}

void wait_until(Decision& d, std::int64_t at_ms) {
  d.wake_at_ms = std::min(d.wake_at_ms.value_or(at_ms), at_ms);
}

void hold_by_task(Decision& d, const Task& task, const std::vector<Task>& unmet, const SchedulingContext& c) {
  if (task.held) {
    d.holds.emplace_back("a person holds it");
    d.due = false;
  }
  d.waits_for_tasks = !unmet.empty();
  for (const auto& dependency : unmet) {
    const std::string id = std::to_string(dependency.id);
    // Nothing but a person changes that.
    const bool over = dependency.state == TaskState::cancelled || dependency.state == TaskState::failed;
    const std::string way_out = over ? ": `orchestrate retry " + id + "`, or `orchestrate edit " +
                                           std::to_string(task.id) + " --depends-on`"
                                     : "";
    d.holds.push_back("depends on " + id + ", which is " + std::string(to_string(dependency.state)) +
                      way_out);
  }
  if (task.not_before_ms && *task.not_before_ms > c.now_ms()) {
    d.holds.push_back("not before " + text::local_time(*task.not_before_ms, c.now_ms()));
    d.due = false;
    wait_until(d, *task.not_before_ms);
  }
  if (task.next_attempt_ms && *task.next_attempt_ms > c.now_ms()) {
    d.holds.push_back("next attempt at " + text::local_time(*task.next_attempt_ms, c.now_ms()));
    wait_until(d, *task.next_attempt_ms);
  }
}

void hold_by_agents(Decision& d, const SchedulingContext& c) {
  if (!d.route.to.empty()) return;
  for (const auto& name : d.route.waits_for) {
    d.holds.push_back(name + ": " + c.candidate(name).why_not);
    const Park* park = c.park_of(name);
    if (park != nullptr && park->until_ms) wait_until(d, *park->until_ms);
  }
}

void hold_by_terms(Decision& d, const Task& task, const Ceiling& ceiling) {
  if (!ceiling.only.empty() && std::ranges::find(ceiling.only, task.id) == ceiling.only.end()) {
    std::vector<std::string> ids;
    for (const std::int64_t id : ceiling.only)
      ids.push_back(std::to_string(id));
    d.holds.push_back("the running session takes only " + text::join_and(ids));
  } else if (ceiling.only.empty() && std::ranges::find(ceiling.ranks, task.rank) == ceiling.ranks.end()) {
    std::vector<std::string> priorities;
    for (const int rank : ceiling.ranks)
      priorities.push_back(text::priority_short(rank));
    d.holds.push_back("the running session takes only " + text::join_and(priorities));
  }
}

void hold_by_session(Decision& d, const Task& task, const SchedulingContext& c) {
  const auto& [max_parallel, max_usd, closed, only, ranks] = c.ceiling();
  const Load& load = c.load();
  hold_by_terms(d, task, c.ceiling());
  if (!closed.empty()) {
    d.holds.push_back(closed);
    d.stopped_by_limit = true;
  }
  if (load.running >= max_parallel) {
    d.holds.push_back("no slot: " + std::to_string(load.running) + " of " + std::to_string(max_parallel) +
                      " are taken");
  }
  if (d.route.to.empty() || d.route.to == routing::kHuman) return;
  const Standing& standing = c.standing(d.route.to);
  if (standing.folder_taken) d.holds.emplace_back("another task works in the project's own checkout");
  if (standing.too_dear) {
    const double may_cost_usd = c.config().agent_types.at(d.route.to).profile.max_cost_usd;
    d.holds.push_back("budget: " + text::money(load.spent_usd) + " spent and " +
                      text::money(load.reserved_usd) + " reserved of " + text::money(max_usd) +
                      ", and this may cost " + text::money(may_cost_usd));
    d.stopped_by_limit = true;
  }
}

}  // namespace

Decision decide(const Task& task, const std::vector<Task>& unmet, const SchedulingContext& c) {
  Decision d;
  d.route = routing::route(c.config().rules, query_of(task), c.candidates());
  hold_by_task(d, task, unmet, c);
  if (d.due) {
    if (auto to_human = decide_human(task, d.route, c)) return *to_human;
    if (unspawnable(d.route, c)) return human(d.route, InboxKind::spawn_failed);
  }
  hold_by_agents(d, c);
  hold_by_session(d, task, c);
  d.kind = d.holds.empty() ? Decision::Kind::start : Decision::Kind::wait;
  return d;
}

bool earlier(const Task& a, const Task& b, std::int64_t now_ms, std::int64_t aging_ms) {
  const auto rank = [&](const Task& t) {
    return aging_ms <= 0 ? t.rank : std::max<std::int64_t>(0, t.rank - (now_ms - t.created_ms) / aging_ms);
  };
  return a.rank == b.rank ? a.id < b.id : std::make_pair(rank(a), a.id) < std::make_pair(rank(b), b.id);
}

std::vector<Task> in_order(std::vector<Task> tasks, std::int64_t now_ms, std::int64_t aging_ms) {
  std::map<int, std::deque<Task>> by_rank;
  std::sort(tasks.begin(), tasks.end(), [](const Task& a, const Task& b) { return a.id < b.id; });
  for (Task& task : tasks)
    by_rank[task.rank].push_back(std::move(task));
  tasks.clear();
  while (!by_rank.empty()) {
    const auto first = std::min_element(by_rank.begin(), by_rank.end(), [&](const auto& a, const auto& b) {
      return earlier(a.second.front(), b.second.front(), now_ms, aging_ms);
    });
    tasks.push_back(std::move(first->second.front()));
    first->second.pop_front();
    if (first->second.empty()) by_rank.erase(first);
  }
  return tasks;
}

}  // namespace orchestrate
