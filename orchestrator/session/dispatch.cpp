#include "orchestrator/session/dispatch.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "orchestrator/attempt/prompt/continuation.h"
#include "orchestrator/queue/hand_over.h"

namespace orchestrate {

Dispatch::Dispatch(Store& store, spawners::Runner& runner, const Machine& machine,
                   const SessionOptions& options, Attempts& attempts)
    : store_(store),
      runner_(runner),
      machine_(machine),
      options_(options),
      attempts_(attempts),
      walk_(store, options.ranks, options.only, options.watch) {}

void Dispatch::use(std::shared_ptr<const Project> project) {
  project_ = std::move(project);
  kept_.reset();
  unusable_ = unusable_agent_types(project_->config, options_.environment, machine_);
  walk_.forget();  // a new rule may send any of them to somebody else
}

bool Dispatch::has_started_enough() const {
  return options_.max_tasks && started_ >= *options_.max_tasks;
}

SchedulingContext Dispatch::context(const std::string& closed) const {
  const config::Config& config = project_->config;
  const std::int64_t now_ms = runner_.now().wall_ms;
  Ceiling ceiling{options_.max_parallel.value_or(config.dispatch.max_parallel),
                  options_.max_cost_usd.value_or(config.limits.session_cost_usd), closed};
  if (closed.empty())
    ceiling.closed = disk_shortage(machine_, project_->paths, config.retention.free_disk_floor_bytes);
  return {config, now_ms, std::move(ceiling), store_.parks.in_force(now_ms), unusable_, load()};
}

Load Dispatch::load() const {
  Load load;
  load.running = static_cast<int>(attempts_.live().size());
  load.spent_usd = attempts_.spent_usd();
  for (const auto& [id, live] : attempts_.live()) {
    const Attempt& a = live.attempt;
    const double cost_usd = used_by(a).cost_usd;
    ++load.by_type[a.run.agent_type];
    load.spent_usd += cost_usd;
    load.reserved_usd += std::max(0.0, a.terms.agent.profile.max_cost_usd - cost_usd);
    load.in_place_busy |= a.terms.kind == workspaces::Kind::in_place;
  }
  return load;
}

void Dispatch::fill(std::int64_t session, const std::string& closed) {
  session_ = session;
  SchedulingContext now = context(closed);
  last_ =
      walk_.turn(now, {[this](const Task& task, const Decision& decision, SchedulingContext& c) {
                         const bool begun = start(task, decision);
                         if (has_started_enough()) c.close(kStartedEnough);
                         return begun;
                       },
                       [this](const Task& task, const Decision& decision) { hand_over(task, decision); }});
}

bool Dispatch::start(const Task& task, const Decision& decision) {
  Run run;
  run.task = task.id;
  run.session = session_;
  run.agent_type = decision.route.to;
  const auto& agent = project_->config.agent_types.at(run.agent_type);
  run.driver = agent.profile.driver;
  run.provider = agent.provider;
  run.rule = decision.route.rule;
  run.configuration = kept_configuration();
  run.started_ms = runner_.now().wall_ms;
  run.id = store_.runs.start(run);
  if (run.id == 0) return false;
  ++started_;
  attempts_.begin(run, task, project_);
  return true;
}

// Without room for it a session that takes the attempt up has only the configuration of its own day.
std::string Dispatch::kept_configuration() {
  if (kept_) return *kept_;
  const std::string name = "before-run-" + std::to_string(store_.runs.last_id() + 1);
  try {
    machine_.keep_configuration(*project_, name);
  } catch (const std::system_error&) {
    return {};  // the next attempt tries again
  }
  return kept_.emplace(name);
}

void Dispatch::hand_over(const Task& task, const Decision& decision) {
  const std::string prompt = prompt_for_person(task, decision, *project_, machine_, store_);
  store_.hand_over(task.id, packet_for(task, decision, prompt), runner_.now().wall_ms);
}

}  // namespace orchestrate
