// The template language: text with `{{name}}` in it, `\{{` for the two braces themselves, and nothing else.
// A placeholder opens and closes on one line. A line whose placeholders are all empty is left out, so that an
// optional section leaves no hole. Values are never looked at for placeholders. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "prompts/prompt.h"

namespace orchestrate::prompts {

// The value of a known placeholder; nothing else is asked for once `check_template` found no error.
using ValueOf = std::function<std::string(std::string_view name)>;

[[nodiscard]] std::string fill(std::string_view text, const ValueOf& value_of);

}  // namespace orchestrate::prompts
