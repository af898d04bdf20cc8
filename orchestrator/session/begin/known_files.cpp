#include "orchestrator/session/begin/known_files.h"

#include "config/document.h"

namespace orchestrate {
namespace {

constexpr const char* kFiles = "configuration_files";  // a line each

}  // namespace

void remember_files(Store& store, const Project& project) {
  std::string lines;
  for (const auto& [name, text] : project.files) {
    if (name.ends_with(".toml")) lines += name + "\n";
  }
  store.values.set(kFiles, lines);
}

void miss_files(Project& project, Store& store) {
  const auto lost = lost_files(config::split_lines(store.values.get(kFiles)), project);
  project.errors.insert(project.errors.begin(), lost.begin(), lost.end());
}

}  // namespace orchestrate
