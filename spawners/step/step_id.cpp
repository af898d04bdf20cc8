#include "spawners/step/step_id.h"

namespace orchestrate::spawners {

std::string step_id(std::int64_t run, int n, std::string_view kind) {
  std::string id = std::to_string(run) + (n < 10 ? "/0" : "/") + std::to_string(n) + "-";
  return id += kind;
}

bool is_agent_step(std::string_view id) {
  const std::size_t dash = id.find('-');
  return dash != std::string_view::npos && id.substr(dash + 1) == kAgentStep;
}

std::string step_of(const std::string& dir) {
  const auto last = dir.rfind('/');
  const auto before = last == std::string::npos || last == 0 ? std::string::npos : dir.rfind('/', last - 1);
  return before == std::string::npos ? dir : dir.substr(before + 1);
}

}  // namespace orchestrate::spawners
