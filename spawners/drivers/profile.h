// What a driver is told of an agent type: which CLI, how it is limited, what it may do. Filled by config,
// read by drivers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "spawners/drivers/exec/output_mapping.h"
#include "spawners/launch.h"

namespace orchestrate::spawners {

enum class Permissions { read, edit, full };
enum class RepositoryConfig { text, trust, ignore };
enum class Home { isolated, inherit };
enum class PromptVia { input, file, argument };

struct Profile {
  std::string name;  // the agent type's
  std::string driver;
  std::string model;  // empty: the CLI's own default
  Limits limits;
  int max_turns = 0;                 // 0: the driver's default
  double max_cost_usd = 0;           // 0: the driver's default
  std::vector<std::string> command;  // argv prefix; the first is a name on PATH or an absolute path
  std::vector<std::string> args;     // appended
  std::vector<std::string> env_pass;
  std::map<std::string, std::string> env;
  Home home = Home::isolated;
  Permissions permissions = Permissions::edit;
  RepositoryConfig repository_config = RepositoryConfig::text;

  // Of the driver exec only: what other drivers know by themselves.
  PromptVia prompt_via = PromptVia::input;
  OutputMapping output;
  std::vector<std::string> control_files;  // globs
};

}  // namespace orchestrate::spawners
