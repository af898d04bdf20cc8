#include "orchestrator/store/tables/runs.h"

#include <gtest/gtest.h>

#include "orchestrator/store/rows/json.h"
#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class RunsTest : public test::WithStore {};

TEST_F(RunsTest, ATaskIsStartedOnce) {
  const auto id = temp.add("x");
  EXPECT_NE(start(id), 0);
  EXPECT_EQ(start(id), 0);
  EXPECT_EQ(store.runs.open().size(), 1U);
}

TEST_F(RunsTest, ARunEndsOnce) {
  const auto id = temp.add("x");
  const auto run = start(id);
  EXPECT_TRUE(end(run, TaskState::done));
  EXPECT_FALSE(end(run, TaskState::failed));
  EXPECT_EQ(temp.task(id).state, TaskState::done);
  EXPECT_EQ(temp.task(id).ledger.attempts, 1);
}

TEST_F(RunsTest, AnEndedRunDoesNotOverwriteWhatAPersonDecidedMeanwhile) {
  const auto id = temp.add("x");
  const auto run = start(id);
  shell("UPDATE tasks SET state = 'cancelled'");
  EXPECT_TRUE(end(run, TaskState::done));
  EXPECT_EQ(temp.task(id).state, TaskState::cancelled);
}

TEST_F(RunsTest, ARunBeginsAsItWasDecided) {
  const auto id = temp.add("x");
  const auto run = store.runs.find(start(id)).value();
  EXPECT_EQ(run.task, id);
  EXPECT_EQ(run.n, 1);
  EXPECT_EQ(run.session, session);
  EXPECT_EQ(run.agent_type + run.driver + run.provider + run.rule, "alphascriptp1default");
  EXPECT_EQ(run.phase, RunPhase::starting);
  EXPECT_EQ(run.verdict.text(), "") << "it is not judged";
  EXPECT_EQ(run.started_ms, 5);
  EXPECT_EQ(run.ended_ms, std::nullopt);
}

TEST_F(RunsTest, AttemptsAreCountedForEachTask) {
  const auto id = temp.add("x");
  const auto other = temp.add("y");
  end(start(id), TaskState::queued);
  start(other);
  end(start(id), TaskState::failed);
  std::vector<int> numbers;
  for (const auto& run : store.runs.of_task(id))
    numbers.push_back(run.n);
  EXPECT_EQ(numbers, (std::vector{1, 2}));
  EXPECT_EQ(store.runs.of_task(other).at(0).n, 1);
}

// Every member that is written when a run ends.
Run whole(Run run) {
  run.outcome = "exit 0";
  run.verdict = VerdictKind::accept;
  run.why = "all checks passed";
  run.exit = spawners::ExitRecord{};
  run.exit->code = 3;
  run.session_id = "s-1";
  run.model = "m";
  run.tokens_in = 11;
  run.tokens_out = 12;
  run.cost_usd = 0.25;
  run.workspace = "/w";
  run.branch = "orchestrate/1";
  run.base = "b";
  run.commit = "c";
  run.tree = "t";
  run.summary = "did it";
  run.evidence.checks = {{"make test", 1, false, true, true, "exit 1", "boom"}};
  run.evidence.changed = {"M a"};
  run.evidence.changed_files = 21;
  run.evidence.insertions = 22;
  run.evidence.deletions = 23;
  run.evidence.left_out = {"big: oversize"};
  run.evidence.left_out_count = 24;
  run.evidence.flags = {"look"};
  run.evidence.history = "kept";
  run.evidence.cli_version = "1.2";
  run.evidence.resumable = true;
  run.evidence.unknown_lines = 25;
  return run;
}

