#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "config/commands.h"
#include "config/readers/readers.h"
#include "text/list.h"
#include "text/nearest.h"

namespace orchestrate::config {
namespace {

constexpr int kMostParallel = 1000;
constexpr int kMostTurns = 10'000;
constexpr int kCodingTurns = 60;
constexpr double kCodingCostUsd = 3;
constexpr std::size_t kLongestName = 64;

const char* const kNameLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
const char* const kVariableLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

// A folder is named after the agent type, and flags and tables mention it.
bool is_agent_type_name(const std::string& name) {
  return !name.empty() && name.size() <= kLongestName && name != routing::kHuman && name.front() != '.' &&
         name.front() != '-' && name.find_first_not_of(kNameLetters) == std::string::npos;
}

bool is_variable_name(const std::string& name) {
  return !name.empty() && (name.front() < '0' || name.front() > '9') &&
         name.find_first_not_of(kVariableLetters) == std::string::npos;
}

std::vector<std::string> names_of(const std::vector<DriverDefaults>& drivers) {
  std::vector<std::string> names;
  for (const auto& driver : drivers)
    names.push_back(driver.name);
  return names;
}

std::string available(const std::vector<DriverDefaults>& drivers) {
  return "available: " + text::join(names_of(drivers), ", ");
}

void unknown_driver(Section& section, const Word& word, const std::vector<DriverDefaults>& drivers) {
  const std::string near = text::nearest(word.text, names_of(drivers));
  section.report().error(word.place, "unknown driver `" + word.text + "`",
                         near.empty() ? available(drivers) : "did you mean `" + near + "`?");
}

void apply(const DriverDefaults& driver, AgentType& agent_type) {
  spawners::Profile& profile = agent_type.profile;
  agent_type.provider = driver.provider;
  if (!driver.command.empty()) profile.command = {driver.command};
  agent_type.expects_changes = driver.expects_changes;
  if (!driver.expects_changes) return;
  profile.max_cost_usd = kCodingCostUsd;
  if (driver.name != "exec") {
    profile.max_turns = kCodingTurns;
    return;
  }
  // Of a program whose switches nobody told us, we can only promise what is always true.
  profile.permissions = spawners::Permissions::full;
  profile.repository_config = spawners::RepositoryConfig::trust;
  agent_type.provider = profile.name;
}

void read_driver(Section& section, const Entry& entry, const Known& known, AgentType& agent_type) {
  if (section.find("driver") == nullptr) {
    return section.report().error(entry.place, "the agent type `" + entry.key + "` needs `driver`",
                                  available(known.drivers));
  }
  const auto found = section.word("driver");
  if (!found) return;
  agent_type.profile.driver = found->text;
  const auto driver = std::find_if(known.drivers.begin(), known.drivers.end(),
                                   [&](const DriverDefaults& each) { return each.name == found->text; });
  if (driver == known.drivers.end()) return unknown_driver(section, *found, known.drivers);
  apply(*driver, agent_type);
}

void read_prompt(Section& section, const Known& known, std::string& out) {
  const auto found = section.word("prompt");
  if (!found) return;
  out = found->text;
  if (std::find(known.templates.begin(), known.templates.end(), out) != known.templates.end()) return;
  section.report().error(found->place, "unknown template `" + out + "`", suggestion(out, known.templates));
}

void read_limits(Section& section, spawners::Profile& profile) {
  section.duration("wall_limit", profile.limits.wall_ms, "7d");
  section.duration("silence_limit", profile.limits.silence_ms, "7d");
  section.duration("grace", profile.limits.grace_ms, "10m");
  section.size("output_limit", profile.limits.output_bytes, "1TiB");
  section.choice<bool>("on_output_limit", profile.limits.stop_on_output_limit,
                       {{"stop", true}, {"truncate", false}});
  section.whole("max_turns", profile.max_turns, kMostTurns);
  section.money("max_cost_usd", profile.max_cost_usd);
}

void read_env_pass(Section& section, std::vector<std::string>& out) {
  const auto words = section.words("env_pass");
  if (!words) return;
  for (const Word& word : *words) {
    if (is_variable_name(word.text)) continue;
    section.report().error(word.place, "`" + word.text + "` is no name of an environment variable",
                           "`env_pass` takes names only; values belong in `env`");
  }
  out = texts(*words);
}

void read_env(Section& section, std::map<std::string, std::string>& out) {
  const Entry* found = section.find("env");
  if (found == nullptr) return;
  if (found->value.kind != Node::Kind::table) {
    return section.wrong("env", found->value, "a table of strings, like { NAME = \"value\" }");
  }
  for (const Entry& entry : found->value.entries) {
    if (!is_variable_name(entry.key)) {
      section.report().error(entry.place, "`" + entry.key + "` is no name of an environment variable");
    } else if (entry.value.kind != Node::Kind::text || entry.value.text.find('\0') != std::string::npos) {
      section.wrong(entry.key, entry.value, "a string",
                    "environment variables are text: put the value in quotes");
    } else {
      out[entry.key] = entry.value.text;
    }
  }
}

void read_containment(Section& section, spawners::Profile& profile) {
  using spawners::Home;
  using spawners::Permissions;
  using spawners::RepositoryConfig;
  section.choice<Home>("home", profile.home, {{"isolated", Home::isolated}, {"inherit", Home::inherit}});
  section.choice<Permissions>(
      "permissions", profile.permissions,
      {{"read", Permissions::read}, {"edit", Permissions::edit}, {"full", Permissions::full}});
  section.choice<RepositoryConfig>("repository_config", profile.repository_config,
                                   {{"text", RepositoryConfig::text},
                                    {"trust", RepositoryConfig::trust},
                                    {"ignore", RepositoryConfig::ignore}});
}

void read_agent_type(Section section, const Entry& entry, const Known& known, AgentType& agent_type,
                     Names& names) {
  spawners::Profile& profile = agent_type.profile;
  profile.name = entry.key;
  agent_type.line = entry.place.line;
  read_driver(section, entry, known, agent_type);
  section.words("capabilities", agent_type.capabilities);
  section.text("model", profile.model);
  read_prompt(section, known, agent_type.prompt);
  section.whole("max_parallel", agent_type.max_parallel, kMostParallel);
  read_limits(section, profile);
  if (auto fallback = section.words("fallback")) {
    agent_type.fallback = texts(*fallback);
    names.fallbacks.push_back({entry.key, std::move(*fallback)});
  }
  section.text("provider", agent_type.provider);
  section.flag("idempotent", agent_type.idempotent);
  section.flag("resume", agent_type.resume);
  read_program(section, "command", profile.command);
  section.words("args", profile.args);
  read_env_pass(section, profile.env_pass);
  read_env(section, profile.env);
  read_containment(section, profile);
  section.choice<workspaces::Kind>("workspace", agent_type.workspace, workspace_kinds());
  section.choice<bool>("expects", agent_type.expects_changes, {{"changes", true}, {"nothing", false}});
  read_exec(section, entry, profile);
  section.finish();
}

}  // namespace

void read_agents(Section root, const Known& known, Config& config, Names& names) {
  Section agent_types = root.table("agent_types");
  for (const Entry& entry : agent_types.entries()) {
    // Known from here on even when something is wrong with it: else every mention of it would be an error
    // too.
    AgentType& agent_type = config.agent_types[entry.key];
    if (!is_agent_type_name(entry.key)) {
      root.report().error(
          entry.place, "`" + entry.key + "` cannot name an agent type",
          "letters, digits, `.`, `_` and `-`, at most 64, not beginning with `.` or `-`, not `human`");
    }
    if (entry.value.kind != Node::Kind::table) {
      root.wrong(entry.key, entry.value, "a table", "write it as [agent_types." + entry.key + "]");
      continue;
    }
    read_agent_type(Section(root.report(), &entry.value, "agent_types.<name>"), entry, known, agent_type,
                    names);
  }
  root.finish();
}

}  // namespace orchestrate::config
