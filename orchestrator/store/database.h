// A thin RAII layer over SQLite: one connection, prepared statements kept for the next use.
//
// Errors of SQLite throw DatabaseError. One thread at a time. sqlite3.h is seen by db.cpp alone.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace orchestrate {

class DatabaseError : public std::runtime_error {
 public:
  DatabaseError(const std::string& what, int sqlite_code) : std::runtime_error(what), code(sqlite_code) {}
  int code;  // SQLite's extended result code
};

// One use of a prepared statement; resets it when it goes. Parameters are bound in order by `bind`.
class Query {
 public:
  Query(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {}
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(std::int64_t value);
  Query& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
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

  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] double real(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool null(int column) const;
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(int column) const;

 private:
  sqlite3* db_;
  sqlite3_stmt* statement_;
  int bound_ = 0;
};

// The writers' queue: an flock on <database>.lock, for as long as it lives, so that writers wait in the
// kernel.
class FileLock {
 public:
  explicit FileLock(const std::string& path);  // blocks until it is ours
  ~FileLock();
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int fd_ = -1;
};

class Database {
 public:
  // Creates the file, 0600; WAL, synchronous=FULL, foreign keys. Opened under the lock of <path>.lock: SQLite
  // does not wait for another program that turns the same new file into a WAL database.
  explicit Database(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // The statement is prepared once per text and connection. The text must outlive nothing: it is copied.
  [[nodiscard]] Query query(const std::string& sql);
  void execute(const std::string& script);  // several statements, no parameters
  [[nodiscard]] std::int64_t last_id() const;

 private:
  struct Close {
    void operator()(sqlite3* db) const;
  };

  std::unique_ptr<sqlite3, Close> db_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

// BEGIN IMMEDIATE ... COMMIT under the lock, so that no checkpoint of ours meets a write. Rolls back unless
// commit() was called.
class WriteLock {
 public:
  WriteLock(Database& db, const std::string& lock_file);
  ~WriteLock();
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;
  void commit();

 private:
  Database& db_;
  FileLock lock_;
  bool open_ = true;
};

}  // namespace orchestrate
