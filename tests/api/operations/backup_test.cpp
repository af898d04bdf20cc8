// The state in a file, and back.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "orchestrator/session/process/session_lock.h"
#include "orchestrator/store/sqlite/copy.h"
#include "spawners/step/step_files.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class BackupOperations : public testing::Test {
 protected:
  BackupOperations() {
    sample.call("tasks.add", {{"title", "first"}});
    answer = sample.call("state.backup", {{"file", "night.db"}});
  }

  [[nodiscard]] const Paths& paths() { return sample.desk().project->paths; }
  json restore(const std::string& file = "night.db") {
    return sample.call("state.restore", {{"file", file}});
  }

  test::Sample sample;
  json answer;
};

TEST_F(BackupOperations, ACopySaysWhereItIs) {
  EXPECT_EQ(answer["file"], sample.root() + "/night.db");
  EXPECT_EQ(answer["bytes"], fs::file_size(sample.root() + "/night.db"));
}

TEST_F(BackupOperations, ACopyWritesOverNothing) {
  const std::string why = sample.refusal("state.backup", {{"file", "night.db"}});
  EXPECT_TRUE(why.starts_with("refused: ")) << why;
  EXPECT_NE(why.find("name a file that is not there yet"), std::string::npos) << why;
}

TEST_F(BackupOperations, WhatIsRestoredIsToldAndWhatWasThereIsKept) {
  sample.call("tasks.add", {{"title", "second"}});
  spawners::Launch launch;
  launch.argv = {"true"};
  launch.origin = {sample.store().values.get(kDatabaseMark), 1, false};
  spawners::write_step(paths().runs + "/3/01-agent", launch);
  const json restored = restore();
  EXPECT_EQ(restored["lost_tasks"], json::array({2}));
  EXPECT_EQ(restored["later_runs"], json::array({3}));
  EXPECT_EQ(examine_copy(restored["saved"]).last_task, 2);
  EXPECT_EQ(sample.store().tasks.last_id(), 1);
}

TEST_F(BackupOperations, TheIdsOfLostTasksAreNotGivenAgain) {
  sample.call("tasks.add", {{"title", "second"}});
  restore();
  EXPECT_EQ(sample.call("tasks.add", {{"title", "third"}})["id"], 3);
}

TEST_F(BackupOperations, ADatabaseThatIsGoneOrBrokenIsReplaced) {
  const std::string database = paths().state + "/state.db";
  std::ofstream(database) << "no database at all, whatever stood here before";
  const json restored = restore();
  EXPECT_TRUE(fs::exists(restored["saved"].get<std::string>()));
  EXPECT_EQ(examine_copy(database).last_task, 1);
  for (const char* part : {"", "-wal", "-shm"})
    fs::remove(database + part);
  EXPECT_EQ(restore()["saved"], "");
  EXPECT_EQ(examine_copy(database).last_task, 1);
}

TEST_F(BackupOperations, TheStateOfAnotherProjectIsRefused) {
  test::Sample other;
  other.call("tasks.add", {{"title", "theirs"}});
  const std::string file = other.call("state.backup", {{"file", "theirs.db"}})["file"];
  const std::string why = sample.refusal("state.restore", {{"file", file}});
  EXPECT_NE(why.find("another project"), std::string::npos) << why;
  EXPECT_EQ(sample.call("tasks.show", {{"id", 1}})["title"], "first");
  for (const auto& entry : fs::directory_iterator(paths().state))
    EXPECT_EQ(entry.path().string().find("before-restore"), std::string::npos);
}

TEST_F(BackupOperations, AStateOfANewerVersionIsRefused) {
  Database(sample.root() + "/night.db").execute("PRAGMA user_version = 99");
  const std::string why = sample.refusal("state.restore", {{"file", "night.db"}});
  EXPECT_NE(why.find("newer orchestrate"), std::string::npos) << why;
  EXPECT_EQ(sample.store().tasks.last_id(), 1);
}

TEST_F(BackupOperations, IsRefusedWhileASessionRuns) {
  const SessionLock session(paths().state);
  const std::string why = sample.refusal("state.restore", {{"file", "night.db"}});
  EXPECT_NE(why.find("a session runs (pid "), std::string::npos) << why;
  EXPECT_NE(why.find("orchestrate stop"), std::string::npos) << why;
}

TEST_F(BackupOperations, WhatIsNoCopyChangesNothing) {
  std::ofstream(sample.root() + "/other") << "something else";
  EXPECT_TRUE(sample.refusal("state.restore", {{"file", "other"}}).starts_with("refused: "));
  EXPECT_TRUE(sample.refusal("state.restore", {{"file", "nowhere"}}).starts_with("usage: there is no "));
  EXPECT_EQ(sample.store().tasks.last_id(), 1);
}

}  // namespace
}  // namespace orchestrate::api
