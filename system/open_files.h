// How many descriptors this process may have.
#pragma once

#include <cstdint>

namespace orchestrate::system {

// As many as the hard limit allows from now on. Returns what the limit was, for programs that we start: some
// cannot bear a great one. Nothing here throws.
std::int64_t raise_open_files();

}  // namespace orchestrate::system
