// One agent type as a lead wrote it: which CLI, how it is limited, what it may do. Filled by config, read by
// drivers.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "spawners/drivers/exec/output_mapping.h"
#include "spawners/launch.h"

namespace orchestrate::spawners {

enum class Permissions { read, edit, full };
enum class RepositoryConfig { text, trust, ignore };
enum class Home { isolated, inherit };
enum class PromptVia { input, file, argument };
enum class WorkspaceKind { clone, in_place, scratch };

struct Profile {
  std::string name;
  std::string driver;
  std::vector<std::string> capabilities;
  std::string model;  // empty: the CLI's own default
  std::string prompt = "implement";
  int max_parallel = 1;
  Limits limits;
  int max_turns = 0;        // 0: the driver's default
  double max_cost_usd = 0;  // 0: the driver's default
  std::vector<std::string> fallback;
  std::string provider;  // what a usage limit parks
  bool idempotent = false;
  bool resume = true;                // a further attempt goes on in the CLI's session of the one before
  std::vector<std::string> command;  // argv prefix; the first is a name on PATH or an absolute path
  std::vector<std::string> args;     // appended
  std::vector<std::string> env_pass;
  std::map<std::string, std::string> env;
  Home home = Home::isolated;
  Permissions permissions = Permissions::edit;
  RepositoryConfig repository_config = RepositoryConfig::text;
  std::optional<WorkspaceKind> workspace;  // absent: [workspace] kind decides
  bool expects_changes = true;             // is exit 0 without a change done?
  int line = 0;                            // in agents.toml

  // Of the driver exec only: what other drivers know by themselves.
  PromptVia prompt_via = PromptVia::input;
  OutputMapping output;
  std::vector<std::string> control_files;  // globs
};

}  // namespace orchestrate::spawners
