// One rule's conditions against one task, in words. Private to this folder.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "routing/route.h"

namespace orchestrate::routing {

struct Match {
  bool matched = false;
  std::string text;  // what held and what did not: "needs backend, but type is IMPLEMENT, not ARCHITECTURE"
  // Of `agent_available`, where nothing else kept the rule from matching: whether they can start.
  std::vector<std::pair<std::string, bool>> asked;
};

[[nodiscard]] Match match(const When& when, const Query& query, const std::vector<Candidate>& candidates);

// nullptr: no such agent type.
[[nodiscard]] const Candidate* find(const std::vector<Candidate>& candidates, const std::string& name);
[[nodiscard]] bool can_start(const Candidate& candidate);
[[nodiscard]] std::string why_not(const Candidate& candidate);  // "a is parked (until 03:10)"

}  // namespace orchestrate::routing
