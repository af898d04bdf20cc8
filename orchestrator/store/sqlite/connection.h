// What the tables of one Store share: its database, and the session that is written into their events.
//
// Owned by the Store; a table is a view of it and must not outlive it.
#pragma once

#include <cstdint>
#include <string>

#include "orchestrator/store/sqlite/database.h"

namespace orchestrate {

struct Connection {
  explicit Connection(const std::string& path) : db(path) {}

  Database db;
  std::int64_t session = 0;  // 0: none was started through this connection
};

}  // namespace orchestrate
