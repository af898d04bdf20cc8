// A provider that must rest, as a plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace orchestrate {

struct Park {
  std::string provider;
  std::optional<std::int64_t> until_ms;  // absent: until a person has answered
  std::string why;
  int times = 1;
};

}  // namespace orchestrate
