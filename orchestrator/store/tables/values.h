// Small facts by name that need no table of their own.
#pragma once

#include <string>

#include "orchestrator/store/sqlite/connection.h"

namespace orchestrate {

// Names this database for ever, among all others: what runs left on disk is its own only with that mark.
inline constexpr const char* kDatabaseMark = "database";

class Values {
 public:
  explicit Values(Connection& connection) : db_(connection.db) {}

  void set(const std::string& key, const std::string& value);
  void remove(const std::string& key);
  [[nodiscard]] std::string get(const std::string& key);  // empty: never set
  [[nodiscard]] bool has(const std::string& key);

 private:
  Database& db_;
};

}  // namespace orchestrate
