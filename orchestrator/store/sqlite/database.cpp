#include "orchestrator/store/sqlite/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

#include "system/clock.h"
#include "system/lock.h"

namespace orchestrate {
namespace {

[[noreturn]] void fail(sqlite3* db, const std::string& what) {
  const int code = db != nullptr ? sqlite3_extended_errcode(db) : SQLITE_NOMEM;
  const std::string reason = db != nullptr ? sqlite3_errmsg(db) : "out of memory";
  throw DatabaseError(what + ": " + reason, code);
}

constexpr auto kLongestNap = std::chrono::milliseconds(16);

// Throws when nobody waits any longer for who has that file locked.
void ask(const Patience& patience, const std::string& file) {
  const std::string holder = system::lock_holder(file);
  const std::string who = holder.empty() ? "another program" : holder;
  if (patience.waits_on && patience.waits_on(who)) return;
  throw DatabaseError("the database is kept by " + who + ": nothing was changed; try again later",
                      SQLITE_BUSY);
}

}  // namespace

bool DatabaseError::may_pass() const {
  constexpr std::array kPassing = {SQLITE_BUSY,  SQLITE_LOCKED,   SQLITE_NOMEM, SQLITE_READONLY,
                                   SQLITE_IOERR, SQLITE_CANTOPEN, SQLITE_FULL,  SQLITE_PROTOCOL};
  return std::find(kPassing.begin(), kPassing.end(), code & 0xff) != kPassing.end();
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

Query::Query(sqlite3* db, Statement& statement) : db_(db), statement_(statement) {
  if (statement_.busy)
    throw std::logic_error(std::string("a statement is used twice at once: ") +
                           sqlite3_sql(statement_.handle.get()));
  statement_.busy = true;
}

Query::~Query() {
  sqlite3_reset(statement_.handle.get());
  sqlite3_clear_bindings(statement_.handle.get());
  statement_.busy = false;
}

Query& Query::bind(std::int64_t value) {
  if (sqlite3_bind_int64(statement_.handle.get(), ++bound_, value) != SQLITE_OK) fail(db_, "bind");
  return *this;
}

Query& Query::bind(double value) {
  if (sqlite3_bind_double(statement_.handle.get(), ++bound_, value) != SQLITE_OK) fail(db_, "bind");
  return *this;
}

Query& Query::bind(std::string_view value) {
  // A null data pointer would bind NULL, not the empty text.
  const char* data = value.data() != nullptr ? value.data() : "";
  if (sqlite3_bind_text64(statement_.handle.get(), ++bound_, data, value.size(), SQLITE_TRANSIENT,
                          SQLITE_UTF8) != SQLITE_OK) {
    fail(db_, "bind");
  }
  return *this;
}

Query& Query::bind(std::nullopt_t) {
  if (sqlite3_bind_null(statement_.handle.get(), ++bound_) != SQLITE_OK) fail(db_, "bind");
  return *this;
}

bool Query::next() {
  column_ = 0;
  const int result = sqlite3_step(statement_.handle.get());
  if (result == SQLITE_ROW) return true;
  if (result != SQLITE_DONE) fail(db_, "database");
  return false;
}

int Query::run() {
  while (next()) {
  }
  return sqlite3_changes(db_);
}

int Query::skip() {
  if (column_ >= sqlite3_data_count(statement_.handle.get()))
    throw std::logic_error(std::string("no such column: ") + sqlite3_sql(statement_.handle.get()));
  return column_++;
}

bool Query::null() const {
  return sqlite3_column_type(statement_.handle.get(), column_) == SQLITE_NULL;
}

void Query::read(std::int64_t& value) {
  value = sqlite3_column_int64(statement_.handle.get(), skip());
}

void Query::read(int& value) {
  value = sqlite3_column_int(statement_.handle.get(), skip());
}

void Query::read(bool& value) {
  value = sqlite3_column_int(statement_.handle.get(), skip()) != 0;
}

void Query::read(double& value) {
  value = sqlite3_column_double(statement_.handle.get(), skip());
}

void Query::read(std::string& value) {
  const int column = skip();
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_.handle.get(), column));
  if (data == nullptr) {
    value.clear();
  } else {
    value.assign(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.handle.get(), column)));
  }
}

