// What the command lines of all drivers are made of. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::spawners {

using Arguments = std::vector<std::string>;

void append(Arguments& argv, const Arguments& more);

// True for letters, digits, '-' and '_', at most 128, not beginning with '-'. An id came from an earlier
// run's output: it must not be able to become a flag or a path.
[[nodiscard]] bool is_session_id(std::string_view id);

// The shortest decimal that reads back as the number, without regard to the locale.
[[nodiscard]] std::string shortest(double number);

}  // namespace orchestrate::spawners
