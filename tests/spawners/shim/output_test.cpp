// What a child prints: every byte, within the cap, and on a full disk too.
#include "spawners/shim/output.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "tests/spawners/shim/step_run.h"

namespace orchestrate::shim {
namespace {

using nlohmann::json;

constexpr std::int64_t cap = 64 << 10;

// What `flood BYTES` prints.
std::string flood_text(std::int64_t bytes) {
  std::string text;
  for (std::int64_t i = 0; i < bytes / 16; ++i) {
    std::array<char, 32> line{};
    std::snprintf(line.data(), line.size(), "%015lld\n", static_cast<long long>(i));
    text += line.data();
  }
  return text;
}

std::string tail_text(const StepRun& step, const std::string& key) {
  std::string text;
  const json record = step.record();
  for (const std::string name : record[key])
    text += step.text(name);
  return text;
}

std::int64_t kept_bytes(const StepRun& step) {
  std::size_t sum = step.text("stdout").size() + step.text("stderr").size();
  for (const char* key : {"stdout_tail", "stderr_tail"})
    sum += tail_text(step, key).size();
  return static_cast<std::int64_t>(sum);
}

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

TEST(ShimOutput, EveryByteArrives) {
  StepRun step({"raw-bytes"});
  EXPECT_EQ(step.run(), 0);
  std::string all;
  for (int byte = 0; byte < 256; ++byte)
    all += static_cast<char>(byte);
  EXPECT_EQ(step.text("stdout"), all);
  EXPECT_EQ(step.record()["stdout_bytes"], 256);
}

TEST(ShimOutput, StdoutAndStderrAreKeptApart) {
  StepRun step({"flood-both", "4096"});
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.text("stdout"), flood_text(4096));
  EXPECT_EQ(step.text("stderr"), flood_text(4096));
  EXPECT_EQ(step.record()["stderr_bytes"], 4096);
  EXPECT_EQ(step.record()["dropped_bytes"], 0);
}

TEST(ShimOutput, WhatIsStillInThePipeAfterTheEndIsNotLost) {
  constexpr std::size_t burst = 700'000;
  StepRun step({"burst", std::to_string(burst)});
  step.start();
  ASSERT_TRUE(step.await_text("stdout", "ready"));
  ASSERT_TRUE(eventually([&] { return step.has("started.json"); }));
  const pid_t child = json::parse(step.text("started.json"))["pid"];
  step.signal_shim(SIGSTOP);
  step.write("go", "");
  EXPECT_TRUE(eventually([&] { return is_dead(child); }));
  step.signal_shim(SIGCONT);
  EXPECT_EQ(step.wait(), 0);
  EXPECT_EQ(step.text("stdout"), "ready\n" + std::string(burst, 'x'));
}

TEST(ShimOutput, AFloodKeepsHeadAndTailWithinTheCap) {
  constexpr std::int64_t produced = 1 << 20;
  StepRun step({"flood", std::to_string(produced)});
  step.launch["output_bytes"] = cap;
  step.launch["stop_on_output_limit"] = false;
  EXPECT_EQ(step.run(), 0);
  const json record = step.record();
  const std::string whole = flood_text(produced);
  EXPECT_EQ(record["reason"], "exited");
  EXPECT_EQ(record["stdout_bytes"], produced);
  EXPECT_EQ(step.text("stdout"), whole.substr(0, cap / 4 * 3));
  const std::string tail = tail_text(step, "stdout_tail");
  EXPECT_GE(tail.size(), static_cast<std::size_t>(cap / 16));
  EXPECT_TRUE(ends_with(whole, tail));
  EXPECT_LE(kept_bytes(step), cap);
  EXPECT_EQ(record["dropped_bytes"], produced - kept_bytes(step));
}

TEST(ShimOutput, AFloodOnBothStreamsStaysWithinTheSameCap) {
  constexpr std::int64_t produced = 1 << 20;
  StepRun step({"flood-both", std::to_string(produced)});
  step.launch["output_bytes"] = cap;
  step.launch["stop_on_output_limit"] = false;
  EXPECT_EQ(step.run(), 0);
  EXPECT_LE(kept_bytes(step), cap);
  EXPECT_EQ(step.record()["dropped_bytes"], 2 * produced - kept_bytes(step));
  EXPECT_TRUE(ends_with(flood_text(produced), tail_text(step, "stdout_tail")));
  EXPECT_TRUE(ends_with(flood_text(produced), tail_text(step, "stderr_tail")));
}

TEST(ShimOutput, TheFirstByteLostToTheCapStopsTheStep) {
  StepRun step({"flood", std::to_string(std::int64_t{1} << 40)});
  step.launch["output_bytes"] = cap;
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["reason"], "output_limit");
  EXPECT_LE(kept_bytes(step), cap);
  EXPECT_GT(step.record()["dropped_bytes"], 0);
}

