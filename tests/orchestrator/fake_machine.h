// A machine as a test wants it: what is on its disk and on its PATH is what the test says. Folders are really
// made, and the project's files really read.
#pragma once

#include <cerrno>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <system_error>

#include "orchestrator/project/machine.h"

namespace orchestrate::test {

class FakeMachine : public Machine {
 public:
  std::int64_t free = std::int64_t{1} << 40;      // below every folder
  std::set<std::string> missing;                  // programs that are nowhere
  std::map<std::string, std::string> identities;  // by path; else the path itself
  std::string unmakable;                          // a step's folder with this in its path
  std::string broken;                             // what is wrong with it
  mutable int searches = 0;                       // how often a program was looked for
  mutable int disk_looks = 0;

  [[nodiscard]] std::optional<std::int64_t> free_bytes(const std::string& /*folder*/) const override {
    ++disk_looks;
    return free;
  }
  [[nodiscard]] std::string find_program(const std::string& name,
                                         const std::string& /*path*/) const override {
    ++searches;
    return missing.contains(name) ? "" : "/fake/bin/" + name;
  }
  [[nodiscard]] std::string file_identity(const std::string& path) const override {
    const auto found = identities.find(path);
    return found == identities.end() ? path : found->second;
  }
  [[nodiscard]] std::string fault(const Paths& /*paths*/) const override { return broken; }
  void make_folder(const std::string& path) const override { this_machine().make_folder(path); }
  std::string make_step_folder(const std::string& path) const override {
    if (!unmakable.empty() && path.find(unmakable) != std::string::npos)
      throw std::system_error(EACCES, std::generic_category(), path);
    return this_machine().make_step_folder(path);
  }
  std::string claim_folder(const std::string& folder, const std::string& mark,
                           bool knows_runs) const override {
    return this_machine().claim_folder(folder, mark, knows_runs);
  }
  [[nodiscard]] workspaces::Created make_scratch(const std::string& root,
                                                 const std::string& key) const override {
    return this_machine().make_scratch(root, key);
  }
  [[nodiscard]] std::string config_fingerprint(const Paths& paths) const override {
    return this_machine().config_fingerprint(paths);
  }
  [[nodiscard]] Project load_project(const std::string& directory) const override {
    return this_machine().load_project(directory);
  }
  bool keeps = false;  // it has room for configurations
  mutable std::map<std::string, Project> kept;
  void keep_configuration(const Project& project, const std::string& name) const override {
    if (!keeps) throw std::system_error(ENOSPC, std::generic_category(), name);
    kept[name] = project;
  }
  [[nodiscard]] Project kept_configuration(const Paths& /*paths*/, const std::string& name) const override {
    return kept.at(name);
  }
  void forget_configurations(const Paths& /*paths*/, const std::set<std::string>& but) const override {
    std::erase_if(kept, [&but](const auto& each) { return !but.contains(each.first); });
  }
  [[nodiscard]] ProjectFile read_project_file(const std::string& project, const std::string& name,
                                              std::size_t most) const override {
    return this_machine().read_project_file(project, name, most);
  }
  [[nodiscard]] std::string contained(const std::string& root, const std::string& path) const override {
    return this_machine().contained(root, path);
  }
  [[nodiscard]] std::vector<std::int64_t> numbers_in(const std::string& folder, std::string_view before,
                                                     std::string_view after) const override {
    return this_machine().numbers_in(folder, before, after);
  }
  [[nodiscard]] std::vector<std::string> names_in(const std::string& folder) const override {
    return this_machine().names_in(folder);
  }
  [[nodiscard]] spawners::Origin origin_of_step(const std::string& folder) const override {
    return this_machine().origin_of_step(folder);
  }
  std::string put_aside(const std::string& path) const override { return this_machine().put_aside(path); }
  [[nodiscard]] bool exists(const std::string& path) const override { return this_machine().exists(path); }
  [[nodiscard]] std::int64_t process_id() const override { return 4711; }
};

}  // namespace orchestrate::test
