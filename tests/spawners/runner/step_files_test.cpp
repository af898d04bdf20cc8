// The files of a step's directory, as we write and read them.
#include "spawners/step/step_files.h"
#include "spawners/step/step_id.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "system/files.h"
#include "tests/spawners/runner/runs.h"

namespace orchestrate::spawners {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat st {};
  return ::lstat(path.c_str(), &st) == 0 ? st.st_mode & 07777U : 0;
}

Launch launch() {
  Launch launch = Runs::script("1/01", "echo").launch;
  launch.files = {{"bundle.md", "text"}};
  launch.stdin_file = "bundle.md";
  return launch;
}

TEST(StepFiles, OfAHomeReplaceWhateverIsThere) {
  Runs runs;
  const std::string dir = runs.dir("1/01");
  const std::string path = runs.dir("home") + "/.tool/settings.json";
  Launch wants = launch();
  wants.home_files = {{path, "one"}};
  write_step(dir, wants);
  EXPECT_EQ(system::read_file(path).text, "one");
  EXPECT_EQ(mode_of(path), 0600U);
  EXPECT_EQ(mode_of(runs.dir("home") + "/.tool"), 0700U);
  std::filesystem::remove(path);
  std::filesystem::create_symlink(runs.dir("1") + "/elsewhere", path);
  wants.home_files = {{path, "two"}};
  write_step(dir, wants);
  EXPECT_EQ(system::read_file(path).text, "two");
  EXPECT_FALSE(std::filesystem::exists(runs.dir("1") + "/elsewhere"));
}

TEST(StepFiles, ArePrivateAndNameEveryPathInFull) {
  Runs runs;
  const std::string dir = runs.dir("1/01");
  write_step(dir, launch());
  write_step(dir, launch());
  EXPECT_EQ(mode_of(dir), 0700U);
  EXPECT_EQ(mode_of(runs.dir("1")), 0700U);
  EXPECT_EQ(mode_of(dir + "/launch.json"), 0600U);
  EXPECT_EQ(mode_of(dir + "/bundle.md"), 0600U);
  const auto json = nlohmann::json::parse(runs.text("1/01", "launch.json"));
  EXPECT_EQ(json["stdin"], dir + "/bundle.md");
  EXPECT_EQ(json["cwd"], dir);
  EXPECT_FALSE(json.contains("env"));
}

TEST(StepFiles, RefuseAnArgumentThatJsonCannotHold) {
  Runs runs;
  Launch bad = launch();
  bad.argv.emplace_back("\xFF");
  EXPECT_THROW(write_step(runs.dir("1/01"), bad), std::system_error);
}

TEST(StepFiles, AreNotWrittenThroughALink) {
  Runs runs;
  runs.write("1/01", "victim", "untouched");
  std::filesystem::create_symlink(runs.dir("1/01") + "/victim", runs.dir("1/01") + "/bundle.md");
  EXPECT_THROW(write_step(runs.dir("1/01"), launch()), std::system_error);
  EXPECT_EQ(runs.text("1/01", "victim"), "untouched");
}

TEST(StepFiles, ThatAnAgentReplacedAreNeitherFollowedNorWaitedFor) {
  Runs runs;
  const std::string dir = runs.dir("1/01");
  runs.write("1/01", "secret", "hush");
  for (const char* name : {"lock", "stdout", "exit.json", "started.json"})
    ASSERT_EQ(::mkfifo((dir + "/" + name).c_str(), 0600), 0);
  std::filesystem::create_symlink("secret", dir + "/stderr");
  EXPECT_EQ(step_lock(dir), system::LockState::unknown);
  EXPECT_FALSE(read_exit(dir));
  EXPECT_FALSE(read_started(dir));
  EXPECT_EQ(output_tail(dir, "stdout", 100), "");
  EXPECT_EQ(output_tail(dir, "stderr", 100), "");
}

TEST(StepFiles, TellAHeldLockFromAFreeOne) {
  Runs runs;
  const std::string dir = runs.dir("1/01");
  EXPECT_EQ(step_lock(dir), system::LockState::free);
  HeldLock lock(dir);
  EXPECT_EQ(step_lock(dir), system::LockState::held);
  lock.release();
  EXPECT_EQ(step_lock(dir), system::LockState::free);
}

TEST(StepFiles, AreUnclaimedOnlyWhenThatIsCertain) {
  Runs runs;
  EXPECT_FALSE(may_be_claimed(runs.dir("1/01")));
  runs.write("1/01", "claim", "");
  EXPECT_TRUE(may_be_claimed(runs.dir("1/01")));
  runs.write("1/02", "file", "");
  EXPECT_TRUE(may_be_claimed(runs.dir("1/02/file")));
}

TEST(StepId, IsTheDirectoryBelowTheRunsAndNamesItsKind) {
  EXPECT_EQ(step_id(41, 3, kAgentStep), "41/03-agent");
  EXPECT_EQ(step_id(41, 12, "check-8f2a01c3"), "41/12-check-8f2a01c3");
  EXPECT_TRUE(is_agent_step(step_id(41, 103, kAgentStep)));
  EXPECT_FALSE(is_agent_step("41/05-check-agent"));
  EXPECT_FALSE(is_agent_step("41/agent"));
}

TEST(StepFiles, StartRecordOfAnyOtherShapeIsNone) {
  Runs runs;
  const Bystander process;
  const std::string whole = Bystander::json(process.true_record());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    runs.write("1/01", "started.json", whole.substr(0, size));
    EXPECT_FALSE(read_started(runs.dir("1/01"))) << size;
  }
  for (const char* text : {"[]", "null", R"({"shim_pid":"1","shim_start_ticks":1,"pid":1,"boot_id":"x"})",
                           R"({"shim_pid":1e300,"shim_start_ticks":1,"pid":1,"boot_id":"x"})"}) {
    runs.write("1/01", "started.json", text);
    EXPECT_FALSE(read_started(runs.dir("1/01"))) << text;
  }
  runs.write("1/01", "started.json", whole);
  EXPECT_TRUE(read_started(runs.dir("1/01")));
}

TEST(StepFiles, LimitsOfAnyOtherShapeAreNone) {
  Runs runs;
  runs.write("1/01", "launch.json", R"({"wall_ms":1000,"grace_ms":10})");
  EXPECT_EQ(read_limits(runs.dir("1/01"))->wall_ms, 1000);
  for (const char* text : {"[]", R"({"wall_ms":1000})", R"({"wall_ms":1e300,"grace_ms":10})"}) {
    runs.write("1/01", "launch.json", text);
    EXPECT_FALSE(read_limits(runs.dir("1/01"))) << text;
  }
}

TEST(OutputTail, IsTheLastBytesAcrossHeadAndTailFiles) {
  Runs runs;
  runs.write("1/01", "stdout", "head");
  runs.write("1/01", "stdout.tail.1", "older");
  runs.write("1/01", "stdout.tail.0", "newer");
  runs.write("1/01", "exit.json",
             R"({"reason":"exited","code":0,"signal":0,"started_at_ms":1,"ended_at_ms":2,"wall_ms":1,)"
             R"("stdout_tail":["stdout.tail.1","stdout.tail.0"]})");
  EXPECT_EQ(output_tail(runs.dir("1/01"), "stdout", 100), "headoldernewer");
  EXPECT_EQ(output_tail(runs.dir("1/01"), "stdout", 7), "ernewer");
  EXPECT_EQ(output_tail(runs.dir("1/01"), "stdout", 0), "");
  EXPECT_EQ(output_tail(runs.dir("1/01"), "stderr", 100), "");
}

}  // namespace
}  // namespace orchestrate::spawners
