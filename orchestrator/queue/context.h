// How things stand outside a task: who is free, what is spent, what nothing may start for. Read once for a
// question and asked for as many tasks as there are; only what runs changes within it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/config.h"
#include "orchestrator/project/machine.h"
#include "orchestrator/store/rows/park.h"
#include "orchestrator/store/store.h"
#include "routing/route.h"

namespace orchestrate {

// What runs now.
struct Load {
  bool session_runs = false;  // by its lock: one that died has written no end
  int running = 0;
  std::map<std::string, int> by_type;
  bool in_place_busy = false;  // somebody works in the project's own checkout
  double spent_usd = 0;        // by this session
  double reserved_usd = 0;     // the most that what runs may still cost
};

// What may start at most.
struct Ceiling {
  int max_parallel = 0;
  double max_cost_usd = 0;
  std::string closed;  // not empty: nothing new may start, and why
  // What the session takes at all; for whoever asks from outside. Its own walk meets nothing else.
  std::vector<std::int64_t> only = {};  // empty: all
  std::vector<int> ranks = {0, 1, 2, 3};
};

// Why an agent type cannot start now; none of them: it can.
struct Standing {
  bool parked = false;        // its provider is, or its program is missing
  bool full = false;          // all its slots are taken
  bool too_dear = false;      // one more might cost more than the session may
  bool folder_taken = false;  // it works in the project's own checkout, and so does another

  [[nodiscard]] bool clear() const { return !parked && !full && !too_dear && !folder_taken; }
  friend bool operator==(const Standing&, const Standing&) = default;
};

class SchedulingContext {
 public:
  // `config` outlives it. `unusable`: agent types that cannot start on this machine at all, and why.
  SchedulingContext(const config::Config& config, std::int64_t now_ms, Ceiling ceiling,
                    const std::vector<Park>& parks, std::map<std::string, std::string> unusable, Load load);

  [[nodiscard]] const config::Config& config() const { return *config_; }
  [[nodiscard]] std::int64_t now_ms() const { return now_ms_; }  // wall clock
  [[nodiscard]] const Ceiling& ceiling() const { return ceiling_; }
  [[nodiscard]] const Load& load() const { return load_; }
  // Every agent type, as routing sees it.
  [[nodiscard]] const std::vector<routing::Candidate>& candidates() const { return candidates_; }
  [[nodiscard]] const routing::Candidate& candidate(const std::string& agent_type) const;
  [[nodiscard]] const Standing& standing(const std::string& agent_type) const;
  [[nodiscard]] bool is_unusable(const std::string& agent_type) const {
    return unusable_.contains(agent_type);
  }
  // nullptr: its provider is not parked.
  [[nodiscard]] const Park* park_of(const std::string& agent_type) const;
  // Nothing at all may start: it is closed, or every slot is taken.
  [[nodiscard]] bool shut() const {
    return !ceiling_.closed.empty() || load_.running >= ceiling_.max_parallel;
  }

  void started(const std::string& agent_type);
  void close(std::string why);

 private:
  void weigh();

  const config::Config* config_;
  std::int64_t now_ms_;
  Ceiling ceiling_;
  std::map<std::string, Park> parks_;  // by provider, those in force
  std::map<std::string, std::string> unusable_;
  Load load_;
  std::vector<routing::Candidate> candidates_;  // in the order of their names
  std::vector<Standing> standings_;             // in the same order
};

// Agent types whose program is not on the PATH they would get, and why that is. Each program is looked for
// once on each PATH.
[[nodiscard]] std::map<std::string, std::string> unusable_agent_types(
    const config::Config& config, const std::vector<std::string>& environment, const Machine& machine);

// By the rows alone, for whoever asks while another process runs the session.
// `session_runs`: what the last session has spent counts.
[[nodiscard]] SchedulingContext read_context(const Project& project, Store& store, std::int64_t now_ms,
                                             const std::vector<std::string>& environment,
                                             const Machine& machine, bool session_runs);

}  // namespace orchestrate
