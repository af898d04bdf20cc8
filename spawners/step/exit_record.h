// How a step's process ended: the content of exit.json, written by the shim, read by everybody else, and of
// a column of its row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::spawners {

enum class ExitReason {
  exited,
  signalled,
  spawn_failed,  // for a reason of its own: no such program, no such folder
  not_started,   // for a fault of the machine: it may be started again
  wall_limit,
  silence_limit,
  cancelled,
  output_limit
};

struct ExitRecord {
  ExitReason reason = ExitReason::exited;
  int code = -1;                   // when it exited by itself
  int signal = 0;                  // when a signal ended it
  std::string error;               // of those that never ran: which call, which file, strerror
  std::int64_t started_at_ms = 0;  // wall clock, Unix epoch
  std::int64_t ended_at_ms = 0;
  std::int64_t wall_ms = 0;  // boot-time clock
  std::int64_t user_ms = 0;  // CPU of the whole reaped tree
  std::int64_t system_ms = 0;
  std::int64_t max_rss_kib = 0;
  std::int64_t stdout_bytes = 0;  // produced, not kept
  std::int64_t stderr_bytes = 0;
  std::int64_t dropped_bytes = 0;        // produced but not on disk: over the cap, or the disk was full
  int swept = 0;                         // descendants that had to be killed after the child was gone
  int left = 0;                          // descendants that could not be killed within the sweep's bound
  std::vector<std::string> stdout_tail;  // files that continue `stdout` after a gap, oldest first
  std::vector<std::string> stderr_tail;
  std::string step;  // "41/05-check-8f2a01c3": whose record it is; empty: written before records said so

  [[nodiscard]] bool clean_exit() const { return reason == ExitReason::exited && code == 0; }
};

// True when it ended by itself, or ran into a limit of its own. Else somebody or something ended it, and
// nobody knows what it would have said.
[[nodiscard]] bool ended_by_itself(const ExitRecord& record);

[[nodiscard]] std::string_view to_string(ExitReason reason);
[[nodiscard]] std::optional<ExitReason> exit_reason_from(std::string_view text);

// One line of less than kExitRecordBytes: a long error sentence is cut. What is not UTF-8 is replaced.
inline constexpr std::size_t kExitRecordBytes = 4096;
[[nodiscard]] std::string to_json(const ExitRecord& record);

// nullopt when the text is not a whole exit record (a torn or foreign file).
[[nodiscard]] std::optional<ExitRecord> parse_exit_record(const std::string& json_text);

// "exit 1", "killed by SIGKILL", "stopped: no output for its silence limit", for people.
[[nodiscard]] std::string describe(const ExitRecord& record);

}  // namespace orchestrate::spawners
