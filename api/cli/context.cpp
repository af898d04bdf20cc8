#include <filesystem>
#include <ostream>

#include "api/cli/verbs.h"

namespace orchestrate::api {

Opened open_project(const Context& context, bool need_config) {
  const std::string directory = find_project(context.directory);
  if (directory.empty()) {
    throw UsageError("no project here: there is no .orchestrate/ in " +
                     std::filesystem::absolute(context.directory).lexically_normal().string() +
                     " or above it\n  run `orchestrate init` in the project's directory first");
  }
  Opened opened{load_project(directory), nullptr};
  if (need_config && !opened.project.errors.empty()) {
    *context.err << config::render(opened.project.errors, false);
    throw UsageError(
        "the configuration is broken; nothing was started\n  mend it and look again with `orchestrate config check`");
  }
  make_state_dirs(opened.project.paths);
  opened.store = std::make_unique<Store>(opened.project.paths.state);
  return opened;
}

Task task_or_refuse(Store& store, std::int64_t id) {
  auto task = store.tasks.find(id);
  if (!task)
    throw Refused("there is no task " + std::to_string(id) + "\n  `orchestrate list` shows those there are");
  return *task;
}

}  // namespace orchestrate::api
