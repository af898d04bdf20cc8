#include "orchestrator/store/sqlite/copy.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "orchestrator/store/sqlite/database.h"
#include "system/descriptor.h"

namespace orchestrate {
namespace {

constexpr int kBusyMs = 10'000;

struct Close {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

[[noreturn]] void fail(const Handle& db, const std::string& what) {
  throw DatabaseError(what + ": " + sqlite3_errmsg(db.get()), sqlite3_extended_errcode(db.get()));
}

Handle open(const std::string& file, int flags) {
  sqlite3* db = nullptr;
  const int result = sqlite3_open_v2(file.c_str(), &db, flags, nullptr);
  Handle handle(db);
  if (result != SQLITE_OK) fail(handle, "cannot open " + file);
  sqlite3_busy_timeout(db, kBusyMs);
  return handle;
}

void execute(const Handle& db, const char* sql, const std::string& what) {
  if (sqlite3_exec(db.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail(db, what);
}

void copy_all(const Handle& from, const Handle& to, const std::string& what) {
  sqlite3_backup* backup = sqlite3_backup_init(to.get(), "main", from.get(), "main");
  if (backup == nullptr) fail(to, what);
  int result = SQLITE_BUSY;
  // All pages in one step: a writer waits, and need not be copied again.
  for (int tries = 0; (result & 0xff) == SQLITE_BUSY && tries < 10; ++tries)
    result = sqlite3_backup_step(backup, -1);
  sqlite3_backup_finish(backup);
  if (result != SQLITE_DONE) throw DatabaseError(what + ": " + sqlite3_errstr(result), result);
}

std::string text_of(const Handle& db, const std::string& file, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db.get(), sql, -1, &statement, nullptr) != SQLITE_OK)
    throw DatabaseError(file + " is no state of a project: " + sqlite3_errmsg(db.get()), 0);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owner(statement, sqlite3_finalize);
  const int result = sqlite3_step(statement);
  if (result == SQLITE_DONE) return {};
  if (result != SQLITE_ROW) throw DatabaseError(file + " cannot be read: " + sqlite3_errmsg(db.get()), 0);
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
  return text != nullptr ? text : "";
}

std::int64_t number_of(const Handle& db, const std::string& file, const char* sql) {
  const std::string text = text_of(db, file, sql);
  return text.empty() ? 0 : std::stoll(text);
}

}  // namespace

void copy_database(const std::string& from, const std::string& file) {
  const Handle source = open(from, SQLITE_OPEN_READONLY);
  const system::Descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!made) throw std::system_error(errno, std::generic_category(), "cannot make " + file);
  try {
    const Handle copy = open(file, SQLITE_OPEN_READWRITE);
    copy_all(source, copy, "cannot copy to " + file);
    execute(copy, "PRAGMA journal_mode = DELETE", file);
  } catch (...) {
    ::unlink(file.c_str());
    throw;
  }
}

CopyFacts examine_copy(const std::string& file) {
  const Handle db = open(file, SQLITE_OPEN_READONLY);
  const std::string sound = text_of(db, file, "PRAGMA integrity_check(1)");
  if (sound != "ok") throw DatabaseError(file + " is damaged: " + sound, 0);
  CopyFacts facts;
  facts.version = number_of(db, file, "PRAGMA user_version");
  facts.mark = text_of(db, file, "SELECT value FROM kv WHERE key = 'database'");
  facts.last_task = number_of(db, file, "SELECT seq FROM sqlite_sequence WHERE name = 'tasks'");
  facts.last_run = number_of(db, file, "SELECT seq FROM sqlite_sequence WHERE name = 'runs'");
  return facts;
}

void put_copy_back(const std::string& copy, const std::string& database, std::int64_t last_task) {
  const Handle source = open(copy, SQLITE_OPEN_READONLY);
  const Handle target = open(database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  copy_all(source, target, "cannot restore " + database);
  const std::string greater =
      "UPDATE sqlite_sequence SET seq = max(seq, " + std::to_string(last_task) + ") WHERE name = 'tasks'";
  execute(target, greater.c_str(), "cannot restore " + database);
}

}  // namespace orchestrate
