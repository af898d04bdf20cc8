#include "orchestrator/session/scheduler.h"

#include <gtest/gtest.h>

#include <filesystem>

#include <algorithm>
#include <csignal>

#include "tests/orchestrator/session/night.h"

namespace orchestrate {
namespace {

using spawners::ExitReason;
using test::Act;
using test::exits;
using test::FakeRunner;
using test::Night;
using test::stopped;

TEST_F(Night, AnEmptyQueueIsDoneAtOnce) {
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_TRUE(temp.store->sessions.find(std::nullopt)->ended_ms.has_value());
}

TEST_F(Night, AScriptIsRunAndDone) {
  const auto id = temp.add("true");
  EXPECT_EQ(run(), SessionEnd::done);
  const Task task = temp.task(id);
  EXPECT_EQ(task.state, TaskState::done);
  EXPECT_EQ(task.verified, false);
  EXPECT_EQ(task.ledger.attempts, 1);
  ASSERT_EQ(temp.store->runs.of_task(id).size(), 1U);
  EXPECT_EQ(temp.store->runs.of_task(id)[0].verdict, VerdictKind::accept);
}

TEST_F(Night, ATaskThatPlainSqlInsertedIsRunToo) {
  Database(temp.project.paths.state + "/state.db")
      .execute("INSERT INTO tasks (title, run_command) VALUES ('x', 'true')");
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(1).state, TaskState::done);
}

TEST_F(Night, AFailureIsTriedAgainAndThenHandedToAPerson) {
  const auto id = temp.add("false");
  EXPECT_EQ(run(), SessionEnd::failed);
  EXPECT_EQ(temp.task(id).state, TaskState::failed);
  EXPECT_EQ(temp.store->runs.of_task(id).size(), 2U);
  ASSERT_EQ(temp.store->inbox.list("open").size(), 1U);
  EXPECT_EQ(temp.store->inbox.list("open")[0].kind, InboxKind::attempts_exhausted);
}

TEST_F(Night, WhatNobodyToldOfIsFoundBeforeTheEnd) {
  const auto first = temp.add("true");
  const auto other = temp.add("true");
  temp.store->write([&] { temp.store->tasks.hold(other, true, 1); });
  const auto last = temp.add("true", 2, {other});
  Database(temp.project.paths.state + "/state.db")
      .execute(
          "DROP TRIGGER queue_dependency_changed; CREATE TRIGGER unseen AFTER UPDATE OF state ON tasks"
          " WHEN NEW.state = 'done' AND NEW.id = " +
          std::to_string(first) + " BEGIN UPDATE dependencies SET depends_on = NEW.id; END");
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(last).state, TaskState::done);
  EXPECT_EQ(temp.task(other).state, TaskState::queued);
}

TEST_F(Night, WhatALostDatabaseLeftBehindIsNobodysResult) {
  const std::string runs = temp.project.paths.runs;
  std::filesystem::create_directories(runs + "/7/01-agent");
  std::filesystem::create_directories(runs + "/07x");
  const auto id = temp.add("true");
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.store->runs.of_task(id).at(0).id, 8);
  std::filesystem::create_directories(runs + "/2");
  const auto next = temp.add("true");
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.store->runs.of_task(next).at(0).id, 9);
}

TEST_F(Night, ASecondAttemptMaySucceed) {
  runner.act = [](const std::string&, int times) {
    Act act;
    act.exit = exits(times == 0 ? 1 : 0);
    return act;
  };
  const auto id = temp.add("flaky");
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(id).ledger.attempts, 2);
}

TEST_F(Night, NeverMoreAtOnceThanThereAreSlots) {
  options.max_parallel = 3;
  for (int i = 0; i < 12; ++i)
    temp.add("true");
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(runner.most_at_once, 3);
}

TEST_F(Night, AnAgentTypesOwnSlotsAreKept) {
  temp.project.config.agent_types["alpha"].max_parallel = 1;
  temp.project.config.dispatch.max_parallel = 8;
  for (int i = 0; i < 4; ++i)
    temp.add("true");
  run();
  EXPECT_EQ(runner.most_at_once, 1);
}

TEST_F(Night, TheMoreUrgentIsStartedFirst) {
  options.max_parallel = 1;
  const auto low = temp.add("low", 3);
  const auto high = temp.add("high", 0);
  run();
  EXPECT_LT(temp.store->runs.of_task(high)[0].id, temp.store->runs.of_task(low)[0].id);
}

TEST_F(Night, AgingLetsTheOldestLowPriorityThrough) {
  options.max_parallel = 1;
  Task old;
  old.title = old.run_command = "old";
  old.rank = 3;
  std::int64_t old_low = 0;
  temp.store->write([&] { old_low = temp.store->tasks.add(old, runner.now().wall_ms - 4LL * 86'400'000); });
  Task fresh;
  fresh.title = fresh.run_command = "fresh";
  fresh.rank = 0;
  temp.store->write([&] { temp.store->tasks.add(fresh, runner.now().wall_ms); });
  run();
  EXPECT_EQ(temp.store->runs.of_task(old_low)[0].id, 1);
}

