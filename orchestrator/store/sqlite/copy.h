// Whole copies of a database, by SQLite's online backup: of one moment, whoever writes meanwhile.
//
// Blocks on disk. Errors of SQLite throw DatabaseError.
#pragma once

#include <cstdint>
#include <string>

namespace orchestrate {

// Makes `file`, 0600, which must not be there: one plain file, without a journal beside it. Throws
// std::system_error when it is there or cannot be made; what could not be finished is removed.
void copy_database(const std::string& from, const std::string& file);

// What is in a copy of a project's state.
struct CopyFacts {
  std::string mark;          // of the database
  std::int64_t version = 0;  // of its schema
  std::int64_t last_task = 0, last_run = 0;
};

// Throws DatabaseError for what is damaged, or no state of a project.
[[nodiscard]] CopyFacts examine_copy(const std::string& file);

// All of `database`, which may be open elsewhere or not be there, becomes what `copy` is: in one transaction.
// New tasks get greater ids than `last_task`.
void put_copy_back(const std::string& copy, const std::string& database, std::int64_t last_task);

}  // namespace orchestrate
