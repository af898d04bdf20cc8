// One child that is fed, read, and ended in time.
#include "system/process.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace orchestrate::system {
namespace {

ProcessSpec shell(const std::string& script) {
  ProcessSpec spec;
  spec.program = "/bin/sh";
  spec.argv = {"sh", "-c", script};
  return spec;
}

TEST(Process, GivesExitCodeAndBothStreams) {
  const ProcessResult result = Process(shell("echo out; echo err >&2; exit 3")).finish();
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
}

TEST(Process, SeesNoEnvironmentButTheOneGiven) {
  ProcessSpec spec = shell("/usr/bin/env");
  spec.environment = {"ONLY=this"};
  const std::string out = Process(spec).finish().out;
  EXPECT_NE(out.find("ONLY=this\n"), std::string::npos);
  EXPECT_EQ(out.find("HOME="), std::string::npos);
}

TEST(Process, ATimeLimitEndsTheWholeGroup) {
  ProcessSpec spec = shell("sleep 100 & echo $!; wait");
  spec.time_limit = std::chrono::milliseconds(300);
  const ProcessResult result = Process(spec).finish();
  EXPECT_TRUE(result.timed_out);
  const pid_t grandchild = std::atoi(result.out.c_str());
  ASSERT_GT(grandchild, 0);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  // Killed, it may wait for init to reap it: a zombie has no command line any more.
  const std::string line = "/proc/" + std::to_string(grandchild) + "/cmdline";
  const auto alive = [&] {
    FILE* file = std::fopen(line.c_str(), "re");
    if (file == nullptr) return false;
    const bool more = std::fgetc(file) != EOF;
    std::fclose(file);
    return more;
  };
  while (alive() && std::chrono::steady_clock::now() < deadline)
    sched_yield();
  EXPECT_FALSE(alive());
}

TEST(Process, AChildThatDoesNotReadItsInputIsNotWaitedFor) {
  ProcessSpec spec = shell("exec <&-; exit 4");
  spec.has_input = true;
  Process process(spec);
  process.write(std::string(4 << 20, 'x'));
  EXPECT_EQ(process.finish().exit_code, 4);
}

TEST(Process, MoreInputThanAPipeHoldsArrives) {
  ProcessSpec spec = shell("wc -c");
  spec.has_input = true;
  spec.environment = {"PATH=/usr/bin:/bin"};
  Process process(spec);
  process.write(std::string(3 << 20, 'x'));
  EXPECT_EQ(process.finish().out, "3145728\n");
}

TEST(Process, TooMuchOutputEndsIt) {
  ProcessSpec spec = shell("while :; do echo aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done");
  spec.output_limit_bytes = 100'000;
  const ProcessResult result = Process(spec).finish();
  EXPECT_TRUE(result.output_limit);
  EXPECT_LT(result.out.size(), 300'000U);
}

TEST(Process, ThatCannotBeStartedSaysWhatAndWhere) {
  ProcessSpec spec = shell("true");
  spec.program = "/no/such/program";
  spec.cwd = "/tmp";
  try {
    const Process process(spec);
    FAIL() << "it started";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
    EXPECT_EQ(std::string(error.what()), "cannot start /no/such/program in /tmp: No such file or directory");
  }
}

TEST(Process, ASignalIsToldFromAnExitCode) {
  EXPECT_EQ(Process(shell("exit 9")).finish().exit_code, 9);
  EXPECT_EQ(Process(shell("kill -9 $$")).finish().exit_code, 128 + 9);
}

TEST(Process, IsHeldWithinItsMemory) {
  ProcessSpec spec = shell("ulimit -d");
  spec.memory_limit_bytes = 64 << 20;
  // Set once it runs: it may read the old value first.
  spec.argv[2] = "until [ \"$(ulimit -d)\" = 65536 ]; do :; done; echo held";
  EXPECT_EQ(Process(spec).finish().out, "held\n");
}

}  // namespace
}  // namespace orchestrate::system
