// A thin RAII layer over SQLite: one connection, prepared statements kept for the next use.
//
// Errors of SQLite throw DatabaseError. One thread at a time. sqlite3.h is seen by database.cpp and copy.cpp
// alone.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "system/descriptor.h"

struct sqlite3;
struct sqlite3_stmt;

namespace orchestrate {

class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(const std::string& what, int sqlite_code) : std::runtime_error(what), code(sqlite_code) {}
  // The same may succeed later: the database is kept by somebody, or the machine fails.
  [[nodiscard]] bool may_pass() const;
  int code;  // SQLite's extended result code
};

// How long a writer waits for another program.
struct Patience {
  std::chrono::milliseconds asks_every{10'000};
  // Asked so often, with who keeps the database in words: true to wait on. None: it gives up.
  std::function<bool(const std::string& who)> waits_on;
};

// Prepared, and whether somebody uses it.
struct Statement {
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };

  std::unique_ptr<sqlite3_stmt, Finalize> handle;
  bool busy = false;
};

// One use of a prepared statement, from its parameters to its last row; the statement is free again when it
// goes. Parameters are bound in order by `bind`, the columns of a row are read in order by `take`.
class Query {
 public:
  Query(sqlite3* db, Statement& statement);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::int64_t value);
  Query& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
  Query& bind(std::size_t value) { return bind(static_cast<std::int64_t>(value)); }
  Query& bind(bool value) { return bind(static_cast<std::int64_t>(value ? 1 : 0)); }
  Query& bind(double value);
  Query& bind(std::string_view value);
  Query& bind(const char* value) { return bind(std::string_view(value)); }
  Query& bind(const std::string& value) { return bind(std::string_view(value)); }
  Query& bind(std::nullopt_t);
  template <typename T>
  Query& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind(std::nullopt);
  }

  // True while there is a row.
  bool next();
  // Runs to the end; returns how many rows were changed.
  int run();

  // The next column of the row. NULL gives the empty value; reading past the last column throws logic_error.
  template <typename T>
  [[nodiscard]] T take() {
    T value{};
    read(value);
    return value;
  }
  void read(std::int64_t& value);
  void read(int& value);
  void read(bool& value);
  void read(double& value);
  void read(std::string& value);
  template <typename T>
  void read(std::optional<T>& value) {
    if (null()) {
      value.reset();
      skip();
    } else {
      read(value.emplace());
    }
  }

  // The first column of the first row, where there is one.
  template <typename T>
  [[nodiscard]] std::optional<T> first() {
    return next() ? std::optional<T>(take<T>()) : std::nullopt;
  }
  // The first column of every row.
  template <typename T>
  [[nodiscard]] std::vector<T> all() {
    std::vector<T> values;
    while (next())
      values.push_back(take<T>());
    return values;
  }

 private:
  [[nodiscard]] bool null() const;
  int skip();  // returns the column that was the next one

  sqlite3* db_;
  Statement& statement_;
  int bound_ = 0;
  int column_ = 0;
};

// The writers' queue: an flock on <database>.lock.
class WritersQueue {
 public:
  // Throws std::system_error.
  explicit WritersQueue(const std::string& path);
  // Blocks until it is ours. Throws DatabaseError once nobody is patient any more.
  void enter(const Patience& patience);
  void leave() noexcept;

 private:
  std::string path_;
  system::Descriptor file_;
};

class Database {
 public:
  // Creates the file, 0600; WAL, synchronous=FULL, foreign keys. Opened under the lock of <path>.lock: SQLite
  // does not wait for another program that turns the same new file into a WAL database.
  explicit Database(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The statement is prepared once per text and connection; the text is copied. Throws logic_error while
  // another Query uses the same text: the two would share a cursor.
  [[nodiscard]] Query query(std::string_view sql);
  void execute(const std::string& script);  // several statements, no parameters
  // BEGIN IMMEDIATE. Blocks while another program writes, also one that does not enter our queue.
  void begin(const Patience& patience);
  [[nodiscard]] std::int64_t last_id() const;
  // From now on new rows of that AUTOINCREMENT table have greater ids.
  void give_ids_after(std::string_view table, std::int64_t id);
  // How SQLite would carry out every statement that was used so far, by its text.
  [[nodiscard]] std::map<std::string, std::string> plans();
  [[nodiscard]] bool in_transaction() const;
  // Nothing happens outside a transaction. When SQLite cannot, the transaction stays open, so that the next
  // one throws.
  void roll_back() noexcept;

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };

  std::string path_;
  std::unique_ptr<sqlite3, Close> db_;
  std::map<std::string, Statement, std::less<>> statements_;  // finalized before the connection is closed
};

// BEGIN IMMEDIATE ... COMMIT under the lock, so that no checkpoint of ours meets a write. Rolls back unless
// commit() was called.
class WriteLock {
 public:
  WriteLock(Database& db, WritersQueue& queue, const Patience& patience);
  ~WriteLock();
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;
  void commit();

 private:
  Database& db_;
  WritersQueue& queue_;
};

}  // namespace orchestrate
