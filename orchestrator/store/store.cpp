#include "orchestrator/store/store.h"

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "orchestrator/store/migration_2.h"
#include "orchestrator/store/migration_3.h"
#include "orchestrator/store/migration_4.h"
#include "orchestrator/store/migration_5.h"
#include "orchestrator/store/migration_6.h"
#include "orchestrator/store/schema.h"
#include "system/files.h"

namespace orchestrate {
namespace {

// What each version adds to the one before it: kMigrations[0] makes version 2 of version 1.
constexpr const char* kMigrations[] = {kMigration2, kMigration3, kMigration4, kMigration5, kMigration6};

static_assert(kSchemaVersion == std::size(kMigrations) + 1);

// Nothing of what ran would be known, and all of it would be taken for somebody else's.
void refuse_beside_runs(const std::string& runs) {
  namespace fs = std::filesystem;
  if (!system::exists(runs) || fs::directory_iterator(runs) == fs::directory_iterator()) return;
  throw DatabaseError(
      "state.db is gone or empty, but " + runs +
          " holds what it knew of: put the database back, or move that folder away to begin anew",
      0);
}

}  // namespace

Store::Store(const std::string& state_dir)
    : queue_(state_dir + "/state.db.lock"), connection_(state_dir + "/state.db") {
  migrate(state_dir);
}

void Store::migrate(const std::string& state_dir) {
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
  if (found == 0) {
    refuse_beside_runs(state_dir + "/runs");
    connection_.db.execute(kSchema);
  }
  connection_.db.execute(
      "INSERT OR IGNORE INTO kv (key, value) VALUES ('database', lower(hex(randomblob(16))))");
  for (std::int64_t next = found + 1; found > 0 && next <= kSchemaVersion; ++next)
    connection_.db.execute(kMigrations[next - 2]);
  connection_.db.execute("PRAGMA user_version = " + std::to_string(kSchemaVersion));
  commit();
}

void Store::begin() {
  // The second lock would wait for the first, for ever.
  if (transaction_) throw std::logic_error("a write within a write");
  transaction_ = std::make_unique<WriteLock>(connection_.db, queue_, patience_);
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

void Store::checkpoint() {
  queue_.enter(patience_);
  try {
    connection_.db.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (const DatabaseError&) {  // somebody reads: the next session does it
  }
  queue_.leave();
}

bool Store::changed_by_others() {
  const auto version = connection_.db.query("PRAGMA data_version").first<std::int64_t>().value_or(0);
  return std::exchange(data_version_, version) != version;
}

}  // namespace orchestrate