TEST_F(Night, ADependentTaskWaitsForTheOtherToBeDone) {
  const auto first = temp.add("first");
  const auto second = temp.add("second", 0, {first});
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_LT(temp.store->runs.of_task(first)[0].id, temp.store->runs.of_task(second)[0].id);
}

TEST_F(Night, WhatDependsOnAFailureIsNotAttempted) {
  const auto first = temp.add("false");
  const auto second = temp.add("second", 2, {first});
  EXPECT_EQ(run(), SessionEnd::failed);
  EXPECT_EQ(temp.task(second).state, TaskState::queued);
  EXPECT_TRUE(temp.store->runs.of_task(second).empty());
}

TEST_F(Night, WhatDependsOnACancelledTaskIsNotStarted) {
  const auto first = temp.add("first");
  const auto second = temp.add("second", 0, {first});
  const auto third = temp.add("third", 0, {second});
  temp.store->write([&] { EXPECT_TRUE(temp.store->tasks.cancel(first, 1)); });
  EXPECT_EQ(run(), SessionEnd::done);
  for (const auto id : {second, third}) {
    EXPECT_EQ(temp.task(id).state, TaskState::queued) << id;
    EXPECT_TRUE(temp.store->runs.of_task(id).empty()) << id;
  }
}

TEST_F(Night, EachHandOverIsAnEventThatSaysWhy) {
  routing::Rule people{"people", {}, {"human"}, 1};
  people.when.type = {"STRATEGIC"};
  temp.project.config.rules.rules = {people};
  Task task;
  task.title = "decide";
  task.type = "STRATEGIC";
  temp.store->write([&] {
    temp.store->tasks.add(task, 1);
    task.type = "FIX";
    task.manual = true;
    temp.store->tasks.add(task, 2);
  });
  temp.add("true");
  EXPECT_EQ(run(), SessionEnd::decisions);
  std::vector<std::string> told;
  for (const auto& event : temp.store->events.after(0, 1'000)) {
    if (event.kind == EventKind::task_handed_to_human)
      told.push_back(std::to_string(event.task.value()) + " " + event_members(event)["inbox_kind"]);
  }
  EXPECT_EQ(told, (std::vector<std::string>{"1 strategic", "2 manual"}));
}

TEST_F(Night, StrategyGoesToAPersonAtOnce) {
  routing::Rule people{"people", {}, {"human"}, 1};
  people.when.type = {"STRATEGIC"};
  temp.project.config.rules.rules = {people};
  Task task;
  task.title = "decide";
  task.type = "strategic";
  std::int64_t id = 0;
  temp.store->write([&] { id = temp.store->tasks.add(task, 1); });
  EXPECT_EQ(run(), SessionEnd::decisions);
  EXPECT_EQ(temp.task(id).state, TaskState::waiting_human);
  EXPECT_EQ(temp.store->inbox.list("open")[0].kind, InboxKind::strategic);
}

TEST_F(Night, APersonsTaskDoesNotWaitForAFreeSlot) {
  options.max_parallel = 1;
  runner.act = [](const std::string&, int) {
    Act act;
    act.takes_ms = 3'600'000;
    act.exit = exits(0);
    return act;
  };
  temp.add("work");
  Task task;
  task.title = "Which way?";
  task.manual = true;
  std::int64_t early = 0;
  std::int64_t late = 0;
  Store other(temp.project.paths.state);
  other.write([&] { early = other.tasks.add(task, test::kCreatedMs); });
  runner.meanwhile(1'000, [&] {
    EXPECT_EQ(other.tasks.find(early)->state, TaskState::waiting_human);
    other.write([&] { late = other.tasks.add(task, test::kCreatedMs); });
  });
  runner.meanwhile(2'000, [&] { EXPECT_EQ(other.tasks.find(late)->state, TaskState::waiting_human); });
  EXPECT_EQ(run(), SessionEnd::decisions);
}

TEST_F(Night, AMissingProgramGoesToAPersonAtOnce) {
  for (auto& [name, agent_type] : temp.project.config.agent_types)
    agent_type.profile.command = {"no-such-program"};
  machine.missing = {"no-such-program"};
  const auto id = temp.add("x");
  EXPECT_EQ(run(), SessionEnd::decisions);
  EXPECT_EQ(temp.store->inbox.list("open")[0].kind, InboxKind::spawn_failed);
  EXPECT_EQ(temp.task(id).state, TaskState::waiting_human);
}

TEST_F(Night, AnUnknownOutcomeIsNeverRepeatedByItself) {
  runner.act = [](const std::string&, int) {
    Act act;
    act.lost = true;
    return act;
  };
  const auto id = temp.add("x");
  EXPECT_EQ(run(), SessionEnd::decisions);
  EXPECT_EQ(temp.store->runs.of_task(id).size(), 1U);
  EXPECT_EQ(temp.store->inbox.list("open")[0].kind, InboxKind::unknown_outcome);
}

TEST_F(Night, OneSignalDrainsAndStartsNothingNew) {
  options.max_parallel = 1;
  temp.add("true");
  const auto second = temp.add("true");
  runner.at(50, spawners::Signal{SIGTERM});
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_EQ(temp.task(1).state, TaskState::done);
  EXPECT_EQ(temp.task(second).state, TaskState::queued);
}

TEST_F(Night, TwoSignalsEndTheAgentsWithoutUsingUpAnAttempt) {
  runner.act = [](const std::string&, int) {
    Act act;
    act.takes_ms = 3'600'000;
    return act;
  };
  const auto id = temp.add("long");
  runner.at(50, spawners::Signal{SIGTERM});
  runner.at(60, spawners::Signal{SIGTERM});
  EXPECT_EQ(run(), SessionEnd::limit);
  const Task task = temp.task(id);
  EXPECT_EQ(task.state, TaskState::queued);
  EXPECT_EQ(task.ledger.attempts, 0);
  EXPECT_EQ(task.ledger.waits, 1);
  EXPECT_LT(runner.now().mono_ms, 1'000);
}

TEST_F(Night, NothingRunsPastTheEndOfTheNight) {
  runner.act = [](const std::string&, int) {
    Act act;
    act.takes_ms = 48LL * 3'600'000;
    return act;
  };
  temp.project.config.limits.task_wall_ms = 100LL * 3'600'000;
  temp.add("endless");
  options.until = 6 * 60;
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_LT(runner.now().mono_ms, 25LL * 3'600'000);
}

TEST_F(Night, NothingIsStartedOnADiskThatIsNearlyFull) {
  temp.project.config.retention.free_disk_floor_bytes = 1LL << 60;
  const auto id = temp.add("true");
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_TRUE(temp.store->runs.of_task(id).empty());
}

TEST_F(Night, NotBeforeIsNotDueAndDoesNotKeepTheNightOpen) {
  Task task;
  task.title = task.run_command = "later";
  task.not_before_ms = runner.now().wall_ms + 86'400'000;
  temp.store->write([&] { temp.store->tasks.add(task, 1); });
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(1).state, TaskState::queued);
}

TEST_F(Night, ACheckDecidesWhetherItIsVerified) {
  Task task;
  task.title = task.run_command = "work";
  task.checks = {"check"};
  temp.store->write([&] { temp.store->tasks.add(task, 1); });
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(1).verified, true);
}

