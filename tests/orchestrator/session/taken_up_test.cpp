// A session that dies in mid-run, and the next one that takes the run up: the same steps have the same names
// again, so that the runner finds each where it is.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/orchestrator/session/night.h"

namespace orchestrate {
namespace {

using test::Act;
using test::exits;
using test::FakeRunner;

Act goes_well() {
  Act act;
  act.exit = exits(0);
  return act;
}

class TakenUp : public test::Night {
 protected:
  TakenUp() {
    config().hooks.before_run = {{{"warm"}, "warm"}, {{"up"}, "up"}};
    config().hooks.after_run = {{{"tidy"}, "tidy"}};
    config().checks.commands = {{{"make"}, "make"}};
    temp.add("work");
  }

  config::Config& config() { return temp.project.config; }

  static std::vector<std::string> started(const FakeRunner& runner) {
    std::vector<std::string> steps;
    for (const auto& line : runner.history)
      steps.push_back(line.substr(line.rfind(' ') + 1));
    return steps;
  }

  // The steps that a session begins, which is killed when it begins the last of them.
  std::vector<std::string> steps_until(const std::string& command) {
    FakeRunner mortal(temp.project.paths.runs);
    mortal.act = [&](const std::string& name, int) -> Act {
      if (name == command) throw std::logic_error("killed");
      return goes_well();
    };
    Scheduler session(temp.project, *temp.store, mortal, machine, options, nullptr);
    if (command.empty()) {
      session.run();
    } else {
      EXPECT_THROW(session.run(), std::logic_error) << command;
    }
    return started(mortal);
  }

  // A run that a session left behind, whose agent was its step of that number.
  void leave_behind(int agent_step) {
    std::filesystem::create_directories(temp.project.paths.workspaces + "/task-1");
    const auto run = leave_open_run();
    temp.store->write([&] { temp.store->steps.started(run, agent_step, "agent", 1); });
  }
};

TEST_F(TakenUp, AtEachOfItsStepsItWalksTheSameOnesAgain) {
  const std::vector<std::string> commands = {"warm", "up", "work", "make", "tidy"};
  for (std::size_t last = 0; last < commands.size(); ++last) {
    const auto begun = steps_until(commands[last]);
    EXPECT_EQ(begun.size(), last + 1);
    EXPECT_EQ(temp.store->runs.open().size(), 1U);
  }
  const auto all = steps_until("");
  ASSERT_EQ(all.size(), commands.size());
  EXPECT_EQ(all[0].substr(0, 10), "1/01-hook-");
  EXPECT_EQ(all[1].substr(0, 10), "1/02-hook-");
  EXPECT_EQ(all[2], "1/03-agent");
  EXPECT_EQ(all[3].substr(0, 11), "1/04-check-");
  EXPECT_EQ(all[4].substr(0, 10), "1/05-hook-");
  EXPECT_EQ(temp.store->runs.of_task(1).size(), 1U);
  EXPECT_EQ(temp.task(1).state, TaskState::done);
}

TEST_F(TakenUp, ItsAgentIsFoundWhereItWasThoughTheStepsBeforeItAreGone) {
  config().hooks.before_run.clear();
  leave_behind(3);
  const auto steps = steps_until("");
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0], "1/03-agent");
  EXPECT_EQ(steps[1].substr(0, 11), "1/04-check-");
  EXPECT_EQ(steps[2].substr(0, 10), "1/05-hook-");
}

TEST_F(TakenUp, ItsAgentIsFoundWhereItWasThoughMoreStepsStandBeforeIt) {
  leave_behind(1);
  const auto steps = steps_until("");
  ASSERT_EQ(steps.size(), 3U) << "nothing is begun beside an agent that may live";
  EXPECT_EQ(steps[0], "1/01-agent");
  EXPECT_EQ(steps[1].substr(0, 11), "1/02-check-");
}

