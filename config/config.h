// The three files a lead edits, as plain structs. A missing file or key means the defaults that stand here.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/agent_type.h"
#include "config/diagnostic.h"
#include "routing/route.h"

namespace orchestrate::config {

// A command as an argv. `shell` only when it was asked for: then argv is {"/bin/sh", "-c", text}.
struct Command {
  std::vector<std::string> argv;
  std::string text;  // as written, for people
};

struct Dispatch {
  int max_parallel = 4;
  std::vector<std::string> auto_spawn = {"P0", "P1", "P2", "P3"};
  std::int64_t aging_ms = 12LL * 3'600'000;  // one priority step per that long in the queue; 0: off
};

// Minutes after local midnight; absent: no window.
struct Night {
  std::optional<int> until;
  std::optional<int> last_start;

  friend bool operator==(const Night&, const Night&) = default;
};

struct TaskLimits {
  double session_cost_usd = 25;
  double task_cost_usd = 6;
  int task_attempts = 2;
  std::int64_t task_wall_ms = 3LL * 3'600'000;
};

struct Checks {
  std::vector<Command> commands;  // `default` in the file
  bool fresh = false;             // where = "fresh"
  bool baseline = true;
  std::int64_t wall_ms = 20LL * 60'000;
  std::vector<std::string> protected_paths;
};

enum class Publish { branch, merge_ff };

struct Workspace {
  workspaces::Kind kind = workspaces::Kind::clone;
  std::string root;  // absolute; empty: the default place
  std::string branch = "orchestrate/{id}";
  bool keep_failed = true;
  Publish publish = Publish::branch;
  std::string author = "agent";  // or "Name <mail>"
};

struct Hooks {
  std::vector<Command> after_create, before_run, after_run, before_remove;
};

struct Retention {
  std::int64_t runs_ms = 30LL * 86'400'000;
  bool archive = true;
  std::int64_t max_disk_bytes = 5LL << 30;
  std::int64_t free_disk_floor_bytes = 1LL << 30;
};

struct Config {
  std::string project_name;
  std::string base;  // branch; empty: what HEAD names
  Dispatch dispatch;
  Night night;
  TaskLimits limits;
  Checks checks;
  Workspace workspace;
  Hooks hooks;
  Retention retention;
  routing::Rules rules;
  std::map<std::string, AgentType> agent_types;
};

// Where work of that agent type is done.
[[nodiscard]] inline workspaces::Kind workspace_kind(const Config& config, const AgentType& agent_type) {
  return agent_type.workspace.value_or(config.workspace.kind);
}

struct Loaded {
  Config config;
  std::vector<Diagnostic> errors;            // empty: `config` may be used
  std::map<std::string, std::string> files;  // of the three, the text of those that hold something
};

// What an agent type gets from its driver when it does not say otherwise.
struct DriverDefaults {
  std::string name;
  std::string provider;         // empty: none
  std::string command;          // name on PATH; empty: none (script)
  bool expects_changes = true;  // true also means a coding agent: turns and money are limited by default
};

// What names may be used, so that every reference can be checked at once.
struct Known {
  std::vector<std::string> templates;
  std::vector<DriverDefaults> drivers;
};

// Reads <dir>/orchestrate.toml, routing.toml and agents.toml (each may be missing). Blocks on files only,
// never throws for what they hold: every problem of all three is in `errors`, by file, then by place. A file
// that is no TOML at all yields its first syntax error and does not hide what is wrong with the other two.
[[nodiscard]] Loaded load(const std::string& dir, const Known& known);

// Every key that `load` understands, as "dispatch.max_parallel", "rule.when.type", "<command>.run" or
// "agent_types.<name>.driver". The loader itself is asked, so the list cannot fall behind it.
[[nodiscard]] std::vector<std::string> known_keys();

// "500ms" "45m" "1h30m" -> ms (units ms s m h d, largest first, each once). "64MiB" "1GB" -> bytes (B, KiB
// MiB GiB TiB, KB MB GB TB). nullopt for anything else, too large a number included. Used for flags on the
// command line too.
[[nodiscard]] std::optional<std::int64_t> parse_duration_ms(const std::string& text);
[[nodiscard]] std::optional<std::int64_t> parse_size_bytes(const std::string& text);

// Splits like a POSIX shell would into words (quotes, backslashes), without any expansion. nullopt:
// unbalanced quote, or an operator (| & ; < > $ ` and friends unquoted) that only a shell could honour; `why`
// says which.
[[nodiscard]] std::optional<std::vector<std::string>> split_command(const std::string& text,
                                                                    std::string& why);

// The commented default files that `init` writes, by file name. `found` are drivers whose program is on PATH,
// and "repository" when the project is one: what is for others is written as comments, so that the files load
// without errors and describe what works here.
[[nodiscard]] std::map<std::string, std::string> default_files(const std::string& project_name,
                                                               const std::vector<std::string>& found);

}  // namespace orchestrate::config
