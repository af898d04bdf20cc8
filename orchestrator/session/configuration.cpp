#include "orchestrator/session/configuration.h"

#include <utility>

namespace orchestrate {

Configuration::Configuration(Project project, const Machine& machine)
    : machine_(machine),
      project_(std::make_shared<const Project>(std::move(project))),
      seen_(machine.config_fingerprint(project_->paths)) {}

std::optional<Configuration::Reload> Configuration::reload() {
  const std::string seen = machine_.config_fingerprint(project_->paths);
  if (seen == seen_) return std::nullopt;
  seen_ = seen;
  Project fresh = machine_.load_project(project_->paths.project);
  if (!fresh.errors.empty())
    return Reload{false, fresh.errors.front().file + ": " + fresh.errors.front().message, false};
  fresh.paths = project_->paths;
  const bool new_night = fresh.config.night != project_->config.night;
  project_ = std::make_shared<const Project>(std::move(fresh));
  return Reload{true, {}, new_night};
}

}  // namespace orchestrate
