#include "orchestrator/queue/context.h"

#include <algorithm>
#include <utility>

#include "orchestrator/project/agent_program.h"
#include "text/time_text.h"

namespace orchestrate {
namespace {

std::string rest_in_words(const Park& park, std::int64_t now_ms) {
  const std::string until =
      park.until_ms ? "until " + text::local_time(*park.until_ms, now_ms) : "until a person has answered";
  return "provider " + park.provider + " rests " + until + ": " + park.why;
}

Load load_by_rows(const config::Config& config, Store& store) {
  Load load;
  for (const auto& run : store.runs.open()) {
    ++load.running;
    ++load.by_type[run.agent_type];
    const auto found = config.agent_types.find(run.agent_type);
    if (found == config.agent_types.end()) continue;
    load.reserved_usd += std::max(0.0, found->second.profile.max_cost_usd - run.cost_usd);
    load.in_place_busy |= workspace_kind(config, found->second) == workspaces::Kind::in_place;
  }
  return load;
}

// The place of a name among names in order.
template <typename Named>
std::size_t place_of(const std::vector<Named>& all, const std::string& name) {
  const auto at = std::lower_bound(all.begin(), all.end(), name,
                                   [](const Named& one, const std::string& than) { return one.name < than; });
  return static_cast<std::size_t>(at - all.begin());
}

}  // namespace

SchedulingContext::SchedulingContext(const config::Config& config, std::int64_t now_ms, Ceiling ceiling,
                                     const std::vector<Park>& parks,
                                     std::map<std::string, std::string> unusable, Load load)
    : config_(&config),
      now_ms_(now_ms),
      ceiling_(std::move(ceiling)),
      unusable_(std::move(unusable)),
      load_(std::move(load)) {
  for (const Park& park : parks)
    parks_.emplace(park.provider, park);
  weigh();
}

void SchedulingContext::weigh() {
  candidates_.clear();
  standings_.clear();
  for (const auto& [name, agent_type] : config_->agent_types) {
    const auto running = load_.by_type.find(name);
    const auto unusable = unusable_.find(name);
    const Park* park = park_of(name);
    const double max_cost_usd = agent_type.profile.max_cost_usd;
    Standing s;
    s.parked = unusable != unusable_.end() || park != nullptr;
    s.full = running != load_.by_type.end() && running->second >= agent_type.max_parallel;
    s.too_dear =
        max_cost_usd > 0 && load_.spent_usd + load_.reserved_usd + max_cost_usd > ceiling_.max_cost_usd;
    s.folder_taken =
        load_.in_place_busy && workspace_kind(*config_, agent_type) == workspaces::Kind::in_place;
    std::string why_not = unusable != unusable_.end()              ? unusable->second
                          : park != nullptr                        ? rest_in_words(*park, now_ms_)
                          : s.full && agent_type.max_parallel == 1 ? "its only slot is taken"
                          : s.full ? "all " + std::to_string(agent_type.max_parallel) + " slots are taken"
                                   : "";
    candidates_.push_back({name, agent_type.fallback, s.parked, !s.full, std::move(why_not)});
    standings_.push_back(s);
  }
}

const routing::Candidate& SchedulingContext::candidate(const std::string& agent_type) const {
  return candidates_.at(place_of(candidates_, agent_type));
}

const Standing& SchedulingContext::standing(const std::string& agent_type) const {
  return standings_.at(place_of(candidates_, agent_type));
}

const Park* SchedulingContext::park_of(const std::string& agent_type) const {
  const auto found = parks_.find(config_->agent_types.at(agent_type).provider);
  return found == parks_.end() ? nullptr : &found->second;
}

void SchedulingContext::started(const std::string& agent_type) {
  const config::AgentType& type = config_->agent_types.at(agent_type);
  ++load_.running;
  ++load_.by_type[agent_type];
  load_.reserved_usd += type.profile.max_cost_usd;
  load_.in_place_busy |= workspace_kind(*config_, type) == workspaces::Kind::in_place;
  weigh();
}

void SchedulingContext::close(std::string why) {
  ceiling_.closed = std::move(why);
}

std::map<std::string, std::string> unusable_agent_types(const config::Config& config,
                                                        const std::vector<std::string>& environment,
                                                        const Machine& machine) {
  std::map<std::string, std::string> unusable;
  std::map<std::pair<std::string, std::string>, bool> found;  // by program and PATH
  for (const auto& [name, agent_type] : config.agent_types) {
    const spawners::Profile& profile = agent_type.profile;
    if (profile.command.empty()) continue;
    const std::string& program = profile.command.front();
    const auto [known, is_new] = found.try_emplace({program, agent_path(profile, environment)});
    if (is_new) known->second = !agent_program(profile, environment, machine).empty();
    if (!known->second) unusable[name] = "its program `" + program + "` is not on PATH";
  }
  return unusable;
}

SchedulingContext read_context(const Project& project, Store& store, std::int64_t now_ms,
                               const std::vector<std::string>& environment, const Machine& machine,
                               bool session_runs) {
  const config::Config& config = project.config;
  Load load = load_by_rows(config, store);
  load.session_runs = session_runs;
  // What the last session was asked for holds while it runs.
  const Session session =
      (session_runs ? store.sessions.find(std::nullopt) : std::nullopt).value_or(Session());
  if (session_runs) load.spent_usd = store.runs.cost_of_session(session.id);
  const SessionTerms& terms = session.terms;
  Ceiling ceiling{terms.max_parallel.value_or(config.dispatch.max_parallel),
                  terms.max_cost_usd.value_or(config.limits.session_cost_usd), session.closed, terms.only,
                  terms.ranks};
  if (ceiling.closed.empty()) ceiling.closed = store.sessions.paused();
  if (ceiling.closed.empty())
    ceiling.closed = disk_shortage(machine, project.paths, config.retention.free_disk_floor_bytes);
  return {config,
          now_ms,
          std::move(ceiling),
          store.parks.in_force(now_ms),
          unusable_agent_types(config, environment, machine),
          std::move(load)};
}

}  // namespace orchestrate
