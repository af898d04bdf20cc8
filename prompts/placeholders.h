// The one table of what a template may name, each with the text it stands for. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "prompts/prompt.h"

namespace orchestrate::prompts {

// A scalar is one line. A block brings its own heading, and is empty when there is nothing to say.
struct Placeholder {
  std::string_view name;
  std::string (*value)(const Bundle&);
};

[[nodiscard]] std::span<const Placeholder> placeholders();

// nullptr: unknown.
[[nodiscard]] const Placeholder* find_placeholder(std::string_view name);

}  // namespace orchestrate::prompts
