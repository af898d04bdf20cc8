// What a child prints comes out as lines: whole, in order, fairly.
#include <gtest/gtest.h>

#include <algorithm>

#include "spawners/step/tail.h"
#include "tests/spawners/runner/runs.h"

namespace orchestrate::spawners {
namespace {

using Strings = std::vector<std::string>;

Strings numbers(int last) {
  Strings lines;
  for (int i = 1; i <= last; ++i)
    lines.push_back(std::to_string(i));
  return lines;
}

std::string count_to(int last) {
  return "seq 1 " + std::to_string(last);
}

class RunnerLines : public testing::Test {
 protected:
  const Seen& run(const Step& step) {
    runner_->start(step);
    return watcher_.until_over(step.id);
  }

  Runs runs_;
  std::unique_ptr<Runner> runner_ = runs_.runner();
  Watcher watcher_{*runner_};
};

TEST_F(RunnerLines, KeepEveryByteAndTheUnterminatedLastLine) {
  const Seen& seen = run(Runs::script("1/01", R"(printf '\000\377\033[31m\r\nb\n\n\200last')"));
  EXPECT_EQ(seen.lines, (Strings{std::string("\0\xFF\x1B[31m\r", 8), "b", "", "\x80last"}));
  EXPECT_EQ(seen.cut, 0);
}

TEST_F(RunnerLines, AreAllReportedBeforeTheEnd) {
  const Seen& seen = run(Runs::script("1/01", "echo a; sleep 0.05; echo b; exit 3"));
  EXPECT_EQ(seen.kinds, (Strings{"Started", "Lines", "Exited"}));
  EXPECT_EQ(seen.lines, (Strings{"a", "b"}));
  EXPECT_EQ(seen.exit->code, 3);
}

TEST_F(RunnerLines, ArriveWhileTheChildGoesOn) {
  runner_->start(Runs::script("1/01", "echo ready; while [ ! -e go ]; do sleep 0.01; done; echo end"));
  ASSERT_TRUE(watcher_.until([this] { return !watcher_.seen["1/01"].lines.empty(); }));
  EXPECT_EQ(watcher_.seen["1/01"].lines, Strings{"ready"});
  EXPECT_FALSE(watcher_.seen["1/01"].over());
  runs_.write("1/01", "go", "");
  EXPECT_EQ(watcher_.until_over("1/01").lines, (Strings{"ready", "end"}));
}

TEST_F(RunnerLines, OfAFloodAreAllThereAndLeaveTurnsToOthers) {
  constexpr int kLast = 100'000;
  const std::string margin(100, '.');
  runner_->start(Runs::script("1/01", count_to(kLast) + " | sed 's/^/" + margin + "/'"));  // ten megabytes
  runner_->start(Runs::script("2/01", "echo quiet"));
  ASSERT_TRUE(runs_.await_text("1/01", "exit.json", "reason"));
  ASSERT_TRUE(runs_.await_text("2/01", "exit.json", "reason"));

  watcher_.take(runner_->wait(runner_->now().mono_ms + 10'000));
  std::size_t flood_bytes = 0;
  for (const auto& line : watcher_.seen["1/01"].lines)
    flood_bytes += line.size() + 1;
  EXPECT_LE(flood_bytes, 1U << 20);
  EXPECT_EQ(watcher_.seen["2/01"].lines, Strings{"quiet"});

  const Seen& flood = watcher_.until_over("1/01");
  Strings expected = numbers(kLast);
  for (auto& line : expected)
    line.insert(0, margin);
  EXPECT_TRUE(flood.lines == expected) << flood.lines.size() << " lines";
  EXPECT_EQ(flood.exit->dropped_bytes, 0);
}

TEST_F(RunnerLines, StayWholeAcrossTheFilesOfTheOutputCap) {
  Step step = Runs::script("1/01", count_to(140'000));  // over the head of 768 KiB, below what is kept
  step.launch.limits.output_bytes = 1 << 20;
  const Seen& seen = run(step);
  ASSERT_FALSE(seen.exit->stdout_tail.empty());
  ASSERT_EQ(seen.exit->dropped_bytes, 0);
  EXPECT_TRUE(seen.lines == numbers(140'000)) << seen.lines.size() << " lines";
}

TEST_F(RunnerLines, OverTheOutputCapAreTheFirstAndTheLast) {
  Step step = Runs::script("1/01", count_to(400'000));
  step.launch.limits.output_bytes = 1 << 20;
  step.launch.limits.stop_on_output_limit = false;
  const Seen& seen = run(step);
  ASSERT_GT(seen.exit->dropped_bytes, 0);
  EXPECT_EQ(seen.lines.front(), "1");
  EXPECT_EQ(seen.lines.back(), "400000");
  EXPECT_GT(seen.lines.size(), 100'000U);
}

TEST_F(RunnerLines, OfFiveMegabytesAreCutAndCounted) {
  const Seen& seen = run(Runs::script("1/01", R"(head -c 5242880 /dev/zero | tr '\0' x; echo; echo after)"));
  ASSERT_EQ(seen.lines.size(), 2U);
  EXPECT_EQ(seen.lines[0], std::string(Tail::kMaxLine, 'x'));
  EXPECT_EQ(seen.lines[1], "after");
  EXPECT_EQ(seen.cut, 1);
}

TEST_F(RunnerLines, OfRecordFilesAreNotesToo) {
  Step step = Runs::script("1/01", "echo out; sleep 0.05; printf 'one\\ntwo' >>notes.jsonl");
  step.launch.record_files = {"notes.jsonl", "never.jsonl"};
  EXPECT_EQ(run(step).lines, (Strings{"out", "one", "two"}));
}

TEST_F(RunnerLines, OfStderrAreNotNotes) {
  EXPECT_EQ(run(Runs::script("1/01", "echo out; echo err >&2")).lines, Strings{"out"});
  EXPECT_EQ(runs_.text("1/01", "stderr"), "err\n");
}

TEST_F(RunnerLines, AreNotReadWhenNobodyWantsThem) {
  Step step = Runs::script("1/01", "echo out");
  step.wants_lines = false;
  EXPECT_EQ(run(step).kinds, (Strings{"Started", "Exited"}));
}

TEST_F(RunnerLines, OfRecordFilesAndStderrSayWhichFileTheyAreFrom) {
  Step step =
      Runs::script("1/01", "echo out; echo err >&2; echo kept > notes.jsonl; printf last >> notes.jsonl");
  step.launch.record_files = {"notes.jsonl", "stderr", "never.jsonl"};
  const Seen& seen = run(step);
  EXPECT_EQ(seen.of_file.at("stdout"), Strings{"out"});
  EXPECT_EQ(seen.of_file.at("stderr"), Strings{"err"});
  EXPECT_EQ(seen.of_file.at("notes.jsonl"), (Strings{"kept", "last"}));
  EXPECT_EQ(seen.of_file.size(), 3U);
}

}  // namespace
}  // namespace orchestrate::spawners
