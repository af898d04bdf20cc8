// The project's files as the session last read them: a broken one keeps the last good configuration.
#pragma once

#include <cstdint>
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
  // Absent: the files are as they were, or have not settled yet: what an editor or git is about to write is
  // not acted upon. A file that has gone, or is empty, breaks the configuration. Where work is done and kept
  // does not move in mid-session. `now_ms` of the boot clock.
  [[nodiscard]] std::optional<Reload> reload(std::int64_t now_ms);
  // The next reload reads the files in any case.
  void forget() { seen_.reset(); }

  // When a change that was seen is due to be read; absent: there is none.
  [[nodiscard]] std::optional<std::int64_t> settles_at_ms() const;
  // Until then nothing should be started by the old files: whoever changed them goes on as if they were in
  // force. False also when the files have not come to rest for so long that the last good ones go on.
  [[nodiscard]] bool is_settling() const;

 private:
  struct Change {
    std::string fingerprint;
    std::int64_t first_ms = 0, last_ms = 0;  // when the files began to move, and moved last
  };

  [[nodiscard]] Reload read();

  const Machine* machine_;
  std::shared_ptr<const Project> project_;
  std::optional<std::string> seen_;  // the fingerprint of the files, also of those that did not hold
  std::optional<Change> change_;     // that has not settled
};

}  // namespace orchestrate
