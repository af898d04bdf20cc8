// How things stand, read from the rows: for the loop, and for the verbs that explain without a loop.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "orchestrator/project/project.h"
#include "orchestrator/queue/decide.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

// The limits of the configuration, parks, a pause; nothing of what runs. `unusable` is left empty.
[[nodiscard]] Situation surroundings(const config::Config& config, Store& store, std::int64_t now_ms);

// The same with what runs, by the rows.
[[nodiscard]] Situation survey(const config::Config& config, Store& store, std::int64_t now_ms);

// Agent types that cannot start on this machine, and why: their program is not on the PATH they would get.
[[nodiscard]] std::map<std::string, std::string> unusable_agent_types(
    const config::Config& config, const std::vector<std::string>& environment);

// The bundle as a person would paste it: by the agent type that would have got it, else by `implement`.
[[nodiscard]] std::string prompt_for_person(const Task& task, const Decision& decision,
                                            const Project& project, Store& store);

// One task of the plan, in the order in which they would be offered.
struct Planned {
  Task task;
  Decision decision;
};
[[nodiscard]] std::vector<Planned> make_plan(const Project& project, Store& store, std::int64_t now_ms,
                                             const std::vector<std::string>& environment);

// Why a task does not run now, one reason a line; empty: it could start at once.
[[nodiscard]] std::vector<std::string> why_not(const Task& task, const Project& project, Store& store,
                                               std::int64_t now_ms,
                                               const std::vector<std::string>& environment);

}  // namespace orchestrate
