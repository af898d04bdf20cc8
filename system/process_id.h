// Processes by number, and what makes a number trustworthy: a PID is given out again, a pidfd is not, and a
// PID with its start time and the boot id names a process for ever.
//
// Nothing here throws or blocks.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/descriptor.h"

namespace orchestrate::system {

// A few fields of /proc/PID/stat (proc(5)).
struct ProcessStat {
  pid_t parent = 0;
  pid_t group = 0;
  // Clock ticks since boot. No process has started at 0.
  std::int64_t start_ticks = 0;
};

// nullopt when there is no such process (any more). The name of a program is any bytes, ") R 1" too.
[[nodiscard]] std::optional<ProcessStat> parse_process_stat(std::string_view text);
[[nodiscard]] std::optional<ProcessStat> read_process_stat(pid_t pid);

// Of this boot of the machine; empty when it cannot be read.
[[nodiscard]] std::string boot_id();

// The environment entry by which what outlives a step is found: its value names the step's folder.
inline constexpr const char* kStepMark = "ORCHESTRATE_STEP";

// Every process of /proc but ourselves, as of now. Absent: it cannot be listed.
[[nodiscard]] std::optional<std::vector<pid_t>> other_processes();

// What its kernel file of that name holds, "environ" or "cmdline": words that each end with a NUL. Empty: it
// is gone, or is not ours to read. Absent: the machine does not let us look.
[[nodiscard]] std::optional<std::string> process_words(pid_t pid, const char* file);

// A pidfd. Empty when there is no such process, or no descriptor to be had (errno).
[[nodiscard]] Descriptor open_process(pid_t pid);

// Signals that process and no other. False when it is gone.
bool signal_process(const Descriptor& pidfd, int signal);

}  // namespace orchestrate::system
