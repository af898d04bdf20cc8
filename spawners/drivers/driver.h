// How one CLI is spoken to: two pure functions. Profile + job -> launch, and one line of its output -> notes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "spawners/drivers/notes.h"
#include "spawners/drivers/profile.h"
#include "spawners/launch.h"

namespace orchestrate::spawners {

// What the agent step of one run needs besides the profile.
struct Job {
  std::string bundle;                      // the whole prompt
  std::string workspace;                   // absolute; the child's cwd
  std::string step_dir;                    // absolute; where the files of the launch will lie
  std::string home;                        // absolute; the agent type's own HOME when it is isolated
  std::vector<std::string> run_command;    // the task's own command, for the script driver
  std::string resume_session;              // empty: a new session
  std::vector<std::string> inherited_env;  // "NAME=value" of our own environment; drivers pick by allow-list
};

// A launch, or why this driver will not start this profile here (spawn_failed, in words a lead can act on).
struct Plan {
  Launch launch;
  std::string refused;
};

class Driver {
 public:
  virtual ~Driver() = default;
  [[nodiscard]] virtual Plan plan(const Profile& profile, const Job& job) const = 0;

  // Any bytes are survived. No note: a line of no interest. `known` false: a line of a kind this driver does
  // not know.
  struct Reading {
    std::vector<Note> notes;
    bool known = true;
  };
  [[nodiscard]] virtual Reading read(const Profile& profile, std::string_view line) const = 0;

  // False for programs that write no terminal record (script): their exit code is their word.
  [[nodiscard]] virtual bool writes_terminal_record(const Profile& profile) const = 0;

  // Paths in a repository (globs, relative to its root) that steer this CLI: an agent's change to one is
  // flagged.
  [[nodiscard]] virtual std::vector<std::string> control_files(const Profile& profile) const = 0;

  // "anthropic", "openai", ... : what a usage limit parks unless the profile says otherwise. Empty: nothing.
  [[nodiscard]] virtual std::string default_provider() const = 0;
  [[nodiscard]] virtual std::string default_command() const = 0;  // name on PATH; empty: none (script)
  [[nodiscard]] virtual bool expects_changes_by_default() const = 0;
};

// Takes in what one line said, and counts the line.
void fold(Notes& notes, const Driver::Reading& reading);

// nullptr for an unknown name. The drivers live as long as the program.
[[nodiscard]] const Driver* find_driver(std::string_view name);
[[nodiscard]] std::vector<std::string> driver_names();

// PATH HOME LANG LC_ALL TZ TERM USER TMPDIR of `inherited`, then the names in env_pass, then profile.env;
// later wins. HOME is job.home when the profile's home is isolated.
[[nodiscard]] std::vector<std::string> child_environment(const Profile& profile, const Job& job);

}  // namespace orchestrate::spawners
