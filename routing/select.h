// Who of several agent types starts now. Pure.
#pragma once

#include <string>
#include <vector>

#include "routing/route.h"

namespace orchestrate::routing {

struct Selection {
  std::string to;                        // an agent type, kHuman, or empty: nobody now
  std::vector<std::string> waits_for;    // in order of preference; filled when `to` is empty
  std::vector<std::string> passed_over;  // in words, why those preferred to `to` were not taken
  bool nobody_exists = false;
};

// The first of `names` that can start; else the first stand-in of a parked one that can (depth first, each
// looked at once).
[[nodiscard]] Selection select(const std::vector<std::string>& names,
                               const std::vector<Candidate>& candidates);

}  // namespace orchestrate::routing
