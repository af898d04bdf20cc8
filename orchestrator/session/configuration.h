// The project's files as the session last read them: a broken one keeps the last good configuration.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "orchestrator/project/machine.h"
#include "orchestrator/project/project.h"

namespace orchestrate {

class Configuration {
 public:
  // `machine` outlives it.
  Configuration(Project project, const Machine& machine);

  [[nodiscard]] const std::shared_ptr<const Project>& project() const { return project_; }

  struct Reload {
    bool holds = true;
    std::string problem;     // of one that does not hold: its first
    bool new_night = false;  // [night] is another one
  };
  // Absent: the files are as they were. Where work is done and kept does not move in mid-session.
  [[nodiscard]] std::optional<Reload> reload();
  // The next reload reads the files in any case.
  void forget() { seen_.reset(); }

 private:
  const Machine& machine_;
  std::shared_ptr<const Project> project_;
  std::optional<std::string> seen_;  // the fingerprint of the files, also of those that did not hold
};

}  // namespace orchestrate