TEST(ShimOutput, OutputThatJustFitsIsNoReasonToStop) {
  constexpr std::int64_t produced = cap / 4 * 3 + cap / 16 * 2;
  StepRun step({"flood", std::to_string(produced)});
  step.launch["output_bytes"] = cap;
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["reason"], "exited");
  EXPECT_EQ(step.record()["dropped_bytes"], 0);
  EXPECT_EQ(step.text("stdout") + tail_text(step, "stdout_tail"), flood_text(produced));
}

TEST(ShimOutput, ACapOfNothingKeepsNothingAndCountsAll) {
  StepRun step({"flood", "160000"});
  step.launch["output_bytes"] = 0;
  step.launch["stop_on_output_limit"] = false;
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(kept_bytes(step), 0);
  EXPECT_EQ(step.record()["dropped_bytes"], 160'000);
  EXPECT_EQ(step.record()["code"], 0);
}

TEST(ShimOutput, AFileSizeLimitDropsBytesButNeitherBlocksNorKills) {
  constexpr std::int64_t limit = 32 << 10;
  StepRun step({"flood", "200000"});
  step.before_exec = [] {
    const rlimit file_size{limit, limit};
    setrlimit(RLIMIT_FSIZE, &file_size);
  };
  EXPECT_EQ(step.run(), 0);
  const json record = step.record();
  EXPECT_EQ(record["reason"], "exited");
  EXPECT_EQ(record["code"], 0);
  EXPECT_EQ(step.text("stdout"), flood_text(200'000).substr(0, limit));
  EXPECT_EQ(record["dropped_bytes"], 200'000 - limit);
}

TEST(ShimOutput, ALinkLeftInTheStepDirectoryLeadsNowhere) {
  StepRun step({});
  step.write("victim", "precious");
  step.launch["argv"] = {"/bin/sh", "-c",
                         "ln -s victim stdout.tail.0; mkfifo stdout.tail.1; exec \"$0\" flood 160000",
                         TARGET_PROGRAM};
  step.launch["output_bytes"] = cap;
  step.launch["stop_on_output_limit"] = false;
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.text("victim"), "precious");
  EXPECT_TRUE(ends_with(flood_text(160'000), tail_text(step, "stdout_tail")));
}

// Runs a shell script as root of a mount namespace of its own, where $1 is an empty 256 KiB file system.
int run_on_tiny_disk(const StepRun& step, const std::string& script) {
  const std::string mount = "mount -t tmpfs -o size=256k none \"$1\" || exit 99\n";
  const std::string dir = step.dir() / "disk";
  const std::string copy = step.dir() / "copy";
  std::filesystem::create_directory(dir);
  std::filesystem::create_directory(copy);
  const pid_t pid = fork();
  if (pid == 0) {
    execlp("unshare", "unshare", "-rm", "sh", "-c", (mount + script).c_str(), "sh", dir.c_str(), copy.c_str(),
           SHIM_PROGRAM, nullptr);
    _exit(99);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ShimOutput, AFullDiskLosesOutputButNeitherTheExitNorItsRecord) {
  StepRun step({"flood", "1000000"});
  if (run_on_tiny_disk(step, "exit 0") != 0) GTEST_SKIP() << "mounting a tmpfs is not permitted here";
  std::filesystem::remove_all(step.dir() / "disk");
  std::filesystem::remove_all(step.dir() / "copy");
  step.launch["output_bytes"] = 10 << 20;
  step.write("launch", step.launch.dump());
  ASSERT_EQ(
      run_on_tiny_disk(step, "cp \"$2/../launch\" \"$1/launch.json\" && \"$3\" \"$1\" && cp \"$1\"/* \"$2\""),
      0);
  const json record = json::parse(step.text("copy/exit.json"));
  EXPECT_EQ(record["reason"], "exited");
  EXPECT_EQ(record["code"], 0);
  EXPECT_EQ(record["stdout_bytes"], 1'000'000);
  const std::string kept = step.text("copy/stdout");
  EXPECT_GT(kept.size(), 100'000U);
  EXPECT_EQ(kept, flood_text(1'000'000).substr(0, kept.size()));
  EXPECT_EQ(record["dropped_bytes"], 1'000'000 - kept.size());
}

TEST(ShimOutput, ADiskThatIsFullAtTheStartLeavesTheStepUnclaimed) {
  StepRun step({"exit", "0"});
  if (run_on_tiny_disk(step, "exit 0") != 0) GTEST_SKIP() << "mounting a tmpfs is not permitted here";
  std::filesystem::remove_all(step.dir() / "disk");
  std::filesystem::remove_all(step.dir() / "copy");
  step.write("launch", step.launch.dump());
  EXPECT_EQ(
      run_on_tiny_disk(step,
                       "cp \"$2/../launch\" \"$1/launch.json\"; head -c 1000000 /dev/zero > \"$1/full\" 2>&-;"
                       "\"$3\" \"$1\" 2>\"$2/stderr\"; status=$?; ls \"$1\" > \"$2/names\"; exit $status"),
      1);
  EXPECT_EQ(step.text("copy/names").find("claim"), std::string::npos);
  EXPECT_NE(step.text("copy/stderr").find("No space left on device; nothing was started"), std::string::npos);
}

}  // namespace
}  // namespace orchestrate::shim
