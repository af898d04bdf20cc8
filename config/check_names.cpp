#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "config/readers/readers.h"

namespace orchestrate::config {
namespace {

using Strings = std::vector<std::string>;

bool holds(const Strings& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

Strings agent_type_names(const Config& config) {
  Strings names;
  for (const auto& [name, agent_type] : config.agent_types)
    names.push_back(name);
  return names;
}

Strings capability_names(const Config& config) {
  Strings names;
  for (const auto& entry : config.rules.capabilities)
    names.push_back(entry.capability);
  for (const auto& [name, agent_type] : config.agent_types) {
    for (const auto& capability : agent_type.capabilities) {
      if (!holds(names, capability)) names.push_back(capability);
    }
  }
  return names;
}

void unknown_agent_type(Report& report, const Word& word, const Strings& known) {
  const std::string hint = known.empty() ? "agents.toml defines no agent type" : suggestion(word.text, known);
  report.error(word.place, "unknown agent type `" + word.text + "`", hint);
}

void check_routing(const Config& config, const Names& names, Report& report) {
  const Strings agent_types = agent_type_names(config);
  Strings targets = agent_types;
  targets.emplace_back(routing::kHuman);
  for (const Word& word : names.targets) {
    if (!holds(targets, word.text))
      unknown_agent_type(report, word, agent_types.empty() ? agent_types : targets);
  }
  for (const Word& word : names.agent_types) {
    if (!holds(agent_types, word.text)) unknown_agent_type(report, word, agent_types);
  }
  const Strings capabilities = capability_names(config);
  for (const Word& word : names.needs) {
    if (holds(capabilities, word.text)) continue;
    const std::string hint = suggestion(word.text, capabilities);
    report.error(word.place, "unknown capability `" + word.text + "`",
                 hint.empty() ? "no agent type has it and [capabilities] does not list it" : hint);
  }
}

// Depth first over the fallbacks; an edge back into the path that led here closes a circle, and is told once.
class Circles {
 public:
  Circles(const std::vector<Fallbacks>& fallbacks, Report& report) : report_(report) {
    for (const Fallbacks& each : fallbacks)
      edges_[each.agent_type] = &each.to;
  }

  void from(const std::string& start) {
    if (visited(start)) return;
    enter(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      const auto edges = edges_.find(step.agent_type);
      if (edges == edges_.end() || step.next == edges->second->size()) {
        path_.pop_back();
        continue;
      }
      follow((*edges->second)[step.next++]);
    }
  }

 private:
  struct Step {
    std::string agent_type;
    std::size_t next = 0;
  };

  void enter(const std::string& agent_type) {
    visited_.push_back(agent_type);
    path_.push_back({agent_type, 0});
  }

  [[nodiscard]] bool visited(const std::string& agent_type) const { return holds(visited_, agent_type); }

  void follow(const Word& to) {
    const auto on_path = std::find_if(path_.begin(), path_.end(),
                                      [&](const Step& step) { return step.agent_type == to.text; });
    if (on_path != path_.end()) {
      std::string circle;
      for (auto step = on_path; step != path_.end(); ++step)
        circle += step->agent_type + " -> ";
      report_.error(to.place, "the fallbacks form a circle: " + circle + to.text);
    } else if (!visited(to.text)) {
      enter(to.text);
    }
  }

  std::map<std::string, const std::vector<Word>*> edges_;
  Strings visited_;
  std::vector<Step> path_;
  Report& report_;
};

void check_fallbacks(const Config& config, const Names& names, Report& report) {
  const Strings agent_types = agent_type_names(config);
  Circles circles(names.fallbacks, report);
  for (const Fallbacks& each : names.fallbacks) {
    for (const Word& word : each.to) {
      if (word.text == routing::kHuman) {
        report.error(
            word.place, "`human` cannot be a fallback: it names another agent type",
            "leave it out: a task waits while its agent types are parked, and `to` can name a person");
      } else if (!holds(agent_types, word.text)) {
        unknown_agent_type(report, word, agent_types);
      }
    }
    circles.from(each.agent_type);
  }
}

}  // namespace

void check_names(const Config& config, const Names& names, Report* routing, Report* agents) {
  if (agents == nullptr) return;
  check_fallbacks(config, names, *agents);
  if (routing != nullptr) check_routing(config, names, *routing);
}

}  // namespace orchestrate::config
