// What a session may ask of this machine besides the clock: its disk, its programs, the project's files. The
// session is handed one, so that a test can hand it another and the same seed gives the same night.
//
// Every call may block for as long as the disk takes.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/project/project.h"
#include "spawners/launch.h"
#include "workspaces/workspace.h"

namespace orchestrate {

// A file that a person named, of the project. `problem` says in words why its text is not there.
struct ProjectFile {
  std::string text;          // the first bytes of it
  std::uintmax_t bytes = 0;  // of the whole file
  std::string problem;
};

class Machine {
 public:
  virtual ~Machine() = default;

  // What an ordinary user may still write below that folder. nullopt: unknown (no such folder yet).
  [[nodiscard]] virtual std::optional<std::int64_t> free_bytes(const std::string& folder) const = 0;

  // Where on that PATH a program is; a name with a '/' is looked for as it is. Empty: nowhere.
  [[nodiscard]] virtual std::string find_program(const std::string& name, const std::string& path) const = 0;

  // Another text once that file is another one. Empty: there is none.
  [[nodiscard]] virtual std::string file_identity(const std::string& path) const = 0;

  // What is wrong with it, in a sentence: it cannot write where runs and workspaces live, or start a process.
  // Empty: nothing, as far as a look can find.
  [[nodiscard]] virtual std::string fault(const Paths& paths) const = 0;

  // With 0700, as the folders above it that are missing. Throws std::system_error.
  virtual void make_folder(const std::string& path) const = 0;

  // For a step that was never begun: nothing that lies there may pass for what it leaves. What does is put
  // aside, under the name that is returned; empty: there was nothing. Throws std::system_error.
  virtual std::string make_step_folder(const std::string& path) const = 0;

  // What lies in a folder of workspaces or results belongs to the database of that `mark`, which is written
  // there. What is another's, or nobody's while ours `knows_runs` not, is put aside, whole: the name it got
  // is returned. Empty: nothing was to be done. Throws std::system_error.
  virtual std::string claim_folder(const std::string& folder, const std::string& mark,
                                   bool knows_runs) const = 0;

  // A scratch workspace, see workspaces::create_folder.
  [[nodiscard]] virtual workspaces::Created make_scratch(const std::string& root,
                                                         const std::string& key) const = 0;

  // See project.h.
  [[nodiscard]] virtual std::string config_fingerprint(const Paths& paths) const = 0;
  [[nodiscard]] virtual Project load_project(const std::string& directory) const = 0;

  // See kept_configuration.h.
  virtual void keep_configuration(const Project& project, const std::string& name) const = 0;
  [[nodiscard]] virtual Project kept_configuration(const Paths& paths, const std::string& name) const = 0;
  virtual void forget_configurations(const Paths& paths, const std::set<std::string>& but) const = 0;

  // The first `most` bytes of a file inside the project: a path that leaves it, by dots or by a symlink, is
  // named and not read.
  [[nodiscard]] virtual ProjectFile read_project_file(const std::string& project, const std::string& name,
                                                      std::size_t most) const = 0;

  // See workspaces::contained: throws WorkspaceError for a path outside `root`.
  [[nodiscard]] virtual std::string contained(const std::string& root, const std::string& path) const = 0;
  [[nodiscard]] virtual bool exists(const std::string& path) const = 0;

  // The numbers N of what in that folder is named `before`N`after`, in order. None: there is no such folder.
  // Throws std::system_error when it cannot be listed.
  [[nodiscard]] virtual std::vector<std::int64_t> numbers_in(const std::string& folder,
                                                             std::string_view before,
                                                             std::string_view after) const = 0;

  // What is in it, in order. Nothing: it is no folder. Throws std::system_error when it cannot be listed.
  [[nodiscard]] virtual std::vector<std::string> names_in(const std::string& folder) const = 0;

  // See spawners::read_origin.
  [[nodiscard]] virtual spawners::Origin origin_of_step(const std::string& folder) const = 0;

  // Renamed, so that nothing has its name any more: the new one is returned. Empty: it was not there, or an
  // empty folder. Throws std::system_error.
  virtual std::string put_aside(const std::string& path) const = 0;  // NOLINT(modernize-use-nodiscard)

  [[nodiscard]] virtual std::int64_t process_id() const = 0;
};

// Which of the project's folders has too little room, in a sentence; empty: there is room, as far as is
// known.
[[nodiscard]] std::string disk_shortage(const Machine& machine, const Paths& paths, std::int64_t floor_bytes);

// The machine we are on. It lives as long as the program.
[[nodiscard]] const Machine& this_machine();

}  // namespace orchestrate
