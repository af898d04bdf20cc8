// The machine fails: a full disk, no more processes. Nobody is blamed, nothing is used up, and what waited
// goes on by itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "tests/orchestrator/session/night.h"

namespace orchestrate {
namespace {

using spawners::ExitReason;
using test::Act;
using test::exits;
using test::stopped;

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;

TEST(TroubleOfTheMachine, IsLookedAtLessAndLessOften) {
  std::string broken;
  const auto look = [&broken] { return broken; };
  Trouble trouble;
  EXPECT_FALSE(trouble.look_at_ms());
  EXPECT_FALSE(trouble.has_passed(look, 0)) << "there was none";
  trouble.meet("full", 1'000);
  trouble.meet("another", 1'001);
  EXPECT_EQ(trouble.why(), "full");
  broken = "still full";
  std::vector<std::int64_t> pauses;
  std::int64_t now_ms = 1'000;
  for (int i = 0; i < 8; ++i) {
    pauses.push_back(*trouble.look_at_ms() - now_ms);
    now_ms = *trouble.look_at_ms();
    EXPECT_FALSE(trouble.has_passed(look, now_ms));
  }
  EXPECT_EQ(pauses, (std::vector<std::int64_t>{1'000, 2'000, 4'000, 8'000, 16'000, 32'000, 60'000, 60'000}));
  EXPECT_EQ(trouble.why(), "still full");
  broken.clear();
  EXPECT_FALSE(trouble.has_passed(look, now_ms)) << "it is not yet time";
  EXPECT_TRUE(trouble.has_passed(look, now_ms + kMinute));
  EXPECT_FALSE(trouble.is_there());
}

TEST(TroubleOfTheMachine, ThatReturnsSoonHasNeverBeenAway) {
  std::string broken;
  const auto look = [&broken] { return broken; };
  Trouble trouble;
  std::int64_t now_ms = 0;
  while (!trouble.is_too_long(now_ms)) {
    trouble.meet("no process", now_ms);
    now_ms = *trouble.look_at_ms();
    if (trouble.is_too_long(now_ms)) break;
    ASSERT_TRUE(trouble.has_passed(look, now_ms));
    ASSERT_LT(now_ms, 2 * kHour);
  }
  EXPECT_GE(now_ms, kHour);
  ASSERT_TRUE(trouble.has_passed(look, now_ms));
  trouble.meet("full", now_ms + 10 * kMinute);
  EXPECT_EQ(trouble.look_at_ms(), now_ms + 10 * kMinute + 1'000) << "after a quiet while it is a new one";
  EXPECT_FALSE(trouble.is_too_long(now_ms + 10 * kMinute + kHour - 1));
  EXPECT_TRUE(trouble.is_too_long(now_ms + 10 * kMinute + kHour));
}

TEST(TroubleOfTheMachine, IsLookedAtAsSoonAsSomethingHasEnded) {
  std::string broken;
  const auto look = [&broken] { return broken; };
  Trouble trouble;
  trouble.meet("no process", 0);
  broken = "no process";
  while (trouble.look_at_ms() < kMinute)
    EXPECT_FALSE(trouble.has_passed(look, *trouble.look_at_ms()));
  trouble.hope(kMinute / 2);
  EXPECT_EQ(trouble.look_at_ms(), kMinute / 2);
  EXPECT_FALSE(trouble.has_passed(look, kMinute / 2));
  EXPECT_EQ(trouble.look_at_ms(), kMinute / 2 + 1'000);
  EXPECT_FALSE(trouble.is_too_long(kHour)) << "there is progress";
  broken.clear();
  EXPECT_TRUE(trouble.has_passed(look, kMinute));
  trouble.meet("no process", 2 * kMinute);
  trouble.hope(2 * kMinute + 10);
  EXPECT_EQ(trouble.look_at_ms(), 2 * kMinute + 1'000) << "not at once";
}

class MachineFault : public test::Night {
 protected:
  [[nodiscard]] int events_of(EventKind kind) const {
    const auto rows = temp.store->events.after(0, 10'000);
    return static_cast<int>(
        std::ranges::count_if(rows, [kind](const auto& row) { return row.kind == kind; }));
  }
  void expect_one_clean_attempt(std::int64_t id) {
    EXPECT_EQ(temp.task(id).state, TaskState::done);
    EXPECT_EQ(temp.task(id).ledger.attempts, 1);
    EXPECT_EQ(temp.store->runs.of_task(id).size(), 1U);
    EXPECT_TRUE(temp.store->inbox.list("open").empty());
    EXPECT_EQ(events_of(EventKind::machine_failed), events_of(EventKind::machine_recovered));
  }
};

TEST_F(MachineFault, OfAStartStartsNothingMoreUntilItHasPassed) {
  int refused = 0;
  runner.act = [&](const std::string&, int) {
    Act act;
    act.refuse_start = refused++ < 3;
    act.exit = exits(0);
    return act;
  };
  options.max_parallel = 4;
  for (int i = 0; i < 100; ++i)
    temp.add("job");
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(refused, 103) << "one is tried each time, not each of them";
  for (const Task& task : temp.store->tasks.list(std::nullopt, std::nullopt))
    EXPECT_EQ(task.ledger.attempts, 1);
  expect_one_clean_attempt(1);
}

TEST_F(MachineFault, OfAShimIsAnotherStepOfTheSameAttempt) {
  temp.project.config.hooks.before_run = {{{"warm"}, "warm"}};
  temp.project.config.checks.commands = {{{"make"}, "make"}};
  runner.act = [](const std::string&, int nth) {
    Act act;
    act.exit = nth == 0 ? stopped(ExitReason::not_started) : exits(0);
    return act;
  };
  const auto id = temp.add("work");
  EXPECT_EQ(run(), SessionEnd::done);
  expect_one_clean_attempt(id);
  EXPECT_EQ(agents_started(), (std::vector<std::string>{"1/03-agent", "1/04-agent"}));
  EXPECT_EQ(temp.store->steps.agent_of(1), 4) << "the one that ran";
}

TEST_F(MachineFault, WhileACheckFailsIsNoFailureOfTheWork) {
  temp.project.config.checks.commands = {{{"make"}, "make"}};
  runner.act = [&](const std::string& command, int nth) {
    Act act;
    act.exit = exits(command == "make" && nth == 0 ? 1 : 0);
    act.takes_ms = 1'000;
    return act;
  };
  runner.meanwhile(1'500, [&] { machine.broken = "cannot write"; });
  runner.meanwhile(10'000, [&] { machine.broken.clear(); });
  const auto id = temp.add("work");
  EXPECT_EQ(run(), SessionEnd::done);
  expect_one_clean_attempt(id);
  EXPECT_EQ(temp.task(id).verified, true);
  EXPECT_EQ(agents_started().size(), 1U);
}

TEST_F(MachineFault, WhileAnAgentFailsUsesUpNothing) {
  runner.act = [&](const std::string&, int nth) {
    Act act;
    act.exit = exits(nth == 0 ? 1 : 0);
    act.takes_ms = 1'000;
    return act;
  };
  runner.meanwhile(500, [&] { machine.broken = "cannot write"; });
  runner.meanwhile(10'000, [&] { machine.broken.clear(); });
  const auto id = temp.add("work");
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(id).state, TaskState::done);
  EXPECT_EQ(temp.task(id).ledger.attempts, 1);
  const auto runs = temp.store->runs.of_task(id);
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].why, "it failed while the machine did: cannot write");
  EXPECT_EQ(runs[0].verdict, VerdictKind::retry);
}

TEST_F(MachineFault, WhileAHookFailsIsNobodysFailure) {
  temp.project.config.hooks.before_run = {{{"warm"}, "warm"}};
  runner.act = [&](const std::string& command, int nth) {
    Act act;
    act.exit = exits(command == "warm" && nth == 0 ? 1 : 0);
    return act;
  };
  machine.broken = "cannot write";
  runner.meanwhile(10'000, [&] { machine.broken.clear(); });
  const auto id = temp.add("work");
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(id).ledger.attempts, 1);
}

TEST_F(MachineFault, WhileACliIsAskedForItsVersionIsNotTheAgents) {
  temp.project.config.hooks.after_run = {{{"tidy"}, "tidy"}};
  runner.act = [&](const std::string& command, int) {
    Act act;
    act.exit = exits(command == "tidy" ? 1 : 0);
    return act;
  };
  runner.meanwhile(150, [&] { machine.broken = "cannot write"; });
  runner.meanwhile(10'000, [&] { machine.broken.clear(); });
  const auto id = temp.add("work");
  (void)run();
  EXPECT_EQ(agents_started().size(), 1U) << "a hook behind it failed, not it";
  EXPECT_EQ(temp.task(id).state, TaskState::done);
}

// The session ends, or dies, before the machine is well again.
class FaultOfTheNightBefore : public MachineFault {
 protected:
  void until_it_gives_up() {
    machine.broken = "cannot write";
    EXPECT_EQ(run(), SessionEnd::limit);
    machine.broken.clear();
  }
};

TEST_F(FaultOfTheNightBefore, ACheckThatFailedInItIsAskedAgain) {
  temp.project.config.checks.commands = {{{"make"}, "make"}};
  runner.act = [](const std::string& command, int nth) {
    Act act;
    act.exit = exits(command == "make" && nth == 0 ? 1 : 0);
    return act;
  };
  const auto id = temp.add("work");
  until_it_gives_up();
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(id).state, TaskState::done);
  EXPECT_EQ(temp.task(id).ledger.attempts, 1);
  EXPECT_EQ(agents_started(), (std::vector<std::string>{"1/01-agent", "1/01-agent"})) << "found, once more";
}

TEST_F(FaultOfTheNightBefore, AnAgentThatFailedInItIsStillNotBlamed) {
  temp.project.config.hooks.after_run = {{{"tidy"}, "tidy"}};
  runner.act = [](const std::string& command, int nth) {
    Act act;
    act.exit = exits(command == "work" && nth == 0 ? 1 : 0);
    act.takes_ms = command == "tidy" ? 10'000 : 100;
    return act;
  };
  const auto id = temp.add("work");
  runner.meanwhile(50, [this] { machine.broken = "cannot write"; });
  runner.meanwhile(500, [this] { machine.broken.clear(); });
  bool lives = true;
  runner.meanwhile(5'000, [&lives] {
    if (std::exchange(lives, false)) throw std::logic_error("killed");
  });
  EXPECT_THROW((void)run(), std::logic_error);
  ASSERT_EQ(temp.store->runs.open().size(), 1U) << "its hook runs";
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(id).ledger.attempts, 1);
  EXPECT_EQ(temp.store->runs.find(1)->why, "it failed while the machine did: cannot write");
}

TEST_F(MachineFault, ThatGaveUpStartsNothingMoreThoughItPasses) {
  runner.act = [](const std::string& command, int) {
    Act act;
    act.exit = exits(0);
    act.takes_ms = command == "long" ? 3 * kHour : 1'000;
    return act;
  };
  options.max_parallel = 2;
  for (const char* title : {"long", "quick", "work"})
    temp.add(title);
  machine.broken = machine.unmakable = "3/01-agent";
  runner.meanwhile(2 * kHour, [&] {
    machine.broken.clear();
    machine.unmakable.clear();
    temp.add("late");
  });
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_EQ(temp.task(1).state, TaskState::done);
  EXPECT_EQ(temp.task(2).state, TaskState::done);
  EXPECT_EQ(temp.task(4).state, TaskState::queued);
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(3).ledger.attempts, 1);
}

TEST_F(MachineFault, HidesNothingThatLives) {
  temp.add("alive");
  temp.add("new");
  const auto leave = [&](std::int64_t task, const char* step) {
    orchestrate::Run left;
    left.task = task;
    left.session = 1;
    left.agent_type = "alpha";
    left.driver = "script";
    left.started_ms = 1;
    const auto id = temp.store->runs.start(left);
    if (*step != 0) temp.store->steps.started(id, 1, step, 1);
  };
  temp.store->write([&] {
    (void)temp.store->sessions.start(1, 1);
    leave(2, "");
    leave(1, "agent");
  });
  std::filesystem::create_directories(temp.project.paths.workspaces + "/task-1");
  machine.broken = machine.unmakable = "1/01-agent";
  runner.act = [](const std::string&, int) {
    Act act;
    act.exit = exits(0);
    act.takes_ms = 10 * kHour;
    return act;
  };
  runner.at(30'000, spawners::Signal{SIGTERM});
  runner.at(31'000, spawners::Signal{SIGTERM});
  (void)run();
  EXPECT_EQ(runner.cancelled, std::vector<std::string>{"2/01-agent"}) << "it was found, and ended";
}

TEST_F(MachineFault, ThatLastsForAnHourEndsTheSessionAndTheNextOneGoesOn) {
  machine.unmakable = "-agent";
  machine.broken = "cannot write";
  const auto id = temp.add("work");
  temp.add("another");
  options.max_parallel = 1;
  EXPECT_EQ(run(), SessionEnd::limit);
  const auto session = temp.store->sessions.find(std::nullopt);
  EXPECT_EQ(session->stop_reason, "the machine has failed for an hour: cannot write");
  EXPECT_EQ(temp.store->runs.open().size(), 1U);
  EXPECT_TRUE(temp.store->inbox.list("open").empty());
  machine.unmakable.clear();
  machine.broken.clear();
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(id).ledger.attempts, 1);
  EXPECT_EQ(temp.store->runs.of_task(id).size(), 1U);
  EXPECT_EQ(temp.task(2).state, TaskState::done);
}

TEST_F(MachineFault, IsShownWhileItLastsAndEndedByAStop) {
  machine.unmakable = "-agent";
  machine.broken = "cannot write";
  temp.add("work");
  runner.meanwhile(30'000, [&] {
    EXPECT_EQ(temp.store->sessions.find(std::nullopt)->closed, "the machine fails: cannot write");
  });
  runner.at(30'000, spawners::Signal{SIGTERM});
  runner.at(31'000, spawners::Signal{SIGTERM});
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_LT(runner.now_.mono_ms, 40'000);
  EXPECT_EQ(temp.task(1).state, TaskState::queued);
  EXPECT_EQ(temp.task(1).ledger.attempts, 0);
}

TEST_F(MachineFault, BehindAnAgentLeavesItsWorkToTheNextSession) {
  temp.project.config.checks.commands = {{{"make"}, "make"}};
  machine.unmakable = "-check-";
  temp.add("work");
  runner.at(30'000, spawners::Signal{SIGTERM});
  runner.at(31'000, spawners::Signal{SIGTERM});
  EXPECT_EQ(run(), SessionEnd::limit);
  EXPECT_EQ(temp.store->runs.open().size(), 1U);
  machine.unmakable.clear();
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(agents_started().size(), 2U) << "begun once, and found";
  EXPECT_EQ(temp.store->runs.of_task(1).size(), 1U);
  EXPECT_EQ(temp.task(1).verified, true);
}

TEST_F(MachineFault, KeepsNobodyFromCancelling) {
  runner.act = [](const std::string&, int) {
    Act act;
    act.refuse_start = true;
    return act;
  };
  const auto id = temp.add("work");
  machine.broken = "cannot write";
  Store other(temp.project.paths.state);
  runner.meanwhile(30'000, [&] { other.write([&] { (void)other.tasks.cancel(id, 1); }); });
  runner.meanwhile(30'001, [&] { EXPECT_EQ(temp.task(id).state, TaskState::cancelled); });
  runner.meanwhile(50'000, [&] { machine.broken.clear(); });
  run();
  EXPECT_EQ(temp.task(id).state, TaskState::cancelled);
  EXPECT_EQ(agents_started().size(), 1U);
}

TEST_F(MachineFault, WhatCanNeverStartIsTheStepsOwnFailure) {
  runner.act = [](const std::string&, int) {
    Act act;
    act.refuse_start = true;
    act.refusal = E2BIG;
    return act;
  };
  temp.add("x");
  EXPECT_EQ(run(), SessionEnd::decisions);
  EXPECT_EQ(temp.store->inbox.list("open")[0].kind, InboxKind::spawn_failed);
}

}  // namespace
}  // namespace orchestrate
