// What the providers' error codes mean, the same for every CLI. Pure.
#pragma once

#include <cstdint>
#include <initializer_list>

#include "spawners/drivers/notes.h"

namespace orchestrate::spawners {

// Of an HTTP status (RFC 9110; 529 is Anthropic's "overloaded"). `other` where it does not say enough: a 400
// may be anything.
[[nodiscard]] Failure failure_of_status(std::int64_t status);

// The first that says more than `other`.
[[nodiscard]] Failure first_specific(std::initializer_list<Failure> failures);

}  // namespace orchestrate::spawners
