// What the tests of plans look for in a launch.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "spawners/drivers/environment.h"
#include "spawners/launch.h"

namespace orchestrate::spawners {

inline bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// The word after `flag`, "" when the flag is absent.
inline std::string word_after(const std::vector<std::string>& argv, std::string_view flag) {
  const auto found = std::find(argv.begin(), argv.end(), flag);
  return found == argv.end() || found + 1 == argv.end() ? "" : *(found + 1);
}

// Of the child's environment; "" when it is not set.
inline std::string variable(const Launch& launch, std::string_view name) {
  return value_of(environment_from(launch.env), name);
}

}  // namespace orchestrate::spawners
