#include "orchestrator/store/sqlite/database.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

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
    WritersQueue queue(temp.root + "/lock");
    const WriteLock lock(db, queue, {});
    db.execute("INSERT INTO t VALUES (1, 1)");
  }
  EXPECT_FALSE(db.in_transaction());
  EXPECT_EQ(db.query("SELECT count(*) FROM t").first<int>(), 0);
}

TEST_F(DatabaseTest, AWriterWaitsForAnotherAsLongAsItIsPatient) {
  Database other(temp.root + "/test.db");
  other.execute("BEGIN IMMEDIATE");
  std::vector<std::string> asked;
  const Patience patience{std::chrono::milliseconds(20), [&](const std::string& who) {
                            asked.push_back(who);
                            if (asked.size() == 3) other.execute("COMMIT");
                            return true;
                          }};
  WritersQueue queue(temp.root + "/lock");
  {
    WriteLock lock(db, queue, patience);
    db.execute("INSERT INTO t VALUES (1, 1)");
    lock.commit();
  }
  EXPECT_EQ(asked.size(), 3U);
  EXPECT_EQ(asked[0], "pid " + std::to_string(::getpid()) + " (orchestrator_te)");
  EXPECT_EQ(other.query("SELECT count(*) FROM t").first<int>(), 1);
}

TEST_F(DatabaseTest, AWriterWithoutPatienceSaysWhoKeepsTheDatabase) {
  const Patience none{std::chrono::milliseconds(20), {}};
  WritersQueue queue(temp.root + "/lock");
  WritersQueue another(temp.root + "/lock");
  another.enter({});
  for (const bool queued : {true, false}) {
    Database other(temp.root + "/test.db");
    if (!queued) {
      another.leave();
      other.execute("BEGIN IMMEDIATE");
    }
    try {
      const WriteLock lock(db, queue, none);
      FAIL();
    } catch (const DatabaseError& e) {
      EXPECT_EQ(std::string(e.what()), "the database is kept by pid " + std::to_string(::getpid()) +
                                           " (orchestrator_te): nothing was changed; try again later");
      EXPECT_TRUE(e.may_pass());
    }
  }
  const WriteLock lock(db, queue, none);
}

TEST_F(DatabaseTest, ARollBackBySQLiteItselfIsNoSecondError) {
  {
    WritersQueue queue(temp.root + "/lock");
    const WriteLock lock(db, queue, {});
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