TEST_F(RunsTest, EverythingKnownAtTheEndIsKept) {
  const orchestrate::Run due = whole(store.runs.find(start(temp.add("x"))).value());
  store.write([&] { EXPECT_TRUE(store.end_run(due, {}, 10)); });
  const orchestrate::Run is = store.runs.find(due.id).value();
  EXPECT_EQ(is.phase, RunPhase::ended);
  EXPECT_EQ(is.ended_ms, 10);
  EXPECT_EQ(is.outcome, due.outcome);
  EXPECT_EQ(is.verdict, due.verdict);
  EXPECT_EQ(is.why, due.why);
  ASSERT_TRUE(is.exit);
  EXPECT_EQ(is.exit->code, 3);
  EXPECT_EQ(is.session_id, due.session_id);
  EXPECT_EQ(is.model, due.model);
  EXPECT_EQ(is.tokens_in, due.tokens_in);
  EXPECT_EQ(is.tokens_out, due.tokens_out);
  EXPECT_EQ(is.cost_usd, due.cost_usd);
  EXPECT_EQ(is.workspace, due.workspace);
  EXPECT_EQ(is.branch, due.branch);
  EXPECT_EQ(is.base, due.base);
  EXPECT_EQ(is.commit, due.commit);
  EXPECT_EQ(is.tree, due.tree);
  EXPECT_EQ(is.summary, due.summary);
  EXPECT_EQ(to_column(is.evidence), to_column(due.evidence));
  EXPECT_EQ(is.evidence.checks.at(0).how, "exit 1");
  EXPECT_TRUE(is.evidence.checks.at(0).of_project);
  EXPECT_TRUE(is.evidence.checks.at(0).red_on_base);
  EXPECT_EQ(is.evidence.unknown_lines, 25);
  EXPECT_TRUE(is.evidence.resumable);
}

TEST_F(RunsTest, ProgressLeavesTheVerdictAlone) {
  orchestrate::Run run = store.runs.find(start(temp.add("x"))).value();
  run = whole(run);
  store.write([&] { EXPECT_TRUE(store.runs.progress(run)); });
  const orchestrate::Run is = store.runs.find(run.id).value();
  EXPECT_EQ(is.tokens_out, 12);
  EXPECT_EQ(is.session_id, "s-1");
  EXPECT_EQ(is.workspace, "/w");
  EXPECT_EQ(is.verdict.text(), "");
  EXPECT_EQ(is.branch, "");
  EXPECT_EQ(is.exit, std::nullopt);
}

TEST_F(RunsTest, NothingIsWrittenToARunThatHasEnded) {
  orchestrate::Run run = store.runs.find(start(temp.add("x"))).value();
  end(run.id, TaskState::done);
  run.tokens_in = 99;
  store.write([&] {
    EXPECT_FALSE(store.runs.set_pid(run.id, 4));
    EXPECT_FALSE(store.runs.set_phase(run.id, RunPhase::running, 20));
    EXPECT_FALSE(store.runs.progress(run));
  });
  EXPECT_EQ(store.runs.find(run.id)->tokens_in, 0);
  EXPECT_EQ(store.runs.find(run.id)->phase, RunPhase::ended);
}

TEST_F(RunsTest, APhaseIsOneEventHoweverOftenItIsSet) {
  const auto run = start(temp.add("x"));
  store.write([&] {
    EXPECT_TRUE(store.runs.set_phase(run, RunPhase::running, 6));
    EXPECT_FALSE(store.runs.set_phase(run, RunPhase::running, 7));
  });
  EXPECT_EQ(kinds().back(), "run_phase");
  EXPECT_EQ(kinds().size(), 4U);
}

TEST_F(RunsTest, RunsOfASessionAreThoseItStarted) {
  const auto first = start(temp.add("x"));
  end(first, TaskState::done);
  const auto old_session = session;
  session = 0;
  const auto second = start(temp.add("y"));
  ASSERT_EQ(store.runs.of_session(old_session).size(), 1U);
  EXPECT_EQ(store.runs.of_session(old_session)[0].id, first);
  ASSERT_EQ(store.runs.open().size(), 1U);
  EXPECT_EQ(store.runs.open()[0].id, second);
}

TEST_F(RunsTest, StepsAreNumberedByWhoeverStartsThem) {
  const auto run = start(temp.add("x"));
  EXPECT_EQ(store.steps.agent_of(run), 0);
  store.write([&] {
    store.steps.started(run, 1, "create", 6);
    store.steps.started(run, 2, "agent", 7);
    store.steps.started(run, 2, "agent", 8);
    store.steps.ended(run, 2, spawners::ExitRecord{}, {}, 9);
    store.steps.ended(run, 2, spawners::ExitRecord{}, {}, 99);
  });
  EXPECT_EQ(store.steps.agent_of(run), 2);
  Database rows(database());
  EXPECT_EQ(rows.query("SELECT started_at FROM steps WHERE n = 2").first<int>(), 7) << "once begun, kept";
  EXPECT_EQ(rows.query("SELECT ended_at FROM steps WHERE n = 2").first<int>(), 9) << "a step ends once";
}

TEST_F(RunsTest, ATornExitRecordIsNoExitRecord) {
  const auto run = start(temp.add("x"));
  shell("UPDATE runs SET exit = '{}'");
  EXPECT_EQ(store.runs.find(run)->exit, std::nullopt);
}

}  // namespace
}  // namespace orchestrate
