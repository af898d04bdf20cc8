// A step's directory as events, whatever engine runs the step.
#include "spawners/step/watcher.h"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/spawners/runner/runs.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kExit =
    R"({"reason":"exited","code":3,"signal":0,"started_at_ms":1,"ended_at_ms":2,"wall_ms":1})";

class StepWatcherTest : public testing::Test {
 protected:
  std::vector<Event> read() {
    std::vector<Event> events;
    (void)watcher_.read(events);
    return events;
  }
  std::vector<Event> finish() {
    std::vector<Event> events;
    finished_ = watcher_.finish(events);
    return events;
  }

  Runs runs_;
  StepWatcher watcher_{"1/01", runs_.dir("1/01")};
  bool finished_ = false;
};

TEST_F(StepWatcherTest, ReportsTheStartOnce) {
  EXPECT_TRUE(read().empty());
  const Bystander process;
  runs_.write("1/01", "started.json", Bystander::json(process.true_record()));
  std::vector<Event> events;
  const auto record = watcher_.read(events);
  ASSERT_TRUE(record);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<Started>(events[0]).pid, record->pid);
  EXPECT_TRUE(read().empty());
}

TEST_F(StepWatcherTest, ReportsLinesOnlyToWhoWantsThem) {
  runs_.write("1/01", "stdout", "a\nb\nc");
  EXPECT_TRUE(read().empty());
  watcher_.want_lines({"notes"});
  runs_.write("1/01", "notes", "n\n");
  const auto events = read();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(std::get<Lines>(events[0]).lines, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(std::get<Lines>(events[1]).file, "notes");
  EXPECT_TRUE(read().empty());
}

TEST_F(StepWatcherTest, TakesABoundedPartOfAFloodAtATime) {
  watcher_.want_lines({});
  std::string flood;
  for (int i = 0; i < (3 << 20) / 8; ++i)
    flood += "1234567\n";
  runs_.write("1/01", "stdout", flood);
  std::size_t lines = 0;
  int reads = 0;
  do {
    for (const auto& event : read())
      lines += std::get<Lines>(event).lines.size();
    ++reads;
  } while (watcher_.has_more());
  EXPECT_EQ(lines, flood.size() / 8);
  EXPECT_GE(reads, 3);
}

TEST_F(StepWatcherTest, EndsWithTheLastLineAndTheRecord) {
  watcher_.want_lines({});
  runs_.write("1/01", "stdout", "a\nunfinished");
  (void)read();
  EXPECT_TRUE(finish().empty());
  EXPECT_FALSE(finished_);
  runs_.write("1/01", "exit.json", kExit);
  const auto events = finish();
  EXPECT_TRUE(finished_);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(std::get<Lines>(events[0]).lines, std::vector<std::string>{"unfinished"});
  EXPECT_EQ(std::get<Exited>(events[1]).record.code, 3);
}

}  // namespace
}  // namespace orchestrate::spawners
