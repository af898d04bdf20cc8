// The few fields of /proc/PID/stat (proc(5)) that the shim needs.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace orchestrate::shim {

struct ProcStat {
  pid_t parent = 0;
  pid_t group = 0;
  std::int64_t start_ticks =
      0;  // clock ticks since boot: with a PID and a boot id it names a process for ever
};

// nullopt when there is no such process (any more). The name of a program is any bytes, ") R 1" too.
[[nodiscard]] std::optional<ProcStat> parse_proc_stat(std::string_view text);
[[nodiscard]] std::optional<ProcStat> read_proc_stat(pid_t pid);

}  // namespace orchestrate::shim
