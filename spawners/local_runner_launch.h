// The one translation unit that knows Boost.Process.
#pragma once

#include <string>
#include <vector>

namespace orchestrate::spawners {

// Forks and executes `program` with exactly `env` and descriptors 0-2 only; the caller owns reaping. Returns
// the PID. Throws std::system_error.
[[nodiscard]] int launch_detached(const std::string& program, const std::vector<std::string>& args,
                                  const std::vector<std::string>& env);

}  // namespace orchestrate::spawners
