// What the providers' error codes mean, the same for every CLI. Pure.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

#include "spawners/drivers/notes.h"

namespace orchestrate::spawners {

// Of an HTTP status (RFC 9110; 529 is Anthropic's "overloaded"). `other` where it does not say enough: a 400
// may be anything.
[[nodiscard]] Failure failure_of_status(std::int64_t status);

// What gives a kind of failure away in an error's words.
struct Sign {
  std::string_view words;
  Failure failure = Failure::other;
};
// Of the first sign whose words stand in the text; `other` where none do.
[[nodiscard]] Failure failure_of_words(std::span<const Sign> signs, std::string_view text);

// The first that says more than `other`.
[[nodiscard]] Failure first_specific(std::initializer_list<Failure> failures);

}  // namespace orchestrate::spawners