TEST_F(TakenUp, AStepThatWasChangedMeanwhileIsANewOneBehindThoseThatBegan) {
  const auto before = steps_until("make");
  config().checks.commands = {{{"ninja"}, "ninja"}};
  const auto steps = steps_until("");
  ASSERT_EQ(steps.size(), 6U);
  EXPECT_EQ(std::vector(steps.begin(), steps.begin() + 4), before) << "what may live is waited for";
  EXPECT_EQ(steps[4].substr(0, 11), "1/05-check-") << "the fourth was `make`, and is not its answer";
  EXPECT_EQ(steps[5].substr(0, 10), "1/06-hook-");
  EXPECT_EQ(temp.task(1).state, TaskState::done);
}

TEST_F(TakenUp, WithoutItsWorkspaceItsAgentIsEndedAndAPersonIsAsked) {
  leave_behind(1);
  std::filesystem::remove_all(temp.project.paths.workspaces);
  (void)steps_until("");
  EXPECT_EQ(temp.store->inbox.list("open").at(0).kind, InboxKind::unknown_outcome);
  EXPECT_EQ(temp.store->runs.find(1)->why.find("it cannot be taken up again: its workspace is gone: "), 0U);
}

TEST_F(TakenUp, WhatNobodyKnowsOfIsEndedBeforeAnythingElse) {
  leave_behind(1);
  runner.strays = {"7/01-agent"};
  run();
  EXPECT_EQ(runner.awaited, std::set<std::string>{"1/01-agent"});
  const auto events = temp.store->events.after(0, 1'000);
  EXPECT_TRUE(std::ranges::any_of(events, [](const auto& e) { return e.kind == EventKind::stray_ended; }));
}

TEST_F(TakenUp, ATaskThatPlainSqlQueuedIsNotStartedBesideItsRun) {
  leave_behind(1);
  Database(temp.project.paths.state + "/state.db").execute("UPDATE tasks SET state = 'queued'");
  run();
  EXPECT_EQ(temp.store->runs.of_task(1).size(), 1U);
  EXPECT_EQ(temp.task(1).state, TaskState::done);
}

TEST_F(TakenUp, ItKeepsToTheConfigurationThatItBeganWith) {
  machine.keeps = true;
  const auto before = steps_until("work");
  config().hooks = {};
  config().checks.commands = {{{"ninja"}, "ninja"}};
  const auto steps = steps_until("");
  ASSERT_EQ(steps.size(), 5U);
  EXPECT_EQ(std::vector(steps.begin(), steps.begin() + 3), before);
  EXPECT_EQ(temp.store->runs.find(1)->evidence.checks.at(0).command, "make");
  EXPECT_EQ(machine.kept.size(), 1U);
  temp.add("work");
  (void)steps_until("");
  EXPECT_EQ(temp.store->runs.find(2)->evidence.checks.at(0).command, "ninja");
  EXPECT_EQ(machine.kept.size(), 1U) << "the first one serves nobody any more";
}

TEST_F(TakenUp, WithoutTheConfigurationThatItBeganWithAPersonIsAsked) {
  machine.keeps = true;
  const auto before = steps_until("make");
  machine.kept.begin()->second.errors.push_back({"agents.toml", 0, 0, 1, "is gone", "", ""});
  (void)steps_until("");
  EXPECT_EQ(temp.store->inbox.list("open").at(0).kind, InboxKind::unknown_outcome);
  EXPECT_NE(temp.store->runs.find(1)->why.find("the configuration that it began with: agents.toml: is gone"),
            std::string::npos);
}

TEST_F(TakenUp, HooksInAnotherOrderAreFoundAndNotBegunAgain) {
  const auto before = steps_until("work");
  std::swap(config().hooks.before_run[0], config().hooks.before_run[1]);
  config().hooks.before_run.insert(config().hooks.before_run.begin(), {{"first"}, "first"});
  const auto steps = steps_until("");
  ASSERT_EQ(steps.size(), 3U) << "the agent is found first, and it stands behind its hooks";
  EXPECT_EQ(steps[0], "1/03-agent");
}

TEST_F(TakenUp, AHookThatIsPutInFrontBeginsNoOtherAgain) {
  const auto before = steps_until("up");
  config().hooks.before_run = {{{"up"}, "up"}, {{"first"}, "first"}, {{"warm"}, "warm"}};
  const auto steps = steps_until("");
  ASSERT_EQ(steps.size(), 6U);
  EXPECT_EQ(steps[0], before[1]);
  EXPECT_EQ(steps[1].substr(0, 10), "1/03-hook-") << "`first` is new";
  EXPECT_EQ(steps[2], before[0]);
  EXPECT_EQ(steps[3], "1/04-agent");
}

TEST_F(TakenUp, AHookThatIsWaitedForIsFoundAgainWhenItIsDue) {
  const auto before = steps_until("up");
  std::ofstream(temp.project.paths.runs + "/" + before[1] + "/exit.json") << to_json(exits(0));
  config().hooks.before_run.insert(config().hooks.before_run.begin(), {{"first"}, "first"});
  const auto steps = steps_until("");
  ASSERT_EQ(steps.size(), 7U);
  EXPECT_EQ(steps[0], before[1]) << "it may live: nothing new is begun beside it";
  EXPECT_EQ(steps[1].substr(0, 10), "1/03-hook-") << "`first` is new";
  EXPECT_EQ(steps[2], before[0]);
  EXPECT_EQ(steps[3], before[1]);
  EXPECT_EQ(steps[4], "1/04-agent");
}

TEST_F(TakenUp, AHookBehindTheAgentIsNotTakenForTheSameOneBeforeIt) {
  config().hooks.before_run = config().hooks.after_run = {{{"tidy"}, "tidy"}};
  const auto before = steps_until("make");
  ASSERT_EQ(before.size(), 3U);
  config().hooks.before_run.insert(config().hooks.before_run.begin(), {{"first"}, "first"});
  const auto steps = steps_until("");
  ASSERT_EQ(steps.size(), 3U) << "its agent, its check, and a hook that has never run";
  EXPECT_EQ(steps[0], "1/02-agent");
  EXPECT_EQ(steps[1], before[2]);
  EXPECT_EQ(steps[2].substr(0, 10), "1/04-hook-");
}

TEST_F(TakenUp, AHookThatRanIsNotBegunAgainThoughItsFolderWasEmptied) {
  FakeRunner mortal(temp.project.paths.runs);
  mortal.act = [](const std::string&, int) {
    Act act = goes_well();
    act.takes_ms = 10'000;
    return act;
  };
  mortal.meanwhile(1'000, [] { throw std::logic_error("killed"); });
  Scheduler session(temp.project, *temp.store, mortal, machine, options, nullptr);
  EXPECT_THROW(session.run(), std::logic_error);
  ASSERT_EQ(started(mortal).size(), 1U);
  EXPECT_EQ(steps_until(""), started(mortal)) << "found, and nothing else begun";
  EXPECT_EQ(temp.store->inbox.list("open").at(0).kind, InboxKind::unknown_outcome);
}

TEST_F(TakenUp, WhatHadEndedIsOnRecordThoughItsOwnIsGoneFromTheDisk) {
  const auto before = steps_until("tidy");
  std::filesystem::remove(temp.project.paths.runs + "/" + before[3] + "/exit.json");
  const auto steps = steps_until("");
  EXPECT_EQ(steps, before) << "no check is run again";
  EXPECT_EQ(temp.task(1).state, TaskState::done);
}

TEST_F(TakenUp, ACheckThatIsNotDueAnyMoreIsWaitedForBeforeTheEnd) {
  config().hooks.after_run.clear();
  const auto before = steps_until("make");
  config().checks.commands.clear();
  const auto steps = steps_until("");
  EXPECT_EQ(steps, before) << "it may live";
  EXPECT_EQ(temp.task(1).state, TaskState::done);
  for (const auto& step : temp.store->steps.of_run(1))
    EXPECT_TRUE(step.ended) << step.name;
}

TEST_F(TakenUp, AHookThatIsNotDueAnyMoreTakesNobodysPlace) {
  const auto before = steps_until("work");
  config().hooks.before_run.erase(config().hooks.before_run.begin());
  const auto steps = steps_until("");
  ASSERT_EQ(steps.size(), 4U);
  EXPECT_EQ(steps[0], before[1]) << "`up` is found where it was";
  EXPECT_EQ(steps[1], "1/03-agent");
}

TEST_F(TakenUp, AHookThatIsNewHidesNoAgent) {
  (void)steps_until("work");
  config().hooks.before_run.insert(config().hooks.before_run.begin(), {{"first"}, "first"});
  const auto steps = steps_until("");
  ASSERT_EQ(steps.size(), 3U) << "nothing is begun beside an agent that may live";
  EXPECT_EQ(steps[0], "1/03-agent");
}

TEST_F(TakenUp, WithoutItsAgentTypeTheAgentIsEndedAndAPersonIsAsked) {
  leave_behind(3);
  config().agent_types.erase("alpha");
  config().agent_types["beta"].fallback.clear();
  config().rules.fallback = "beta";
  run();
  EXPECT_EQ(started(runner).front(), "1/03-agent");
  EXPECT_EQ(runner.cancelled, std::vector<std::string>{"1/03-agent"});
  const auto left = temp.store->runs.find(1).value();
  EXPECT_EQ(left.why, "it cannot be taken up again: the agent type `alpha` is no longer in agents.toml");
  EXPECT_EQ(left.verdict, VerdictKind::escalate);
  ASSERT_EQ(temp.store->inbox.list("open").size(), 1U);
  EXPECT_EQ(temp.store->inbox.list("open")[0].run, 1);
}

TEST_F(TakenUp, WithoutItsTasksRowItsAgentIsEndedAndTheRunIsClosed) {
  leave_behind(3);
  Database db(temp.project.paths.state + "/state.db");
  db.execute("PRAGMA foreign_keys = OFF; DELETE FROM tasks");
  run();
  EXPECT_EQ(runner.cancelled, std::vector<std::string>{"1/03-agent"});
  EXPECT_TRUE(temp.store->runs.open().empty());
  ASSERT_EQ(temp.store->inbox.list("open").size(), 1U);
  EXPECT_FALSE(temp.store->inbox.list("open")[0].task);
  EXPECT_EQ(temp.store->runs.find(1)->why, "it cannot be taken up again: its task's row was removed");
}

TEST_F(TakenUp, WhatSomebodyWroteIntoTheNextStepsFolderIsNoResult) {
  const std::string forged = temp.project.paths.runs + "/1/03-agent";
  runner.act = [&](const std::string& command, int) {
    if (command == "up") {
      std::filesystem::create_directories(forged);
      std::ofstream(forged + "/exit.json") << "{}";
    }
    return goes_well();
  };
  run();
  std::ifstream mine(forged + "/exit.json");
  EXPECT_NE(std::string(std::istreambuf_iterator<char>(mine), {}), "{}");
  EXPECT_TRUE(std::filesystem::exists(forged + ".foreign-1/exit.json"));
  const auto flags = temp.store->runs.of_task(1).at(0).evidence.flags;
  ASSERT_EQ(flags.size(), 1U);
  EXPECT_TRUE(flags[0].ends_with("it was put aside: " + forged + ".foreign-1")) << flags[0];
}

TEST_F(TakenUp, ACancelComesTooLateOnceItsWorkIsBeingPublished) {
  for (const bool publishing : {false, true}) {
    (void)steps_until("tidy");
    Store other(temp.project.paths.state);
    other.write([&] {
      const auto run = other.runs.open().at(0);
      if (publishing) other.steps.started(run.id, 9, "land", 1);
      other.tasks.cancel(run.task, 1);
    });
    (void)steps_until("");
    const Task task = temp.store->tasks.list(std::nullopt, std::nullopt).back();
    EXPECT_EQ(task.state, publishing ? TaskState::done : TaskState::cancelled);
    if (!publishing) temp.add("work");
  }
}

TEST_F(TakenUp, WithoutItsAgentTypeNothingIsEndedThatHadNotBegun) {
  leave_behind(3);
  Database(temp.project.paths.state + "/state.db").execute("DELETE FROM steps");
  config().agent_types.erase("alpha");
  config().rules.fallback = "beta";
  run();
  EXPECT_TRUE(runner.cancelled.empty());
}

}  // namespace
}  // namespace orchestrate
