// How one CLI is spoken to: what is true of it, and pure functions. Profile + job -> launch, and one line of
// its output -> notes.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "spawners/drivers/environment.h"
#include "spawners/drivers/notes.h"
#include "spawners/drivers/profile.h"
#include "spawners/launch.h"

namespace orchestrate::spawners {

using Globs = std::vector<std::string>;

// What the agent step of one run needs besides the profile.
struct Job {
  std::string bundle;                      // the whole prompt
  std::string task_key;                    // "task-7": names the task in names of files
  std::string workspace;                   // absolute; the child's cwd
  bool git_root = true;                    // the workspace is the root of a git repository
  std::string step_dir;                    // absolute; where the files of the launch will lie
  std::string home;                        // absolute; the agent type's own HOME when it is isolated
  std::string temporary;                   // absolute; TMPDIR beside that HOME; empty: TMPDIR as it is
  std::vector<std::string> run_command;    // the task's own command, for the script driver
  std::string resume_session;              // empty: a new session
  std::string new_session;                 // a UUID that no session had yet, for CLIs that let us choose
  std::vector<std::string> inherited_env;  // "NAME=value" of our own environment; drivers pick by allow-list
};

// A launch, or why this driver will not start this profile here (spawn_failed, in words a lead can act on).
struct Plan {
  Launch launch;
  std::string refused;
  std::string session_id;  // the session's, where it is known before the CLI says so; else empty
};

// What is true of a CLI whatever the profile says.
struct Traits {
  // "anthropic", "openai", ...: what a usage limit parks unless the profile says otherwise. Empty: nothing.
  std::string provider{};
  std::string command{};                // name on PATH; empty: none of its own (script, exec)
  std::string measured{};               // the version that its driver was measured with; empty: none
  std::string install{};                // the command that installs that version
  std::array<std::string, 3> levels{};  // what read, edit and full mean here, in words
  // Asked of the command, exits 0 where the sandbox can be set up on which read and edit rest; empty: it has
  // none.
  std::vector<std::string> sandbox_trial{};
  std::vector<std::string> credentials{};   // variables, any of which logs it in
  std::vector<std::string> instructions{};  // names of control files that it only ever reads, besides *.md
  std::int64_t startup_ms = 0;  // so long it may be silent on a loaded machine before its first byte
  bool expects_changes = true;
  bool needs_repository = false;  // works nowhere else
  bool states_version = false;    // in its records; else `--version` is asked
  bool states_tokens = false;
  bool states_cost = false;
  bool resumes = false;          // honours Job::resume_session
  bool takes_max_turns = false;  // enforces it itself
  bool takes_max_cost = false;
};

// What one line said. No note: a line of no interest. `known` false: a line of a kind this driver does not
// know.
struct Reading {
  std::vector<Note> notes;
  bool known = true;
};

// One constant for each CLI, made in its own folder: `extern const Driver kClaude;`.
struct Driver {
  Traits traits;

  Plan (*plan)(const Profile& profile, const Job& job);

  // Any bytes are survived. `file`: "stdout", or the name of one of the launch's record files.
  Reading (*read)(const Profile& profile, std::string_view file, std::string_view line);

  // False for programs that write no terminal record (script): their exit code is their word.
  bool (*writes_terminal_record)(const Profile& profile) = [](const Profile& /*profile*/) { return true; };

  // Paths in a repository (globs, relative to its root) that steer this CLI: an agent's change to one is
  // flagged.
  Globs (*control_files)(const Profile& profile) = [](const Profile& /*profile*/) { return Globs(); };

  // Those among the control files that would go beyond the profile's repository_config and that no switch of
  // the CLI stops. They are taken out of a workspace of ours while the agent runs; where it works in the
  // project's own folder it is not started beside them.
  Globs (*hidden_files)(const Profile& profile) = [](const Profile& /*profile*/) { return Globs(); };

  // The file in which the CLI keeps a login when it runs in that environment; empty: it keeps none that we
  // know.
  std::string (*stored_login)(const Environment& child) = [](const Environment& /*child*/) {
    return std::string();
  };
};

// Takes in what one line said, and counts the line.
void fold(Notes& notes, const Reading& reading);

// nullptr for an unknown name. The drivers live as long as the program.
[[nodiscard]] const Driver* find_driver(std::string_view name);
[[nodiscard]] std::vector<std::string> driver_names();

// PATH HOME LANG LC_ALL TZ TERM USER TMPDIR of `inherited`, then the names in env_pass, then profile.env;
// later wins. HOME is job.home, and TMPDIR job.temporary unless the profile names it, when the profile's home
// is isolated.
[[nodiscard]] std::vector<std::string> child_environment(const Profile& profile, const Job& job);

// True when the lead names that variable in env or env_pass.
[[nodiscard]] bool names_variable(const Profile& profile, const std::string& name);

}  // namespace orchestrate::spawners
