#include "orchestrator/project/kept_configuration.h"

#include <filesystem>
#include <system_error>

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

}  // namespace

void keep_configuration(const Project& project, const std::string& name) {
  const std::string folder = folder_of(project.paths, name) + "/.orchestrate";
  system::make_private_folders(folder + "/prompts");
  for (const auto& [file, text] : project.files)
    system::replace_private(folder + "/" + file, text);
}

Project kept_configuration(const Paths& paths, const std::string& name) {
  const std::string folder = folder_of(paths, name);
  Project kept = load_project(folder);
  if (kept.files.empty()) {
    config::Diagnostic gone;
    gone.file = folder;
    gone.message = "is gone or empty";
    kept.errors.push_back(std::move(gone));
  }
  kept.paths = paths_of(paths.project, kept.config);
  return kept;
}

void forget_configurations(const Paths& paths, const std::set<std::string>& but) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(all_of(paths), error)) {
    if (!but.contains(entry.path().filename().string())) fs::remove_all(entry.path(), error);
  }
}

}  // namespace orchestrate