TEST_F(Night, AFailedCheckIsToldToTheNextAttempt) {
  runner.act = [](const std::string& command, int) {
    Act act;
    act.exit = exits(command == "check" ? 3 : 0);
    return act;
  };
  Task task;
  task.title = task.run_command = "work";
  task.checks = {"check"};
  temp.store->write([&] { temp.store->tasks.add(task, 1); });
  EXPECT_EQ(run(), SessionEnd::failed);
  const auto runs = temp.store->runs.of_task(1);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].why, "`check` failed: exit 3");
}

// A night of 30 tasks, some of which fail at first: everything that was started, and when.
std::vector<std::string> play(std::uint64_t seed) {
  test::TempProject temp;
  FakeRunner runner(temp.project.paths.runs);
  runner.act = [](const std::string& command, int times) {
    Act act;
    act.takes_ms = 10 + static_cast<std::int64_t>(command.size()) * 37;
    act.exit = exits(command.size() % 3 == 0 && times == 0 ? 1 : 0);
    return act;
  };
  for (int i = 0; i < 30; ++i)
    temp.add(std::string(static_cast<std::size_t>(1 + i % 9), 'x'), i % 4);
  SessionOptions options;
  options.seed = seed;
  options.environment = {"PATH=/usr/bin:/bin", "HOME=" + temp.root};
  Scheduler(temp.project, *temp.store, runner, test::FakeMachine(), options, nullptr).run();
  return runner.history;
}

TEST(Simulation, TheSameSeedGivesTheSameHistory) {
  EXPECT_EQ(play(42), play(42));
  EXPECT_NE(play(42), play(43));
}

TEST_F(Night, ARunThatASessionLeftBehindIsTakenUpAgain) {
  const auto id = temp.add("true");
  temp.store->write([&] {
    const auto session = temp.store->sessions.start(1, 1);
    orchestrate::Run left;
    left.task = id;
    left.session = session;
    left.agent_type = "alpha";
    left.driver = "script";
    left.started_ms = 1;
    temp.store->runs.start(left);
  });
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(id).state, TaskState::done);
  EXPECT_EQ(temp.store->runs.of_task(id).size(), 1U);
  EXPECT_EQ(agents_started().size(), 1U);
}

}  // namespace
}  // namespace orchestrate
