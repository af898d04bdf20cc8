#include "orchestrator/store/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class StoreTest : public test::WithStore {};

TEST_F(StoreTest, WhatThrowsInATransactionLeavesNothing) {
  EXPECT_THROW(store.write([&] {
    Task task;
    task.title = "half";
    store.tasks.add(task, 1);
    throw std::runtime_error("power cut");
  }),
               std::runtime_error);
  EXPECT_TRUE(store.tasks.list(std::nullopt, std::nullopt).empty());
  temp.add("next");
  EXPECT_EQ(store.tasks.list(std::nullopt, std::nullopt).size(), 1U);
}

TEST_F(StoreTest, AWriteWithinAWriteThrowsInsteadOfWaitingForItself) {
  EXPECT_THROW(store.write([&] { store.write([] {}); }), std::logic_error);
  EXPECT_EQ(temp.add("the next one goes on"), 1);
}

TEST_F(StoreTest, ACommitWithoutAWriteThrows) {
  EXPECT_THROW(store.commit(), std::logic_error);
}

TEST_F(StoreTest, AnotherConnectionsWriteIsNoticed) {
  (void)store.changed_by_others();
  EXPECT_FALSE(store.changed_by_others());
  shell("INSERT INTO tasks (title) VALUES ('x')");
  EXPECT_TRUE(store.changed_by_others());
}

TEST_F(StoreTest, TheStateIsForItsOwnerAlone) {
  temp.add("x");
  struct stat st {};
  ASSERT_EQ(::stat(temp.project.paths.state.c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0700U);
  for (const char* file : {"/state.db", "/state.db.lock"}) {
    ASSERT_EQ(::stat((temp.project.paths.state + file).c_str(), &st), 0);
    EXPECT_EQ(st.st_mode & 0777, 0600U) << file;
  }
}

TEST_F(StoreTest, ANewDatabaseIsNotMadeBesideOldRuns) {
  const std::string state = temp.root + "/another";
  std::filesystem::create_directories(state + "/runs/1/01-agent");
  for (int again = 0; again < 2; ++again) {
    try {
      const Store made(state);
      FAIL();
    } catch (const DatabaseError& e) {
      EXPECT_EQ(std::string(e.what()), "state.db is gone or empty, but " + state +
                                           "/runs holds what it knew of: put the database back, or move that "
                                           "folder away to begin anew");
    }
  }
  std::filesystem::remove_all(state + "/runs/1");
  EXPECT_NO_THROW(Store made(state));
}

TEST_F(StoreTest, ACheckpointLeavesEverythingInTheOneFile) {
  temp.add("x");
  store.checkpoint();
  EXPECT_EQ(std::filesystem::file_size(temp.project.paths.state + "/state.db-wal"), 0U);
}

}  // namespace
}  // namespace orchestrate
