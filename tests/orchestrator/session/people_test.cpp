// What people ask of a running session by rows, as another program would write them.
#include "orchestrator/session/people.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/orchestrator/session/night.h"

namespace orchestrate {
namespace {

using test::Act;

class ANightWithPeople : public test::Night {
 protected:
  ANightWithPeople() : other_(temp.project.paths.state) {
    runner.act = [](const std::string&, int) {
      Act act;
      act.takes_ms = 10'000;
      act.exit = test::exits(0);
      return act;
    };
  }
  void meanwhile(std::int64_t mono_ms, std::function<void(Store&)> deed) {
    runner.meanwhile(mono_ms, [this, deed] { other_.write([&] { deed(other_); }); });
  }
  [[nodiscard]] std::int64_t wall_ms() const { return runner.now().wall_ms; }
  std::vector<std::string> kinds() {
    std::vector<std::string> kinds;
    for (const auto& event : temp.store->events.after(0, 1000))
      kinds.push_back(event.kind);
    return kinds;
  }

  Store other_;
};

TEST_F(ANightWithPeople, APauseHoldsBackWhatHasNotBegunAndAResumeLetsItGo) {
  options.max_parallel = 1;
  const auto first = temp.add("first");
  const auto second = temp.add("second");
  meanwhile(1'000, [this](Store& s) { s.sessions.pause("lunch", wall_ms()); });
  meanwhile(60'000, [this, second](Store& s) {
    EXPECT_EQ(s.tasks.find(second)->state, TaskState::queued);
    s.sessions.resume(wall_ms());
  });
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(first).state, TaskState::done);
  EXPECT_GE(temp.store->runs.of_task(second).at(0).started_ms,
            temp.store->runs.of_task(first).at(0).started_ms + 59'000);
}

TEST_F(ANightWithPeople, ASessionThatFindsItselfPausedEndsAndSaysSo) {
  temp.add("work");
  temp.store->write([&] { temp.store->sessions.pause("paused since noon", 1); });
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_EQ(temp.store->sessions.find(std::nullopt)->stop_reason, "paused since noon");
}

TEST_F(ANightWithPeople, AStopLetsRunningAgentsFinishAndStartsNothingNew) {
  options.max_parallel = 1;
  const auto first = temp.add("first");
  const auto second = temp.add("second");
  meanwhile(1'000, [this](Store& s) { EXPECT_TRUE(s.sessions.ask_stop(false, wall_ms())); });
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_EQ(temp.task(first).state, TaskState::done);
  EXPECT_EQ(temp.task(second).state, TaskState::queued);
  EXPECT_EQ(temp.store->sessions.find(std::nullopt)->stop_reason, "stopped by `orchestrate stop`");
}

TEST_F(ANightWithPeople, AStopAtOnceEndsAgentsOnceAndUsesUpNoAttempt) {
  const auto id = temp.add("long");
  meanwhile(1'000, [this](Store& s) { (void)s.sessions.ask_stop(true, wall_ms()); });
  meanwhile(1'001, [this](Store& s) { s.values.set("another", "write"); });
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_LT(runner.now().mono_ms, 2'000);
  EXPECT_EQ(temp.task(id).state, TaskState::queued);
  EXPECT_EQ(temp.task(id).ledger.attempts, 0);
  EXPECT_EQ(std::ranges::count(kinds(), "session_stopping"), 1);
}

TEST_F(ANightWithPeople, ACancelledAgentIsEndedAndItsTaskStaysCancelled) {
  const auto id = temp.add("long");
  const auto after = temp.add("after", 2, {id});
  meanwhile(1'000, [this, id](Store& s) { EXPECT_TRUE(s.tasks.cancel(id, wall_ms())); });
  run();
  EXPECT_LT(runner.now().mono_ms, 2'000);
  EXPECT_EQ(temp.task(id).state, TaskState::cancelled);
  EXPECT_TRUE(temp.store->runs.of_task(after).empty());
  EXPECT_TRUE(temp.store->inbox.list("open").empty());
}

TEST_F(ANightWithPeople, AHeldTaskStartsWhenItIsReleased) {
  const auto held = temp.add("held");
  temp.store->write([&] { (void)temp.store->tasks.hold(held, true, 1); });
  temp.add("other");
  meanwhile(5'000, [this, held](Store& s) { (void)s.tasks.hold(held, false, wall_ms()); });
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(held).state, TaskState::done);
}

}  // namespace
}  // namespace orchestrate
