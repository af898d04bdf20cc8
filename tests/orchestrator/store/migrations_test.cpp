// A database of any version becomes one of today's: orchestrator/store/migrations.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

constexpr int kNewest = 6;

std::string file_text(const std::string& path) {
  std::ifstream in(std::string(ORCHESTRATE_SOURCE_DIR) + "/" + path);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string migration(int version) {
  return file_text("orchestrator/store/migrations/000" + std::to_string(version) + ".sql");
}

// The statement without comments and needless space, in small pieces: what stands between its commas. ALTER
// TABLE puts a column behind the others, where it means the same.
std::multiset<std::string> pieces(const std::string& sql) {
  std::string text;
  for (std::size_t i = 0; i < sql.size(); ++i) {
    if (sql.compare(i, 2, "--") == 0) i = sql.find('\n', i);
    if (i >= sql.size()) break;
    if (std::isspace(static_cast<unsigned char>(sql[i])) == 0) text += sql[i];
  }
  std::multiset<std::string> found;
  int depth = 0;
  std::string piece;
  for (const char c : text) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if ((c == ',' && depth == 1) || (c == '(' && depth == 1) || (c == ')' && depth == 0)) {
      found.insert(piece);
      piece.clear();
    } else {
      piece += c;
    }
  }
  found.insert(piece);
  return found;
}

std::map<std::string, std::multiset<std::string>> schema_of(const std::string& path) {
  Database db(path);
  std::map<std::string, std::multiset<std::string>> schema;
  auto q = db.query("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'");
  while (q.next()) {
    const auto name = q.take<std::string>();
    schema[name] = pieces(q.take<std::string>());
  }
  return schema;
}

class MigrationsTest : public testing::Test {
 protected:
  // Replaces the database by one of an old version, with what the script puts into it.
  void make(int version, const std::string& script = "") {
    temp.store.reset();
    for (const char* suffix : {"", "-wal", "-shm"})
      std::filesystem::remove(path + suffix);
    Database db(path);
    db.execute(file_text("tests/orchestrator/store/migrations/version_1.sql"));
    for (int next = 2; next <= version; ++next)
      db.execute(migration(next));
    db.execute(script + ";PRAGMA user_version = " + std::to_string(version));
  }
  void open() { temp.store = std::make_unique<Store>(temp.project.paths.state); }

  test::TempProject temp;
  std::string path = temp.project.paths.state + "/state.db";
};

TEST_F(MigrationsTest, TheChainFromEveryVersionGivesTheSchemaOfANewDatabase) {
  const auto due = schema_of(path);
  EXPECT_EQ(due.count("tasks"), 1U);
  for (int version = 1; version < kNewest; ++version) {
    make(version);
    open();
    EXPECT_EQ(schema_of(path), due) << "from version " << version;
    EXPECT_EQ(Database(path).query("PRAGMA user_version").first<int>(), kNewest);
  }
}

TEST_F(MigrationsTest, TasksAndTheirRunsAreKept) {
  make(
      1,
      "INSERT INTO tasks (title, state, priority) VALUES ('old', 'done', 'P1');"
      "INSERT INTO sessions (started_at, pid) VALUES (1, 1);"
      "INSERT INTO runs (task, n, session, agent_type, driver, started_at) VALUES (1, 1, 1, 'a', 'claude', 5)");
  open();
  EXPECT_EQ(temp.task(1).title, "old");
  EXPECT_EQ(temp.store->runs.of_task(1).at(0).provider, "");
  EXPECT_EQ(temp.store->tasks.counts().by_state[static_cast<int>(TaskState::done)], 1);
}

TEST_F(MigrationsTest, AnItemAboutAProviderNamesIt) {
  make(2,
       "INSERT INTO inbox (kind, cause, title, created_at, updated_at)"
       " VALUES ('auth_required', 'auth_required:provider:p1', 't', 1, 1)");
  open();
  EXPECT_EQ(temp.store->inbox.find(1)->provider, "p1");
}

TEST_F(MigrationsTest, ATaskOverItsCeilingIsNoLongerAMatterOfCredit) {
  make(2,
       "INSERT INTO tasks (title, state) VALUES ('dear', 'waiting_human');"
       "INSERT INTO inbox (task, kind, cause, title, options, default_option, created_at, updated_at) VALUES"
       " (1, 'budget', 'budget:task:1', 't', '[\"done\",\"cancel\"]', 'done', 1, 1),"
       " (1, 'budget', 'budget:provider:p1', 't', '[\"done\",\"cancel\"]', 'done', 1, 1)");
  open();
  const auto items = temp.store->inbox.list("open");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].kind, InboxKind::task_budget);
  EXPECT_EQ(items[0].default_option, "retry");
  EXPECT_EQ(items[0].options, (std::vector<std::string>{"retry", "done", "cancel"}));
  EXPECT_EQ(items[1].kind, InboxKind::budget);
  EXPECT_EQ(items[1].options, (std::vector<std::string>{"done"}));
}

TEST_F(MigrationsTest, AMigrationThatFailsLeavesTheOldDatabase) {
  make(2, "CREATE TABLE task_counts (x)");
  EXPECT_THROW(open(), DatabaseError);
  EXPECT_EQ(Database(path).query("PRAGMA user_version").first<int>(), 2);
  EXPECT_EQ(Database(path)
                .query("SELECT count(*) FROM pragma_table_info('runs') WHERE name = 'provider'")
                .first<int>(),
            0);
}

TEST_F(MigrationsTest, ANewerSchemaIsNotTouched) {
  Database(path).execute("PRAGMA user_version = 99");
  EXPECT_THROW(open(), DatabaseError);
  EXPECT_EQ(Database(path).query("PRAGMA user_version").first<int>(), 99);
}

}  // namespace
}  // namespace orchestrate
