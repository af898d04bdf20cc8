// A start: at most one per step, with exactly the command, files and environment that were asked for.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>

#include "spawners/local/leftovers.h"
#include "tests/spawners/runner/runs.h"

namespace orchestrate::spawners {
namespace {

using Strings = std::vector<std::string>;

std::size_t open_descriptors() {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                                                std::filesystem::directory_iterator()));
}

// Of all inotify descriptors; the kernel gives each user a bounded number.
int watched_folders() {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fdinfo")) {
    std::ifstream info(entry.path());
    for (std::string line; std::getline(info, line);)
      count += line.starts_with("inotify ");
  }
  return count;
}

bool has_zombie() {
  siginfo_t info{};
  return ::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

TEST(RunnerStart, OfAStepThatHasEndedReportsTheSameEndWithoutRunningTwice) {
  Runs runs;
  const auto runner = runs.runner();
  const Step step = counting("1/01", "echo line; exit 4");
  Watcher first(*runner);
  runner->start(step);
  const Seen before = first.until_over("1/01");

  Watcher second(*runner);
  runner->start(step);
  const Seen after = second.until_over("1/01");
  EXPECT_EQ(after.kinds, (Strings{"Started", "Lines", "Exited"}));
  EXPECT_EQ(after.lines, before.lines);
  EXPECT_EQ(after.exit->code, 4);
  EXPECT_EQ(after.exit->ended_at_ms, before.exit->ended_at_ms);
  EXPECT_EQ(runs.text("1/01", "count"), "once\n");
}

TEST(RunnerStart, AskedForTwiceAtOnceIsOneStart) {
  Runs runs;
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  const Step step = counting("1/01", "exit 0");
  runner->start(step);
  runner->start(step);
  EXPECT_EQ(watcher.until_over("1/01").kinds, (Strings{"Started", "Exited"}));
  EXPECT_EQ(runs.text("1/01", "count"), "once\n");
  EXPECT_FALSE(has_zombie());
}

TEST(RunnerStart, GivesTheEnvironmentExactlyAndTheMarkByWhichItsLeftoversAreFound) {
  Runs runs;
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  Step step = Runs::script("1/01", "");
  step.launch.argv = {"env", "-0"};
  step.launch.env = {"PATH=/usr/bin:/bin", "BLANK=a b", "EMPTY=", "BYTES=\xFF\x01", "LINES=1\n2"};
  runner->start(step);
  watcher.until_over("1/01");
  std::string expected;
  for (const auto& entry : step.launch.env)
    expected += entry + '\0';
  EXPECT_EQ(runs.text("1/01", "stdout"), expected + step_mark(runs.dir("1/01")) + '\0');
}

TEST(RunnerStart, WritesNoValueOfTheEnvironmentToDisk) {
  Runs runs;
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  Step step = Runs::script("1/01", "test ${#API_KEY} = 8");
  step.launch.env.emplace_back("API_KEY=hush-9f3");
  runner->start(step);
  EXPECT_TRUE(watcher.until_over("1/01").exit->clean_exit());
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(runs.dir("1/01"))) {
    ++files;
    const std::string text = runs.text("1/01", entry.path().filename());
    EXPECT_EQ(text.find("hush-9f3"), std::string::npos) << entry.path();
  }
  EXPECT_GE(files, 5);
}

TEST(RunnerStart, FeedsAFileOfTheStepToStandardInput) {
  Runs runs;
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  Step step = Runs::script("1/01", "cat");
  step.launch.files = {{"bundle.md", "read me\nand this"}};
  step.launch.stdin_file = "bundle.md";
  runner->start(step);
  EXPECT_EQ(watcher.until_over("1/01").lines, (Strings{"read me", "and this"}));
}

TEST(RunnerStart, OfAProgramThatIsNotThereIsAnEndThatSaysSo) {
  Runs runs;
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  Step step = Runs::script("1/01", "");
  step.launch.argv = {"/nowhere/agent"};
  runner->start(step);
  const Seen& seen = watcher.until_over("1/01");
  EXPECT_EQ(seen.exit->reason, ExitReason::spawn_failed);
  EXPECT_NE(seen.exit->error.find("/nowhere/agent"), std::string::npos);
}

TEST(RunnerStart, WithoutAShimThrowsAndNamesIt) {
  Runs runs;
  try {
    const auto runner = runs.runner("/nowhere/orchestrate-shim");
    FAIL() << "no exception";
  } catch (const std::system_error& e) {
    EXPECT_EQ(e.code(), std::errc::no_such_file_or_directory);
    EXPECT_NE(std::string(e.what()).find("/nowhere/orchestrate-shim"), std::string::npos);
  }
}

TEST(RunnerStart, ThatFailsLeavesNoWatchAndNoDescriptor) {
  Runs runs;
  const std::string shim = (runs.root() / "shim").string();
  std::filesystem::copy_file(SHIM_PROGRAM, shim);
  const auto runner = runs.runner(shim);
  std::filesystem::remove(shim);
  const std::size_t descriptors = open_descriptors();
  for (int i = 0; i < 20; ++i)
    EXPECT_THROW(runner->start(Runs::script(std::to_string(i) + "/01", "true")), std::system_error);
  EXPECT_EQ(watched_folders(), 0);
  EXPECT_EQ(open_descriptors(), descriptors);
}

TEST(RunnerStart, ThrowsWhenTheStateDirectoryCannotBeWritten) {
  Runs runs;
  const auto runner = runs.runner();
  runs.write(".", "1", "a file where the run's directory belongs");
  EXPECT_THROW(runner->start(Runs::script("1/01", "true")), std::system_error);
}

TEST(RunnerStart, ThreeHundredTimesLeavesNoZombieAndNoDescriptor) {
  Runs runs;
  const auto runner = runs.runner();
  Watcher watcher(*runner);
  runner->start(Runs::script("0/01", "true"));
  watcher.until_over("0/01");
  const std::size_t descriptors = open_descriptors();
  int started = 0;
  const auto ended = [&] {
    return std::count_if(watcher.seen.begin(), watcher.seen.end(),
                         [](const auto& s) { return s.second.over(); }) -
           1;
  };
  EXPECT_TRUE(watcher.until([&] {
    for (; started < 300 && started - ended() < 32; ++started)
      runner->start(Runs::script(std::to_string(started + 1) + "/01", "echo x"));
    return ended() == 300;
  }));
  EXPECT_TRUE(std::all_of(watcher.seen.begin(), watcher.seen.end(),
                          [](const auto& s) { return s.second.exit && s.second.exit->clean_exit(); }));
  EXPECT_EQ(open_descriptors(), descriptors);
  EXPECT_FALSE(has_zombie());
}

}  // namespace
}  // namespace orchestrate::spawners
