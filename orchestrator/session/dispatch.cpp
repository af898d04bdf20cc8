#include "orchestrator/session/dispatch.h"

#include <algorithm>
#include <utility>

#include "orchestrator/attempt/continuation.h"
#include "orchestrator/queue/hand_over.h"
#include "orchestrator/queue/queue.h"
#include "orchestrator/queue/survey.h"

namespace orchestrate {
namespace {

constexpr std::size_t kMetPerTurn = 1000;  // so that a million new tasks do not keep the loop from what runs

}  // namespace

Dispatch::Dispatch(Store& store, spawners::Runner& runner, const Machine& machine,
                   const SessionOptions& options, Attempts& attempts)
    : store_(store), runner_(runner), machine_(machine), options_(options), attempts_(attempts) {}

void Dispatch::use(std::shared_ptr<const Project> project) {
  project_ = std::move(project);
  unusable_ = unusable_agent_types(project_->config, options_.environment);
  met_up_to_ = 0;  // a new rule may send any of them to a person
}

bool Dispatch::has_started_enough() const {
  return options_.max_tasks && started_ >= *options_.max_tasks;
}

Situation Dispatch::situation(const std::string& closed) const {
  Situation s = surroundings(project_->config, store_, runner_.now().wall_ms);
  s.unusable = unusable_;
  s.max_parallel = options_.max_parallel.value_or(s.max_parallel);
  s.max_session_cost_usd = options_.max_cost_usd.value_or(s.max_session_cost_usd);
  s.closed = closed.empty() ? disk_shortage() : closed;
  count_running(s);
  return s;
}

// What each start changes.
void Dispatch::count_running(Situation& s) const {
  if (s.closed.empty() && has_started_enough()) s.closed = kStartedEnough;
  s.running = static_cast<int>(attempts_.live().size());
  s.running_by_type.clear();
  s.session_cost_usd = attempts_.spent_usd();
  s.reserved_cost_usd = 0;
  for (const auto& [id, live] : attempts_.live()) {
    const Attempt& a = live.attempt;
    ++s.running_by_type[a.run.agent_type];
    const double cost_usd = used_by(a).cost_usd;
    s.session_cost_usd += cost_usd;
    s.reserved_cost_usd += std::max(0.0, a.terms.agent.profile.max_cost_usd - cost_usd);
    s.in_place_busy |= a.terms.kind == workspaces::Kind::in_place;
  }
}

// A night on a full disk ends in half-written work: better not to begin it.
std::string Dispatch::disk_shortage() const {
  const std::int64_t floor_bytes = project_->config.retention.free_disk_floor_bytes;
  for (const auto& dir : {project_->paths.state, project_->paths.workspaces}) {
    const auto free_bytes = machine_.free_bytes(dir);
    if (!free_bytes || *free_bytes >= floor_bytes) continue;  // unknown: not made yet
    return "only " + std::to_string(*free_bytes >> 20) + " MiB are free below " + dir + "; the floor is " +
           std::to_string(floor_bytes >> 20) + " MiB ([retention] free_disk_floor)";
  }
  return {};
}

void Dispatch::fill(std::int64_t session, const std::string& closed) {
  session_ = session;
  has_more_ = false;
  left_by_limit_.clear();
  const std::int64_t now_ms = runner_.now().wall_ms;
  wake_at_ms_ = store_.tasks.next_due(now_ms, options_.only, options_.watch);
  Situation now = situation(closed);
  Queue queue(store_, options_.ranks, options_.only, now_ms, project_->config.dispatch.aging_ms);
  while (now.running < now.max_parallel) {
    const auto task = queue.next();
    if (!task) {
      met_up_to_ = store_.tasks.last_id();
      return;
    }
    if (consider(*task, now)) count_running(now);
  }
  meet_new_tasks(now);
}

// What is a person's to do must not wait for a free slot.
void Dispatch::meet_new_tasks(const Situation& now) {
  const std::int64_t last = store_.tasks.last_id();
  if (met_up_to_ >= last) return;
  const auto tasks = store_.tasks.queued_after(met_up_to_, kMetPerTurn);
  met_up_to_ = tasks.size() < kMetPerTurn ? last : tasks.back().id;
  const auto& only = options_.only;
  const auto& ranks = options_.ranks;
  for (const auto& task : tasks) {
    const bool asked_for = only.empty() ? std::find(ranks.begin(), ranks.end(), task.rank) != ranks.end()
                                        : std::find(only.begin(), only.end(), task.id) != only.end();
    if (asked_for) consider(task, now);
  }
  has_more_ = met_up_to_ < last;
}

// True when the task was started: the situation is another one now.
bool Dispatch::consider(const Task& task, const Situation& now) {
  const auto unmet = task.depends_on.empty() ? std::vector<Task>{} : store_.tasks.unmet_dependencies(task.id);
  const Decision decision = decide(task, unmet, now);
  switch (decision.kind) {
    case Decision::Kind::start:
      start(task, decision);
      return true;
    case Decision::Kind::human:
      store_.hand_over(task.id,
                       packet_for(task, decision, prompt_for_person(task, decision, *project_, store_)),
                       runner_.now().wall_ms);
      return false;
    case Decision::Kind::wait:
      break;
  }
  if (decision.stopped_by_limit && decision.due) left_by_limit_ = decision.holds.back();
  const bool only_time = decision.wake_at_ms && (decision.due || options_.watch);
  if (only_time) wake_at_ms_ = std::min(wake_at_ms_.value_or(*decision.wake_at_ms), *decision.wake_at_ms);
  return false;
}

void Dispatch::start(const Task& task, const Decision& decision) {
  Run run;
  run.task = task.id;
  run.session = session_;
  run.agent_type = decision.route.to;
  const auto& agent = project_->config.agent_types.at(run.agent_type);
  run.driver = agent.profile.driver;
  run.provider = agent.provider;
  run.rule = decision.route.rule;
  run.started_ms = runner_.now().wall_ms;
  run.id = store_.runs.start(run);
  if (run.id == 0) return;
  ++started_;
  attempts_.begin(run, task, project_);
}

}  // namespace orchestrate
