// What people ask for while a session runs, and while none does.
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "tests/orchestrator/session/night.h"

namespace orchestrate {
namespace {

using spawners::Signal;
using test::Act;
using test::exits;
using test::Night;

constexpr std::int64_t kNow = 1'795'000'000'000;

class Steering : public Night {
 protected:
  Steering() : other(temp.project.paths.state) {}

  // Commands named "slow" take ten minutes.
  void slow_commands() {
    runner.act = [](const std::string& command, int) {
      Act act;
      act.takes_ms = command == "slow" ? 600'000 : 100;
      act.exit = exits(0);
      return act;
    };
  }

  void write(const std::string& file, const std::string& text) const {
    std::ofstream(temp.project.paths.config_dir + "/" + file) << text;
  }

  [[nodiscard]] bool happened(EventKind kind) {
    const auto rows = temp.store->events.after(0, 10'000);
    return std::any_of(rows.begin(), rows.end(), [&](const EventRow& row) { return row.kind == kind; });
  }

  Store other;  // another program's
};

TEST_F(Steering, ACancelledAgentIsEndedAndItsTaskIsOver) {
  slow_commands();
  const auto id = temp.add("slow");
  runner.meanwhile(5'000, [&] { other.write([&] { EXPECT_TRUE(other.tasks.cancel(id, kNow)); }); });
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(id).state, TaskState::cancelled);
  EXPECT_LT(runner.now_.mono_ms, 600'000);
  const auto runs = temp.store->runs.of_task(id);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].why, "a person cancelled it");
  EXPECT_EQ(temp.task(id).ledger.attempts, 0);
  EXPECT_TRUE(temp.store->inbox.list("open").empty());
  EXPECT_TRUE(temp.store->tasks.to_cancel().empty());
}

TEST_F(Steering, OthersGoOnWhileOneIsCancelled) {
  slow_commands();
  const auto unwanted = temp.add("slow");
  const auto wanted = temp.add("slow");
  runner.meanwhile(5'000, [&] { other.write([&] { other.tasks.cancel(unwanted, kNow); }); });
  run();
  EXPECT_EQ(temp.task(unwanted).state, TaskState::cancelled);
  EXPECT_EQ(temp.task(wanted).state, TaskState::done);
}

TEST_F(Steering, APausedQueueStartsNothingUntilItIsResumed) {
  slow_commands();
  temp.add("slow");
  options.max_parallel = 1;
  const auto second = temp.add("quick");
  runner.meanwhile(1'000, [&] { other.write([&] { other.sessions.pause("lunch", kNow); }); });
  runner.meanwhile(900'000, [&] {
    EXPECT_EQ(other.tasks.find(second)->state, TaskState::queued);
    other.write([&] { other.sessions.resume(kNow); });
  });
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(second).state, TaskState::done);
  EXPECT_GE(runner.now_.mono_ms, 900'000);
}

TEST_F(Steering, ASessionThatFindsItselfPausedEndsAtOnceAndSaysWhy) {
  const auto id = temp.add("true");
  temp.store->write([&] { temp.store->sessions.pause("forgotten", kNow); });
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_EQ(temp.task(id).state, TaskState::queued);
  EXPECT_EQ(temp.store->sessions.find(std::nullopt)->stop_reason, "forgotten");
}

TEST_F(Steering, StopLetsRunningAgentsFinishAndStartsNothingNew) {
  slow_commands();
  options.max_parallel = 1;
  const auto running = temp.add("slow");
  const auto next = temp.add("quick");
  runner.meanwhile(1'000, [&] { other.write([&] { EXPECT_TRUE(other.sessions.ask_stop(false, kNow)); }); });
  run();
  EXPECT_EQ(temp.task(running).state, TaskState::done);
  EXPECT_EQ(temp.task(next).state, TaskState::queued);
}

TEST_F(Steering, StopNowEndsAgentsWithoutUsingUpAnAttempt) {
  slow_commands();
  const auto id = temp.add("slow");
  runner.meanwhile(1'000, [&] { other.write([&] { other.sessions.ask_stop(false, kNow); }); });
  runner.meanwhile(2'000, [&] { other.write([&] { other.sessions.ask_stop(true, kNow); }); });
  run();
  EXPECT_LT(runner.now_.mono_ms, 600'000);
  EXPECT_EQ(temp.task(id).state, TaskState::queued);
  EXPECT_EQ(temp.task(id).ledger.attempts, 0);
  EXPECT_FALSE(other.sessions.ask_stop(true, kNow)) << "a session that is over cannot be stopped";
}

TEST_F(Steering, AHeldTaskWaitsAndAReleasedOneStartsAtOnce) {
  slow_commands();
  temp.add("slow");
  const auto held = temp.add("quick");
  temp.store->write([&] { temp.store->tasks.hold(held, true, kNow); });
  runner.meanwhile(10'000, [&] {
    EXPECT_EQ(other.tasks.find(held)->state, TaskState::queued);
    other.write([&] { other.tasks.hold(held, false, kNow); });
  });
  run();
  const auto runs = temp.store->runs.of_task(held);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].started_ms, kNow + 10'000);
}

TEST_F(Steering, AHangUpReadsTheConfigurationAgain) {
  slow_commands();
  temp.add("slow");
  runner.at(1'000, Signal{SIGHUP});
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_TRUE(happened(EventKind::config_reloaded) || happened(EventKind::config_broken));
  EXPECT_FALSE(happened(EventKind::session_draining));
}

TEST_F(Steering, ABrokenConfigurationKeepsTheLastGoodOneAndSaysSo) {
  slow_commands();
  temp.add("slow");
  const auto later = temp.add("quick");
  options.max_parallel = 1;
  runner.meanwhile(60'000, [&] { write("agents.toml", "[agent_types.alpha]\ndriver = \"nonsense\"\n"); });
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(later).state, TaskState::done);
  EXPECT_TRUE(happened(EventKind::config_broken));
}

TEST_F(Steering, ARetryHasAFreshLedgerAndClosesTheQuestion) {
  const auto id = temp.add("false");
  EXPECT_EQ(run(), SessionEnd::failed);
  ASSERT_EQ(temp.store->inbox.list("open").size(), 1U);
  temp.store->write([&] { EXPECT_TRUE(temp.store->tasks.retry(id, kNow)); });
  EXPECT_EQ(temp.task(id).state, TaskState::queued);
  EXPECT_EQ(temp.task(id).ledger.attempts, 0);
  EXPECT_TRUE(temp.store->inbox.list("open").empty());
}

TEST_F(Steering, WhatIsDoneIsNeitherRetriedNorEditedNorHeld) {
  const auto id = temp.add("true");
  run();
  temp.store->write([&] {
    EXPECT_FALSE(temp.store->tasks.retry(id, kNow));
    EXPECT_FALSE(temp.store->tasks.edit(temp.task(id), kNow));
    EXPECT_FALSE(temp.store->tasks.hold(id, true, kNow));
  });
  EXPECT_EQ(temp.task(id).state, TaskState::done);
}

}  // namespace
}  // namespace orchestrate
