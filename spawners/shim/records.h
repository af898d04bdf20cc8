// What the shim tells everybody else, as files of the step directory: `started.json` and `exit.json`.
//
// A reader never sees half a record: each appears by rename. The fields mean what spawners/exit_record.h
// says.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "system/descriptor.h"

namespace orchestrate::shim {

enum class Reason { exited, signalled, spawn_failed, wall_limit, silence_limit, cancelled, output_limit };

[[nodiscard]] std::string_view to_string(Reason reason);

struct ExitRecord {
  Reason reason = Reason::exited;
  int code = -1;
  int signal = 0;
  std::string error;
  std::int64_t started_at_ms = 0;
  std::int64_t ended_at_ms = 0;
  std::int64_t wall_ms = 0;  // until the last descendant was gone
  std::int64_t user_ms = 0;
  std::int64_t system_ms = 0;
  std::int64_t max_rss_kib = 0;
  std::int64_t stdout_bytes = 0;
  std::int64_t stderr_bytes = 0;
  std::int64_t dropped_bytes = 0;
  int swept = 0;
  int left = 0;
  std::vector<std::string> stdout_tail;
  std::vector<std::string> stderr_tail;
};

// Never longer than `exit_record_bytes_max`: a long error sentence is cut.
inline constexpr std::size_t exit_record_bytes_max = 4096;
[[nodiscard]] std::string to_json(const ExitRecord& record);

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
