// What a program that was asked for its version printed. Pure.
#pragma once

#include <string>

namespace orchestrate::text {

// A version in what a CLI printed: its first line that is not blank, shortened.
[[nodiscard]] std::string version_line(const std::string& output);

// Its last line that is not blank, shortened: what a program that fails says in the end.
[[nodiscard]] std::string last_line(const std::string& output);

// The first word of it that begins with a digit: "0.169.0" of "codex-cli 0.169.0". Empty: there is none.
[[nodiscard]] std::string version_number(const std::string& output);

}  // namespace orchestrate::text
