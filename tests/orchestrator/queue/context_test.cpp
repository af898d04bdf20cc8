// How things stand by the rows, for whoever asks while another process runs the session.
#include "orchestrator/queue/context.h"

#include <gtest/gtest.h>

#include "orchestrator/queue/explain.h"
#include "tests/orchestrator/fake_machine.h"
#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class ContextByRows : public test::WithStore {
 protected:
  SchedulingContext context(bool session_runs) {
    return read_context(temp.project, store, 1'795'000'000'000, {"PATH=/usr/bin"}, machine, session_runs);
  }
  std::vector<std::string> why_not(std::int64_t task, bool session_runs) {
    const SchedulingContext now = context(session_runs);
    return WhyNot(now, store).reasons(temp.task(task));
  }

  test::FakeMachine machine;
};

TEST_F(ContextByRows, KnowsTheDisk) {
  const auto task = temp.add("x");
  temp.project.config.retention.free_disk_floor_bytes = 1 << 20;
  machine.free = 5;
  const auto reasons = why_not(task, true);
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0], disk_shortage(machine, temp.project.paths, 1 << 20));
}

TEST_F(ContextByRows, KnowsWhatTheRunningSessionHasSpent) {
  auto run = store.runs.find(start(temp.add("x"))).value();
  run.cost_usd = 9.5;
  store.write([&] { store.runs.progress(run); });
  EXPECT_DOUBLE_EQ(context(true).load().spent_usd, 9.5);
  EXPECT_DOUBLE_EQ(context(false).load().spent_usd, 0) << "the next session begins at nothing";
}

TEST_F(ContextByRows, APauseIsSaidBeforeAnythingElse) {
  const auto task = temp.add("x");
  store.write([&] { store.sessions.pause("paused for lunch", 1); });
  machine.free = 0;
  EXPECT_EQ(why_not(task, true), std::vector<std::string>{"paused for lunch"});
}

TEST_F(ContextByRows, ASessionIsWhoeverHoldsItsLock) {
  const auto task = temp.add("x");
  start(temp.add("y"));
  ASSERT_FALSE(store.sessions.find(std::nullopt)->ended_ms);
  EXPECT_EQ(why_not(task, false),
            std::vector<std::string>{"no session runs: start one with `orchestrate run`"});
  EXPECT_TRUE(why_not(task, true).empty());
}

}  // namespace
}  // namespace orchestrate
