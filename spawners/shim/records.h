// What the shim tells everybody else, as files of the step directory: `started.json` and `exit.json`.
//
// A reader never sees half a record: each appears by rename.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "spawners/step/exit_record.h"
#include "system/descriptor.h"

namespace orchestrate::shim {

using spawners::ExitReason;
using spawners::ExitRecord;

// Best effort, not synced: it only helps people and the hunt for leftovers.
void write_started(int step_dir, pid_t child, std::int64_t started_at_ms);

// The place of exit.json, reserved on disk before the step is claimed, so that a disk that fills up later
// cannot take it.
class ExitFile {
 public:
  explicit ExitFile(int step_dir) : step_dir_(step_dir) {}

  // False (errno says why) when the disk has no room: then the step must not be started.
  [[nodiscard]] bool reserve();

  // Durable when it returns true. On failure it tries again each second; false after a minute.
  [[nodiscard]] bool write(const ExitRecord& record);

 private:
  [[nodiscard]] bool still_ours() const;
  [[nodiscard]] bool write_once(std::string_view text);

  int step_dir_;
  system::Descriptor file_;
};

}  // namespace orchestrate::shim
