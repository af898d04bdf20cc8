#include "orchestrator/session/configuration.h"

#include <utility>

namespace orchestrate {
namespace {

constexpr std::int64_t kSettleMs = 500;
constexpr std::int64_t kLongestMoveMs = 30'000;

}  // namespace

Configuration::Configuration(Project project, const Machine& machine)
    : machine_(&machine),
      project_(std::make_shared<const Project>(std::move(project))),
      seen_(machine.config_fingerprint(project_->paths)) {}

std::optional<Configuration::Reload> Configuration::reload(std::int64_t now_ms) {
  const std::string seen = machine_->config_fingerprint(project_->paths);
  if (seen == seen_) {
    change_.reset();
    return std::nullopt;
  }
  if (seen_) {
    if (!change_) change_ = Change{seen, now_ms, now_ms};
    if (change_->fingerprint != seen) change_ = Change{seen, change_->first_ms, now_ms};
    if (now_ms < change_->last_ms + kSettleMs) return std::nullopt;
  }
  change_.reset();
  seen_ = seen;
  return read();
}

Configuration::Reload Configuration::read() {
  Project fresh = machine_->load_project(project_->paths.project);
  std::vector<std::string> names;
  for (const auto& [name, text] : project_->files)
    names.push_back(name);
  const auto lost = lost_files(names, fresh);
  // What is lost comes first: what else is wrong may follow from it.
  fresh.errors.insert(fresh.errors.begin(), lost.begin(), lost.end());
  if (!fresh.errors.empty())
    return Reload{false, fresh.errors.front().file + ": " + fresh.errors.front().message, false};
  fresh.paths = project_->paths;
  const bool new_night = fresh.config.night != project_->config.night;
  project_ = std::make_shared<const Project>(std::move(fresh));
  return Reload{true, {}, new_night};
}

std::optional<std::int64_t> Configuration::settles_at_ms() const {
  return change_ ? std::optional(change_->last_ms + kSettleMs) : std::nullopt;
}

bool Configuration::is_settling() const {
  return change_ && change_->last_ms - change_->first_ms <= kLongestMoveMs;
}

}  // namespace orchestrate