WritersQueue::WritersQueue(const std::string& path)
    : path_(path), file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (!file_) throw std::system_error(errno, std::generic_category(), "cannot open " + path);
}

// It naps instead of waiting in the kernel, because a wait there could not be given up.
void WritersQueue::enter(const Patience& patience) {
  auto nap = std::chrono::milliseconds(1);
  std::int64_t asks_at_ms = system::boot_ms() + patience.asks_every.count();
  while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      throw std::system_error(errno, std::generic_category(), "cannot lock " + path_);
    if (system::boot_ms() >= asks_at_ms) {
      ask(patience, path_);
      asks_at_ms += patience.asks_every.count();
    }
    std::this_thread::sleep_for(nap);
    nap = std::min(2 * nap, kLongestNap);
  }
}

void WritersQueue::leave() noexcept {
  ::flock(file_.get(), LOCK_UN);
}

void Database::Close::operator()(sqlite3* db) const {
  sqlite3_close(db);
}

Database::Database(const std::string& path) : path_(path) {
  // Freed with its descriptor.
  WritersQueue queue(path + ".lock");
  queue.enter({});
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

Database::~Database() = default;

Query Database::query(std::string_view sql) {
  auto it = statements_.find(sql);
  if (it == statements_.end()) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr) != SQLITE_OK) {
      fail(db_.get(), std::string(sql));
    }
    it = statements_.emplace(sql, Statement{}).first;
    it->second.handle.reset(statement);
  }
  return {db_.get(), it->second};
}

void Database::execute(const std::string& script) {
  if (sqlite3_exec(db_.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(db_.get(), "database");
}

void Database::begin(const Patience& patience) {
  sqlite3_busy_timeout(db_.get(), static_cast<int>(patience.asks_every.count()));
  for (;;) {
    try {
      return execute("BEGIN IMMEDIATE");
    } catch (const DatabaseError& e) {
      if ((e.code & 0xff) != SQLITE_BUSY) throw;
    }
    ask(patience, path_ + "-shm");  // the index of the WAL, which every writer locks
  }
}

std::int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(db_.get());
}

void Database::give_ids_after(std::string_view table, std::int64_t id) {
  query(
      "INSERT INTO sqlite_sequence (name, seq) SELECT ?1, 0"
      " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)")
      .bind(table)
      .run();
  query("UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?").bind(id).bind(table).run();
}

std::map<std::string, std::string> Database::plans() {
  std::map<std::string, std::string> plans;
  for (const auto& [sql, statement] : statements_)
    plans[sql];
  for (auto& [sql, plan] : plans) {
    if (sql.starts_with("PRAGMA")) continue;
    auto q = query("EXPLAIN QUERY PLAN " + sql);
    while (q.next()) {
      for (int i = 0; i < 3; ++i)  // its number, that of its parent, and nothing
        (void)q.take<std::int64_t>();
      plan += q.take<std::string>() + "\n";
    }
  }
  return plans;
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(db_.get()) == 0;
}

void Database::roll_back() noexcept {
  // A full disk makes SQLite roll back by itself.
  if (in_transaction()) sqlite3_exec(db_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

WriteLock::WriteLock(Database& db, WritersQueue& queue, const Patience& patience) : db_(db), queue_(queue) {
  queue_.enter(patience);
  try {
    db_.begin(patience);
  } catch (...) {
    queue_.leave();
    throw;
  }
}

WriteLock::~WriteLock() {
  db_.roll_back();
  queue_.leave();
}

void WriteLock::commit() {
  db_.execute("COMMIT");
}

}  // namespace orchestrate
