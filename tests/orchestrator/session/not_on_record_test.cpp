// A database that is an older copy of itself, beside what ran after the copy was made.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "spawners/step/step_files.h"
#include "tests/orchestrator/session/night.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;

class NotOnRecord : public test::Night {
 protected:
  NotOnRecord() { temp.add("work"); }

  [[nodiscard]] std::string mark() { return temp.store->values.get(kDatabaseMark); }

  void leave_run(std::int64_t run, std::int64_t task, const std::string& database) const {
    spawners::Launch launch;
    launch.argv = {"work"};
    launch.origin = {database, task, false};
    spawners::write_step(temp.project.paths.runs + "/" + std::to_string(run) + "/01-agent", launch);
  }

  void leave_workspace(std::int64_t task) {
    const std::string folder = temp.project.paths.workspaces + "/task-" + std::to_string(task);
    fs::create_directories(folder);
    std::ofstream(folder + "/work") << "of somebody";
    (void)machine.claim_folder(temp.project.paths.workspaces, mark(), true);
  }

  [[nodiscard]] std::vector<std::int64_t> runs_told() {
    std::vector<std::int64_t> runs;
    for (const auto& row : temp.store->events.after(0, 1'000)) {
      if (row.kind == EventKind::not_on_record) runs.push_back(row.run.value_or(0));
    }
    return runs;
  }

  [[nodiscard]] std::string happened() {
    const auto open = temp.store->inbox.list("open");
    EXPECT_EQ(open.size(), 1U);
    if (open.empty()) return {};
    EXPECT_EQ(open[0].kind, InboxKind::unknown_outcome);
    return open[0].packet.at(0).second;
  }
};

TEST_F(NotOnRecord, ATaskThatRanAfterTheCopyIsNotRunAgainBeforeAPersonHasSaidSo) {
  leave_run(7, 1, mark());
  EXPECT_EQ(run(), SessionEnd::decisions);
  EXPECT_TRUE(agents_started().empty());
  EXPECT_EQ(temp.task(1).state, TaskState::waiting_human);
  EXPECT_NE(happened().find("run 7 of it, in "), std::string::npos);
  EXPECT_EQ(runs_told(), std::vector<std::int64_t>{7});
}

TEST_F(NotOnRecord, IsAskedOnceAndTheAnswerCounts) {
  leave_run(7, 1, mark());
  leave_workspace(1);
  run();
  temp.store->write([&] { ASSERT_TRUE(temp.store->answer(*temp.store->inbox.find(1), "retry", "", 2)); });
  run();
  EXPECT_EQ(agents_started(), std::vector<std::string>{"8/01-agent"}) << "the number 7 was given before";
  EXPECT_EQ(temp.task(1).state, TaskState::done);
  EXPECT_EQ(runs_told(), std::vector<std::int64_t>{7});
}

TEST_F(NotOnRecord, ARunOfAnotherDatabaseSaysNothingOfATaskOfOurs) {
  leave_run(7, 1, "another");
  run();
  EXPECT_EQ(agents_started(), std::vector<std::string>{"8/01-agent"});
  EXPECT_EQ(runs_told(), std::vector<std::int64_t>{7});
}

TEST_F(NotOnRecord, ARunThatWasNeverLaunchedSaysNothingButItsNumber) {
  fs::create_directories(temp.project.paths.runs + "/7/01-agent");
  run();
  EXPECT_EQ(agents_started(), std::vector<std::string>{"8/01-agent"});
  EXPECT_TRUE(runs_told().empty());
}

TEST_F(NotOnRecord, ARunWhoseStepsCannotBeReadIsTold) {
  leave_run(7, 1, mark());
  std::ofstream(temp.project.paths.runs + "/7/01-agent/launch.json") << "{";
  run();
  EXPECT_EQ(runs_told(), std::vector<std::int64_t>{7});
}

TEST_F(NotOnRecord, ARunThatWasLessFarWhenTheCopyWasMadeIsNotGoneOnWith) {
  (void)leave_open_run();
  leave_run(1, 1, mark());  // its agent, of which the copy knows nothing
  EXPECT_EQ(run(), SessionEnd::decisions);
  EXPECT_TRUE(agents_started().empty());
  EXPECT_EQ(temp.task(1).state, TaskState::waiting_human);
}

TEST_F(NotOnRecord, TheIdOfATaskThatOnlyItsRunTellsOfIsNotGivenAgain) {
  leave_run(7, 12, mark());
  run();
  EXPECT_EQ(temp.add("new"), 13);
}

TEST_F(NotOnRecord, NamesThatAgentsMayMakeUpAreNoIds) {
  leave_workspace(9'223'372'036'854'775'807);
  std::ofstream(temp.project.paths.runs + "/99") << "a file";
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.add("new"), 2);
}

TEST_F(NotOnRecord, WhatIsOnRecordIsNotMetAsSomethingElse) {
  run();
  leave_run(1, 1, mark());
  leave_workspace(1);
  temp.add("more");
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_TRUE(runs_told().empty());
  EXPECT_EQ(temp.task(2).state, TaskState::done);
}

TEST_F(NotOnRecord, AWorkspaceThatNoRunHasMadeIsPutAsideAndAPersonIsAsked) {
  leave_workspace(1);
  EXPECT_EQ(run(), SessionEnd::decisions);
  EXPECT_TRUE(agents_started().empty());
  const std::string aside = temp.project.paths.workspaces + "/task-1.foreign-1";
  EXPECT_NE(happened().find("work in " + aside), std::string::npos);
  EXPECT_TRUE(fs::exists(aside + "/work"));
  EXPECT_FALSE(fs::exists(temp.project.paths.workspaces + "/task-1"));
}

TEST_F(NotOnRecord, TheIdOfATaskWhoseWorkIsThereIsNotGivenAgain) {
  leave_workspace(5);
  run();
  EXPECT_EQ(temp.add("new"), 6);
}

TEST_F(NotOnRecord, AFolderThatHoldsNothingIsNobodysWork) {
  leave_workspace(1);
  fs::remove(temp.project.paths.workspaces + "/task-1/work");
  EXPECT_EQ(run(), SessionEnd::done);
}

TEST_F(NotOnRecord, AnOlderRunOfTheTaskThatSeemsOpenIsClosedAndNotGoneOnWith) {
  (void)leave_open_run();
  leave_run(7, 1, mark());
  EXPECT_EQ(run(), SessionEnd::decisions);
  EXPECT_TRUE(agents_started().empty());
  EXPECT_TRUE(temp.store->runs.open().empty());
  EXPECT_EQ(temp.store->runs.find(1)->verdict, VerdictKind::escalate);
  EXPECT_EQ(temp.task(1).state, TaskState::waiting_human);
}

TEST_F(NotOnRecord, ATaskThatIsOverStaysOver) {
  run();
  ASSERT_EQ(temp.task(1).state, TaskState::done);
  leave_run(7, 1, mark());
  EXPECT_EQ(run(), SessionEnd::done);
  EXPECT_EQ(temp.task(1).state, TaskState::done);
}

TEST_F(NotOnRecord, EachStepSaysForWhomItIs) {
  run();
  const auto& step = runner.launches.at("1/01-agent");
  EXPECT_EQ(step.origin.database, mark());
  EXPECT_EQ(step.origin.task, 1);
  EXPECT_FALSE(mark().empty());
}

}  // namespace
}  // namespace orchestrate
