// Shell-style patterns, matched in bounded time: the one engine for titles, protected files and control
// files. Pure.
#pragma once

#include <string>

namespace orchestrate::text {

// Match of the whole text, without (ASCII) case: * any run, `/` included, ? one character, [abc] [a-z] [!x]
// sets. A backslash takes the next character as it is. Time is bounded by the product of the two lengths.
[[nodiscard]] bool glob_match(const std::string& pattern, const std::string& text);

// What is wrong with a pattern, in words; empty when nothing is.
[[nodiscard]] std::string glob_problem(const std::string& pattern);

}  // namespace orchestrate::text
