#include "orchestrator/store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace orchestrate {
namespace {

[[noreturn]] void fail(sqlite3* db, const std::string& what) {
  const int code = db != nullptr ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
  const std::string reason = db != nullptr ? sqlite3_errmsg(db) : "out of memory";
  throw DatabaseError(what + ": " + reason, code);
}

}  // namespace

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bind(std::int64_t value) {
  if (sqlite3_bind_int64(statement_, ++bound_, value) != SQLITE_OK) fail(db_, "bind");
  return *this;
}

Query& Query::bind(double value) {
  if (sqlite3_bind_double(statement_, ++bound_, value) != SQLITE_OK) fail(db_, "bind");
  return *this;
}

Query& Query::bind(std::string_view value) {
  // A null data pointer would bind NULL, not the empty text.
  const char* data = value.data() != nullptr ? value.data() : "";
  if (sqlite3_bind_text64(statement_, ++bound_, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8) !=
      SQLITE_OK) {
    fail(db_, "bind");
  }
  return *this;
}

Query& Query::bind(std::nullopt_t) {
  if (sqlite3_bind_null(statement_, ++bound_) != SQLITE_OK) fail(db_, "bind");
  return *this;
}

bool Query::next() {
  const int result = sqlite3_step(statement_);
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail(db_, "database");
  return false;
}

int Query::run() {
  while (next()) {
  }
  return sqlite3_changes(db_);
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

double Query::real(int column) const {
  return sqlite3_column_double(statement_, column);
}

std::string Query::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (data == nullptr) return {};
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Query::null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::optional<std::int64_t> Query::maybe_integer(int column) const {
  if (null(column)) return std::nullopt;
  return integer(column);
}

FileLock::FileLock(const std::string& path) : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "cannot open " + path);
  while (::flock(fd_, LOCK_EX) != 0) {
    if (errno == EINTR) continue;
    const int error = errno;
    ::close(fd_);
    throw std::system_error(error, std::generic_category(), "cannot lock " + path);
  }
}

FileLock::~FileLock() {
  ::close(fd_);
}

void Database::Close::operator()(sqlite3* db) const {
  sqlite3_close(db);
}

Database::Database(const std::string& path) {
  const FileLock lock(path + ".lock");
  // SQLite creates files by the umask; the state is for its owner alone.
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "cannot open " + path);
  ::close(fd);
  sqlite3* db = nullptr;
  const bool opened = sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK;
  db_.reset(db);
  if (!opened) fail(db, "cannot open " + path);
  sqlite3_busy_timeout(db, 10'000);
  // A checkpoint outside the writers' lock could meet a write: none when a reader closes.
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  execute(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
      "PRAGMA journal_size_limit = 16777216;");
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_)
    sqlite3_finalize(statement);
}

Query Database::query(const std::string& sql) {
  auto it = statements_.find(sql);
  if (it == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_.get(), sql.c_str(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr) != SQLITE_OK) {
      fail(db_.get(), sql);
    }
    it = statements_.emplace(sql, statement).first;
  }
  return {db_.get(), it->second};
}

void Database::execute(const std::string& script) {
  if (sqlite3_exec(db_.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(db_.get(), "database");
}

std::int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(db_.get());
}

WriteLock::WriteLock(Database& db, const std::string& lock_file) : db_(db), lock_(lock_file) {
  db_.query("BEGIN IMMEDIATE").run();
}

WriteLock::~WriteLock() {
  if (!open_) return;
  try {
    db_.query("ROLLBACK").run();
  } catch (const DatabaseError&) {  // SQLite has rolled back already (a full disk does that)
  }
}

void WriteLock::commit() {
  db_.query("COMMIT").run();
  open_ = false;
}

}  // namespace orchestrate
