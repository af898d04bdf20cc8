#include "api/cli/context.h"

#include <filesystem>

#include "api/operations/call.h"

namespace orchestrate::api {

Opened open_project(const Context& context, Opens opens) {
  Opened opened;
  if (opens == Opens::nothing) return opened;
  const std::string directory = find_project(context.directory);
  if (directory.empty()) {
    throw wrong_usage("no project here: there is no .orchestrate/ in " +
                          std::filesystem::absolute(context.directory).lexically_normal().string() +
                          " or above it",
                      "run `orchestrate init` in the project's directory first");
  }
  opened.project = std::make_unique<Project>(load_project(directory));
  if (opens == Opens::files) return opened;
  if (opens == Opens::configuration) require_configuration(*opened.project);
  make_state_dirs(opened.project->paths);
  opened.store = std::make_unique<Store>(opened.project->paths.state);
  return opened;
}

Desk Opened::desk(const Context& context) const {
  Desk desk;
  desk.project = project.get();
  desk.store = store.get();
  desk.now_ms = wall_ms();
  desk.directory = context.directory;
  desk.environment = context.environment;
  return desk;
}

}  // namespace orchestrate::api
