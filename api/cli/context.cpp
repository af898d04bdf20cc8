#include "api/cli/context.h"

#include <filesystem>

#include "api/operations/call.h"
#include "orchestrator/session/begin/known_files.h"

namespace orchestrate::api {
namespace {

// What a person has to put right, and not what SQLite says.
std::unique_ptr<Store> open_store(const std::string& state) {
  try {
    return std::make_unique<Store>(state);
  } catch (const DatabaseError& e) {
    if (e.code != 0) throw;
    throw Refused(Code::usage, e.what());
  }
}

}  // namespace

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
  opened.store = open_store(opened.project->paths.state);
  miss_files(*opened.project, *opened.store);
  if (opens == Opens::configuration) require_configuration(*opened.project);
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
