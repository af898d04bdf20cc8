// Providers that must rest: until a stated time, or until a person has answered.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "orchestrator/store/rows/park.h"
#include "orchestrator/store/tables/events.h"

namespace orchestrate {

class Parks {
 public:
  explicit Parks(Connection& connection) : db_(connection.db), events_(connection) {}

  void put(const Park& park, std::int64_t now_ms);  // again while it rests: its times grow
  void lift(const std::string& provider, std::int64_t now_ms);
  [[nodiscard]] std::vector<Park> in_force(std::int64_t now_ms);

 private:
  Database& db_;
  Events events_;
};

}  // namespace orchestrate
