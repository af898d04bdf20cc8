#include "orchestrator/project/machine.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <system_error>

#include "orchestrator/project/kept_configuration.h"
#include "spawners/step/step_files.h"
#include "spawners/step/step_id.h"
#include "system/files.h"
#include "system/launcher.h"

namespace orchestrate {
namespace {

// Our own mkdir may have been the last thing before a crash.
bool holds_something(const std::string& path) {
  if (!system::exists(path)) return false;
  return !std::filesystem::is_directory(std::filesystem::symlink_status(path)) ||
         std::filesystem::directory_iterator(path) != std::filesystem::directory_iterator();
}

std::string rename_aside(const std::string& path) {
  std::string aside;
  for (int n = 1; aside.empty() || system::exists(aside); ++n)
    aside = path + std::string(spawners::kPutAside) + std::to_string(n);
  std::filesystem::rename(path, aside);
  return aside;
}

constexpr std::int64_t kLeastForged = 1'000'000'000'000;

std::optional<std::int64_t> number_in(std::string_view name, std::string_view before,
                                      std::string_view after) {
  if (name.size() <= before.size() + after.size() || !name.starts_with(before) || !name.ends_with(after))
    return std::nullopt;
  const std::string_view digits = name.substr(before.size(), name.size() - before.size() - after.size());
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  // Agents can write there, too: no id comes near that.
  return whole && number > 0 && number < kLeastForged ? std::optional(number) : std::nullopt;
}

// What a step needs there: a folder of its own, and a file in it.
void try_folder(const std::string& folder) {
  const std::string mine = folder + "/.look-" + std::to_string(::getpid());
  system::make_private_folders(mine);
  try {
    system::write_private(mine + "/look", std::string(4096, '.'));
  } catch (const std::system_error&) {
    std::error_code ignored;
    std::filesystem::remove_all(mine, ignored);
    throw;
  }
  std::filesystem::remove_all(mine);
}

class ThisMachine final : public Machine {
 public:
  [[nodiscard]] std::optional<std::int64_t> free_bytes(const std::string& folder) const override {
    struct statvfs fs {};
    if (::statvfs(folder.c_str(), &fs) != 0) return std::nullopt;
    return static_cast<std::int64_t>(fs.f_bavail) * static_cast<std::int64_t>(fs.f_frsize);
  }

  [[nodiscard]] std::string find_program(const std::string& name, const std::string& path) const override {
    return find_on_path(name, path);
  }

  [[nodiscard]] std::string file_identity(const std::string& path) const override {
    struct stat st {};
    if (::stat(path.c_str(), &st) != 0) return {};
    // Package managers set the time of the last change to one of their own; that of the inode is the disk's.
    return path + " " + std::to_string(st.st_size) + " " + std::to_string(st.st_ctim.tv_sec) + "." +
           std::to_string(st.st_ctim.tv_nsec);
  }

  [[nodiscard]] std::string fault(const Paths& paths) const override {
    try {
      for (const auto& folder : {paths.runs, paths.workspaces})
        try_folder(folder);
      system::Launcher launcher;
      // Without an argument it says how it is used, into nothing.
      (void)launcher.start({paths.shim, {paths.shim}}).wait();
    } catch (const std::system_error& e) {
      return e.what();
    }
    return {};
  }

  void make_folder(const std::string& path) const override {
    if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
    const std::string above = std::filesystem::path(path).parent_path().string();
    if (errno == ENOENT && above != path) {
      make_folder(above);
      if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return;
    }
    throw std::system_error(errno, std::generic_category(), "cannot create " + path);
  }

  std::string make_step_folder(const std::string& path) const override {
    const std::string aside = holds_something(path) ? rename_aside(path) : "";
    system::make_private_folders(path);
    return aside;
  }

  std::string claim_folder(const std::string& folder, const std::string& mark,
                           bool knows_runs) const override {
    if (!holds_something(folder)) return {};
    const std::string file = folder + "/.database";
    const auto owner = system::read_if_there(file);
    if (owner && *owner == mark) return {};
    std::string aside;
    if (owner || !knows_runs) {
      aside = rename_aside(folder);
      system::make_private_folders(folder);
    }
    system::replace_private(file, mark, system::Sync::survives_power_loss);
    return aside;
  }

  [[nodiscard]] workspaces::Created make_scratch(const std::string& root,
                                                 const std::string& key) const override {
    return workspaces::create_folder(root, key);
  }

  [[nodiscard]] std::string config_fingerprint(const Paths& paths) const override {
    return orchestrate::config_fingerprint(paths);
  }

  [[nodiscard]] Project load_project(const std::string& directory) const override {
    return orchestrate::load_project(directory);
  }

  void keep_configuration(const Project& project, const std::string& name) const override {
    orchestrate::keep_configuration(project, name);
  }
  [[nodiscard]] Project kept_configuration(const Paths& paths, const std::string& name) const override {
    return orchestrate::kept_configuration(paths, name);
  }
  void forget_configurations(const Paths& paths, const std::set<std::string>& but) const override {
    orchestrate::forget_configurations(paths, but);
  }

  [[nodiscard]] ProjectFile read_project_file(const std::string& project, const std::string& name,
                                              std::size_t most) const override {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path path = fs::canonical(fs::path(project) / name, error);
    const fs::path relative = path.lexically_relative(project);
    if (error) return {{}, 0, "this file does not exist"};
    if (relative.empty() || *relative.begin() == "..")
      return {{}, 0, "this file lies outside the project and was not read"};
    const auto file = system::read_start(path.string(), most);
    if (!file) return {{}, 0, "this file cannot be read"};
    return {file.text, fs::file_size(path, error), {}};
  }

  [[nodiscard]] std::string contained(const std::string& root, const std::string& path) const override {
    return workspaces::contained(root, path);
  }

  [[nodiscard]] bool exists(const std::string& path) const override {
    std::error_code error;
    return std::filesystem::exists(path, error);
  }

  [[nodiscard]] std::vector<std::int64_t> numbers_in(const std::string& folder, std::string_view before,
                                                     std::string_view after) const override {
    std::vector<std::int64_t> numbers;
    for (const auto& name : names_in(folder)) {
      if (const auto number = number_in(name, before, after)) numbers.push_back(*number);
    }
    std::ranges::sort(numbers);
    return numbers;
  }

  [[nodiscard]] std::vector<std::string> names_in(const std::string& folder) const override {
    std::vector<std::string> names;
    if (!system::exists(folder) || !std::filesystem::is_directory(std::filesystem::symlink_status(folder)))
      return names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
  }

  [[nodiscard]] spawners::Origin origin_of_step(const std::string& folder) const override {
    return spawners::read_origin(folder);
  }

  std::string put_aside(const std::string& path) const override {
    return holds_something(path) ? rename_aside(path) : "";
  }

  [[nodiscard]] std::int64_t process_id() const override { return ::getpid(); }
};

}  // namespace

// A night on a full disk ends in half-written work: better not to begin it.
std::string disk_shortage(const Machine& machine, const Paths& paths, std::int64_t floor_bytes) {
  for (const std::string& folder : {paths.state, paths.workspaces}) {
    const auto free_bytes = machine.free_bytes(folder);
    if (!free_bytes || *free_bytes >= floor_bytes) continue;  // unknown: not made yet
    return "only " + std::to_string(*free_bytes >> 20) + " MiB are free below " + folder + "; the floor is " +
           std::to_string(floor_bytes >> 20) + " MiB ([retention] free_disk_floor)";
  }
  return {};
}

const Machine& this_machine() {
  static const ThisMachine machine;
  return machine;
}

}  // namespace orchestrate
