#include "orchestrator/store/sqlite/database.h"

#include <gtest/gtest.h>

#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() : db(temp.root + "/test.db") { db.execute("CREATE TABLE t (a, b)"); }

  test::TempProject temp;
  Database db;
};

TEST_F(DatabaseTest, AStatementUsedWhileItIsInUseThrowsInsteadOfSharingACursor) {
  db.execute("INSERT INTO t VALUES (1, 1), (2, 2)");
  auto first = db.query("SELECT a FROM t");
  ASSERT_TRUE(first.next());
  EXPECT_THROW((void)db.query("SELECT a FROM t"), std::logic_error);
  EXPECT_EQ(first.take<int>(), 1);
  EXPECT_TRUE(first.next());
}

TEST_F(DatabaseTest, AStatementIsBusyFromItsFirstParameterOn) {
  auto first = db.query("SELECT a FROM t WHERE a = ?");
  first.bind(1);
  EXPECT_THROW((void)db.query("SELECT a FROM t WHERE a = ?"), std::logic_error);
}

TEST_F(DatabaseTest, AStatementIsFreeAgainOnceItsUseIsOver) {
  { auto first = db.query("SELECT a FROM t"); }
  EXPECT_NO_THROW((void)db.query("SELECT a FROM t"));
}

TEST_F(DatabaseTest, ColumnsAreTakenInTheirOrder) {
  auto q = db.query("SELECT 7, 'text', NULL, 2.5, 1, NULL");
  ASSERT_TRUE(q.next());
  EXPECT_EQ(q.take<std::int64_t>(), 7);
  EXPECT_EQ(q.take<std::string>(), "text");
  EXPECT_EQ(q.take<std::optional<std::string>>(), std::nullopt);
  EXPECT_EQ(q.take<double>(), 2.5);
  EXPECT_TRUE(q.take<bool>());
  EXPECT_EQ(q.take<std::int64_t>(), 0) << "NULL gives the empty value";
}

TEST_F(DatabaseTest, TakingMoreThanWasSelectedThrows) {
  auto q = db.query("SELECT 1");
  ASSERT_TRUE(q.next());
  (void)q.take<int>();
  EXPECT_THROW((void)q.take<int>(), std::logic_error);
  EXPECT_THROW((void)q.take<std::optional<int>>(), std::logic_error);
}

TEST_F(DatabaseTest, EveryRowStartsAtItsFirstColumn) {
  auto q = db.query("SELECT 1, 'a' UNION ALL SELECT 2, 'b'");
  EXPECT_EQ(q.all<int>(), (std::vector<int>{1, 2}));
}

TEST_F(DatabaseTest, AValueThatIsNotThereIsNotAnEmptyOne) {
  EXPECT_EQ(db.query("SELECT 0").first<int>(), 0);
  EXPECT_EQ(db.query("SELECT a FROM t").first<int>(), std::nullopt);
}

TEST_F(DatabaseTest, ABrokenStatementThrowsWithItsText) {
  try {
    (void)db.query("SELECT nothing FROM nowhere");
    FAIL();
  } catch (const DatabaseError& e) {
    EXPECT_NE(std::string(e.what()).find("nowhere"), std::string::npos) << e.what();
  }
}

TEST_F(DatabaseTest, WhatIsNotCommittedIsRolledBack) {
  {
    const WriteLock lock(db, temp.root + "/lock");
    db.execute("INSERT INTO t VALUES (1, 1)");
  }
  EXPECT_FALSE(db.in_transaction());
  EXPECT_EQ(db.query("SELECT count(*) FROM t").first<int>(), 0);
}

TEST_F(DatabaseTest, ARollBackBySQLiteItselfIsNoSecondError) {
  {
    const WriteLock lock(db, temp.root + "/lock");
    db.execute("ROLLBACK");
  }
  EXPECT_FALSE(db.in_transaction());
}

TEST_F(DatabaseTest, AnyBytesSurvive) {
  const std::string bytes("nul\0 \xff\xfe", 7);
  db.query("INSERT INTO t (a) VALUES (?)").bind(bytes).run();
  EXPECT_EQ(db.query("SELECT a FROM t").first<std::string>(), bytes);
  db.query("UPDATE t SET a = ?").bind(std::string_view()).run();
  EXPECT_EQ(db.query("SELECT a FROM t").first<std::optional<std::string>>(), std::optional(std::string()))
      << "an empty text is no NULL";
}

}  // namespace
}  // namespace orchestrate
