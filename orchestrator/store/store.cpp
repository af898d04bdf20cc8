#include "orchestrator/store/store.h"

#include <stdexcept>
#include <utility>

#include "orchestrator/store/schema.h"

namespace orchestrate {
namespace {

constexpr std::int64_t kSchemaVersion = 2;

// What version 2 added to a database of version 1.
const char* const kFrom1 = R"(
  ALTER TABLE tasks ADD COLUMN cancel_asked INTEGER NOT NULL DEFAULT 0 CHECK (cancel_asked IN (0, 1));
  DROP INDEX tasks_queued;
  CREATE INDEX tasks_queued ON tasks (rank, created_at, id, held, not_before, next_attempt) WHERE state = 'queued';
  CREATE INDEX tasks_retried ON tasks (next_attempt) WHERE state = 'queued' AND next_attempt IS NOT NULL;
  CREATE INDEX tasks_later ON tasks (not_before) WHERE state = 'queued' AND not_before IS NOT NULL;
  CREATE INDEX tasks_to_cancel ON tasks (id) WHERE cancel_asked = 1;
  ALTER TABLE sessions ADD COLUMN stop_asked TEXT NOT NULL DEFAULT '' CHECK (stop_asked IN ('', 'drain', 'now'));
)";

}  // namespace

Store::Store(const std::string& state_dir)
    : lock_file_(state_dir + "/state.db.lock"), connection_(state_dir + "/state.db") {
  migrate();
}

void Store::migrate() {
  const auto version = [this] {
    return connection_.db.query("PRAGMA user_version").first<std::int64_t>().value_or(0);
  };
  if (version() == kSchemaVersion) return;
  begin();
  const std::int64_t found = version();  // another process may have been here first
  if (found > kSchemaVersion) {
    throw DatabaseError("the state was written by a newer orchestrate (schema " + std::to_string(found) +
                            ", this one knows " + std::to_string(kSchemaVersion) + "): install that version",
                        0);
  }
  if (found == 0) connection_.db.execute(kSchema);
  if (found == 1) connection_.db.execute(kFrom1);
  connection_.db.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  commit();
}

void Store::begin() {
  // The second lock would wait for the first, for ever.
  if (transaction_) throw std::logic_error("a write within a write");
  transaction_ = std::make_unique<WriteLock>(connection_.db, lock_file_);
}

void Store::commit() {
  if (!transaction_) throw std::logic_error("a commit without a write");
  const auto transaction = std::move(transaction_);
  transaction->commit();
}

void Store::write(const std::function<void()>& f) {
  begin();
  try {
    f();
  } catch (...) {
    transaction_.reset();
    throw;
  }
  commit();
}

bool Store::changed_by_others() {
  const auto version = connection_.db.query("PRAGMA data_version").first<std::int64_t>().value_or(0);
  return std::exchange(data_version_, version) != version;
}

}  // namespace orchestrate
