// The files of one step's directory, as the orchestrator writes and reads them. The shim is the other party.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "spawners/launch.h"
#include "spawners/step/exit_record.h"
#include "system/lock.h"

namespace orchestrate::spawners {

// What the shim wrote once the child was started.
struct StartRecord {
  std::int64_t shim_pid = 0;
  // With the boot id, names a process for ever; 0: the shim could not read its own.
  std::int64_t shim_start_ticks = 0;
  std::int64_t pid = 0;
  std::string boot_id;
};

// Creates the directory (0700, parents too), launch.json, the launch's files and its home files (0600). Safe
// to repeat before a start. The environment is not written. `open_files`: the child's limit; 0: the shim's
// own. Throws std::system_error.
void write_step(const std::string& dir, const Launch& launch, std::int64_t open_files = 0);

// What its shim keeps it to: wall and grace of its launch.json. Absent: that cannot be read.
[[nodiscard]] std::optional<Limits> read_limits(const std::string& dir);
[[nodiscard]] std::optional<StartRecord> read_started(const std::string& dir);
[[nodiscard]] std::optional<ExitRecord> read_exit(const std::string& dir);

// For whom it was begun, as its launch.json says; nobody, when there is none. Never throws.
[[nodiscard]] Origin read_origin(const std::string& dir);

// `held` while a shim runs the step: the only proof of life. Looking disturbs nobody.
[[nodiscard]] system::LockState step_lock(const std::string& dir);

// False only when it is certain that no shim has ever claimed it.
[[nodiscard]] bool may_be_claimed(const std::string& dir);

// The last bytes that a stream of an ended step left, across head and tail files, for people and prompts.
[[nodiscard]] std::string output_tail(const std::string& dir, const std::string& stream,
                                      std::size_t max_bytes);

}  // namespace orchestrate::spawners
