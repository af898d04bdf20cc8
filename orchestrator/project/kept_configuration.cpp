#include "orchestrator/project/kept_configuration.h"

#include <filesystem>
#include <system_error>

#include "config/document.h"
#include "system/files.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;

std::string all_of(const Paths& paths) {
  return paths.state + "/configurations";
}

std::string folder_of(const Paths& paths, const std::string& name) {
  return all_of(paths) + "/" + name;
}

// Written last: where the workspaces lie, and which files there are.
constexpr const char* kList = "/list";

}  // namespace

void keep_configuration(const Project& project, const std::string& name) {
  const std::string folder = folder_of(project.paths, name);
  system::make_private_folders(folder + "/.orchestrate/prompts");
  std::string list = project.paths.workspaces + "\n";
  for (const auto& [file, text] : project.files) {
    system::replace_private(folder + "/.orchestrate/" + file, text, system::Sync::survives_power_loss);
    list += file + "\n";
  }
  system::replace_private(folder + kList, list, system::Sync::survives_power_loss);
}

Project kept_configuration(const Paths& paths, const std::string& name) {
  const std::string folder = folder_of(paths, name);
  Project kept = load_project(folder);
  const auto list = config::split_lines(system::read_file(folder + kList).text);
  kept.paths = paths_of(paths.project, kept.config);
  if (list.empty() || list.front().empty()) {
    config::Diagnostic gone;
    gone.file = folder;
    gone.message = "is gone, or was never whole";
    kept.errors.push_back(std::move(gone));
    return kept;
  }
  for (auto& lost : lost_files({list.begin() + 1, list.end()}, kept))
    kept.errors.push_back(std::move(lost));
  kept.paths.workspaces = list.front();
  return kept;
}

void forget_configurations(const Paths& paths, const std::set<std::string>& but) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(all_of(paths), error)) {
    if (!but.contains(entry.path().filename().string())) fs::remove_all(entry.path(), error);
  }
}

}  // namespace orchestrate
