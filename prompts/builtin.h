// The templates that travel inside the binary. The definition is generated from *.md by embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace orchestrate::prompts {

struct Builtin {
  std::string_view name;
  std::string_view text;
};

// Ordered by name; valid for the life of the program.
[[nodiscard]] std::span<const Builtin> builtin_templates();

}  // namespace orchestrate::prompts
