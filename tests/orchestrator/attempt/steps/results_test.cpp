#include "orchestrator/attempt/steps/results.h"

#include <gtest/gtest.h>

#include <csignal>

#include "orchestrator/attempt/flow.h"
#include "orchestrator/attempt/judge.h"
#include "tests/orchestrator/attempt/sample.h"

namespace orchestrate {
namespace {

using test::exit_with;

StepLeft ended(int code, const std::string& err = "") {
  StepLeft left;
  left.record = exit_with(code);
  left.err_tail = err;
  return left;
}

StepLeft with_result(workspaces::StepResult result, int code = 0) {
  StepLeft left = ended(code, "fatal: no\n");
  left.result = std::move(result);
  return left;
}

class Results : public testing::Test {
 protected:
  void apply(StepKind kind, const StepLeft& left, std::size_t index = 0) {
    apply_step(a, {kind, index}, left);
  }
  Verdict verdict() { return judge(a.facts, a.terms); }

  Attempt a = test::good_attempt();
};

StepLeft killed_by(int signal) {
  StepLeft left;
  left.record = spawners::ExitRecord{};
  left.record->reason = spawners::ExitReason::signalled;
  left.record->signal = signal;
  return left;
}

StepLeft cancelled() {
  StepLeft left = killed_by(SIGTERM);
  left.record->reason = spawners::ExitReason::cancelled;
  return left;
}

TEST_F(Results, ACheckThatWasKilledIsAskedAgain) {
  for (const StepLeft& left : {StepLeft{}, cancelled()}) {
    apply(StepKind::check, left);
    EXPECT_TRUE(a.facts.results.empty());
    EXPECT_EQ(next_step(a), (StepRef{StepKind::check, 0}));
  }
  apply(StepKind::check, ended(0));
  apply(StepKind::check, ended(0), 1);
  EXPECT_EQ(verdict().kind, VerdictKind::accept);
}

TEST_F(Results, ACheckThatNeverAnswersIsNobodysFailure) {
  apply(StepKind::check, ended(0));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(next_step(a), (StepRef{StepKind::check, 1}));
    apply(StepKind::check, killed_by(SIGKILL), 1);
  }
  EXPECT_FALSE(next_step(a).has_value());
  EXPECT_EQ(verdict().kind, VerdictKind::escalate);
  EXPECT_EQ(verdict().inbox_kind, InboxKind::unknown_outcome);
  EXPECT_FALSE(verdict().counts);
  EXPECT_EQ(verdict().why, "not every check could be run: `make test` gave no answer: killed by SIGKILL");
}

TEST_F(Results, WhatRunsIntoItsOwnLimitsOrFaultsHasAnswered) {
  apply(StepKind::check, killed_by(SIGSEGV));
  StepLeft left = killed_by(SIGKILL);
  left.record->reason = spawners::ExitReason::wall_limit;
  apply(StepKind::check, left, 1);
  ASSERT_EQ(a.facts.results.size(), 2U);
  EXPECT_EQ(a.facts.results[0].how, "killed by SIGSEGV");
  EXPECT_FALSE(a.facts.results[1].passed);
}

TEST_F(Results, ABaselineThatIsKilledSaysNothingOfTheBase) {
  a.facts.exit.reset();
  a.walk.base_checked_out = true;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(next_step(a), (StepRef{StepKind::baseline, 1}));
    apply(StepKind::baseline, killed_by(SIGTERM), 1);
    EXPECT_FALSE(a.facts.red_on_base[1].has_value());
  }
  EXPECT_EQ(next_step(a)->kind, StepKind::agent);
}

TEST_F(Results, NoAgentAndNoHookIsBegunTwice) {
  for (const StepKind kind : {StepKind::after_create, StepKind::before_run}) {
    a = test::good_attempt();
    a.facts.exit.reset();
    apply(kind, {});
    EXPECT_EQ(a.facts.setup_error, "nobody knows what the hook did: its supervisor process was killed");
  }
  a = test::good_attempt();
  apply(StepKind::agent, killed_by(SIGKILL));
  EXPECT_EQ(verdict().kind, VerdictKind::retry);
  EXPECT_TRUE(verdict().counts);
}

TEST_F(Results, AnAnswerEndsTheCountOfThoseWithout) {
  for (int i = 0; i < 2; ++i) {
    apply(StepKind::check, {}, 0);
    apply(StepKind::check, {}, 0);
    apply(StepKind::check, ended(0), 0);
  }
  EXPECT_TRUE(a.facts.silent_check.empty());
}

TEST_F(Results, AFailedCheckKeepsTheEndOfWhatItPrinted) {
  StepLeft left = ended(2, "E: boom");
  left.out_tail = "1 failed\n";
  apply(StepKind::check, left, 1);
  const CheckResult& result = a.facts.results.at(0);
  EXPECT_EQ(result.command, "make test");
  EXPECT_TRUE(result.of_project);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.how, "exit 2");
  EXPECT_EQ(result.output_tail, "1 failed\nE: boom");
}

TEST_F(Results, WhatIsRedOnTheBaseIsKnownByTheChecksPlace) {
  apply(StepKind::baseline, ended(1), 1);
  EXPECT_FALSE(a.facts.red_on_base[0].has_value());
  EXPECT_EQ(a.facts.red_on_base[1], true);
  apply(StepKind::check, ended(0));
  apply(StepKind::check, ended(1), 1);
  EXPECT_TRUE(a.facts.results[1].red_on_base);
  EXPECT_EQ(verdict().inbox_kind, InboxKind::base_red);
}

TEST_F(Results, ABaseThatCannotBeCheckedOutLeavesTheQuestionOpen) {
  a.facts.exit.reset();
  EXPECT_EQ(next_step(a)->kind, StepKind::base_checkout);
  apply(StepKind::base_checkout, ended(1));
  EXPECT_EQ(next_step(a)->kind, StepKind::agent);
  EXPECT_FALSE(a.facts.red_on_base[1].has_value());
  EXPECT_EQ(a.facts.base_silence[1], "checkout: exit 1");
}

TEST_F(Results, AChangedGateGoesToAPersonThoughEveryCheckPassed) {
  workspaces::StepResult result;
  result.snapshot.changed = true;
  result.snapshot.gates_changed = {{"tests/t.py"}, 3};
  apply(StepKind::snapshot, with_result(result));
  EXPECT_EQ(next_step(a)->kind, StepKind::check);  // a person decides better when the checks have spoken
  apply(StepKind::check, ended(0));
  apply(StepKind::check, ended(0), 1);
  EXPECT_EQ(verdict().kind, VerdictKind::escalate);
  EXPECT_EQ(verdict().inbox_kind, InboxKind::tampered);
  EXPECT_EQ(verdict().why, "changed protected files: tests/t.py and 2 more");
}

TEST_F(Results, AFailedLandingGoesToAPersonAndTheWorkspaceStays) {
  apply(StepKind::check, ended(0));
  apply(StepKind::check, ended(0), 1);
  a.verdict = verdict();
  ASSERT_EQ(a.verdict->kind, VerdictKind::accept);
  EXPECT_EQ(next_step(a)->kind, StepKind::land);
  workspaces::StepResult result;
  result.error = "the branch has moved";
  apply(StepKind::land, with_result(result, 1));
  EXPECT_FALSE(next_step(a).has_value());
  const Verdict after = judge_landing(*a.verdict, a.facts);
  EXPECT_EQ(after.kind, VerdictKind::escalate);
  EXPECT_EQ(after.inbox_kind, InboxKind::unverified);
  EXPECT_NE(after.why.find("the branch has moved"), std::string::npos);
}

TEST_F(Results, WithoutAWholeResultAStepOfOursHasFailed) {
  a.facts.created.reset();
  a.facts.exit.reset();
  apply(StepKind::create, ended(1, "fatal: bad object\n\n"));
  EXPECT_EQ(a.facts.setup_error, "the workspace could not be made: exit 1: fatal: bad object");
  a.facts.setup_error.clear();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(a.facts.setup_error.empty());
    apply(StepKind::create, {});
  }
  EXPECT_EQ(a.facts.setup_error, "the workspace could not be made: its supervisor process was killed");
  EXPECT_EQ(verdict().inbox_kind, InboxKind::spawn_failed);
  a.facts.interrupted = true;
  a.facts.exit = exit_with(143);
  EXPECT_EQ(verdict().inbox_kind, InboxKind::unknown_outcome) << "an agent was found beside it";
}

TEST_F(Results, AResultIsNotBelievedWhenItsProgramFailedWithoutSayingSo) {
  workspaces::StepResult result;
  result.created.path = "/w/elsewhere";
  a.facts.created.reset();
  apply(StepKind::create, with_result(result, 139));
  EXPECT_FALSE(a.facts.created.has_value());
  EXPECT_FALSE(a.facts.setup_error.empty());
}

TEST_F(Results, HooksBeforeTheAgentAreFatalAndThoseAfterItAreNot) {
  apply(StepKind::before_run, ended(3, "no network"));
  EXPECT_EQ(a.facts.setup_error, "the hook: exit 3: no network");
  a = test::good_attempt();
  apply(StepKind::after_run, ended(3));
  EXPECT_TRUE(a.facts.setup_error.empty());
  EXPECT_EQ(a.run.evidence.flags, std::vector<std::string>{"the after_run hook failed"});
  apply(StepKind::before_remove, ended(1));
  EXPECT_TRUE(a.facts.keep_workspace);
}

TEST_F(Results, InPlaceNothingIsHiddenAndTheAgentIsRefusedByTheFilesName) {
  workspaces::StepResult result;
  result.hidden = {{".mcp.json"}, 1};
  apply(StepKind::hide, with_result(result));
  EXPECT_TRUE(a.facts.setup_error.empty());
  EXPECT_EQ(a.run.evidence.flags.back(), "hidden from the agent's CLI: .mcp.json");
  a.terms.kind = workspaces::Kind::in_place;
  apply(StepKind::hide, with_result(result));
  EXPECT_EQ(a.facts.setup_error.find(".mcp.json: would act on claude"), 0U);
}

TEST_F(Results, TheVersionIsTheNumberOrElseTheLine) {
  StepLeft left = ended(0);
  left.out_tail = "codex-cli 0.169.0\n";
  apply(StepKind::version, left);
  EXPECT_EQ(a.run.evidence.cli_version, "0.169.0");
  left.out_tail = "";
  left.err_tail = "nightly build\n";
  apply(StepKind::version, left);
  EXPECT_EQ(a.run.evidence.cli_version, "nightly build");
  apply(StepKind::version, ended(127));
  EXPECT_EQ(a.run.evidence.cli_version, "nightly build");
}

TEST_F(Results, ASnapshotThatFailedIsNoTreeThatCouldBeJudged) {
  a.facts.snapshot.reset();
  workspaces::StepResult result;
  result.error = "some process still writes";
  result.snapshot.changed = true;
  apply(StepKind::snapshot, with_result(result, 1));
  EXPECT_FALSE(a.facts.snapshot.has_value());
  EXPECT_EQ(a.facts.snapshot_error, "some process still writes");
  EXPECT_FALSE(next_step(a).has_value()) << "nothing is checked, and it is not asked again";
}

TEST_F(Results, AWorkspaceIsKnownOnceItIsMade) {
  a.facts.created.reset();
  workspaces::StepResult result;
  result.created.path = "/w/task-7";
  result.created.restored = {{"CLAUDE.md"}, 2};
  apply(StepKind::create, with_result(result));
  ASSERT_TRUE(a.facts.created.has_value());
  EXPECT_EQ(a.facts.created->path, "/w/task-7");
  EXPECT_EQ(a.run.evidence.flags,
            std::vector<std::string>{"control files were put back as in the base: CLAUDE.md and 1 more"});
  a.facts.created.reset();
  result.error = "no such branch";
  apply(StepKind::create, with_result(result, 1));
  EXPECT_FALSE(a.facts.created.has_value());
  EXPECT_EQ(a.facts.setup_error, "no such branch");
}

TEST_F(Results, EachHookIsDoneOnceAndByItself) {
  a.walk = {};
  const auto done = [this] {
    return std::vector<std::size_t>{a.walk.after_create, a.walk.before_run, a.walk.after_run,
                                    a.walk.before_remove};
  };
  apply(StepKind::after_create, ended(0));
  EXPECT_EQ(done(), (std::vector<std::size_t>{1, 0, 0, 0}));
  apply(StepKind::before_run, ended(0));
  EXPECT_EQ(done(), (std::vector<std::size_t>{1, 1, 0, 0}));
  apply(StepKind::after_run, ended(0));
  EXPECT_EQ(done(), (std::vector<std::size_t>{1, 1, 1, 0}));
  apply(StepKind::before_remove, ended(0));
  EXPECT_EQ(done(), (std::vector<std::size_t>{1, 1, 1, 1}));
  EXPECT_TRUE(a.facts.setup_error.empty());
  EXPECT_FALSE(a.facts.keep_workspace);
  EXPECT_TRUE(a.run.evidence.flags.empty());
}

TEST_F(Results, AHookWithoutARecordHasNotSaidYes) {
  apply(StepKind::before_remove, {});
  EXPECT_TRUE(a.facts.keep_workspace);
  apply(StepKind::after_run, {});
  EXPECT_EQ(a.run.evidence.flags, std::vector<std::string>{"the after_run hook failed"});
}

TEST_F(Results, ACheckThatPassedKeepsNothingOfWhatItPrinted) {
  StepLeft left = ended(0, "warning");
  left.out_tail = "12 passed\n";
  a.facts.red_on_base = {true, false};
  apply(StepKind::check, left);
  ASSERT_EQ(a.facts.results.size(), 1U);
  const CheckResult& result = a.facts.results[0];
  EXPECT_EQ(result.command, "own");
  EXPECT_FALSE(result.of_project);
  EXPECT_TRUE(result.red_on_base);
  EXPECT_TRUE(result.passed);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.how, "exit 0");
  EXPECT_EQ(result.output_tail, "");
}

TEST_F(Results, WithoutACleanCheckoutNoCheckIsRun) {
  a.terms.fresh = true;
  EXPECT_EQ(next_step(a)->kind, StepKind::fresh_checkout);
  Attempt unchecked = a;
  apply(StepKind::fresh_checkout, with_result({}));
  EXPECT_TRUE(a.walk.fresh_checked_out);
  EXPECT_EQ(next_step(a)->kind, StepKind::check);
  apply_step(unchecked, {StepKind::fresh_checkout}, ended(1, "no space"));
  EXPECT_FALSE(unchecked.walk.fresh_checked_out);
  EXPECT_EQ(unchecked.facts.fresh_error, "checkout: exit 1: no space");
  EXPECT_FALSE(next_step(unchecked).has_value());
}

TEST_F(Results, ABaseThatIsCheckedOutIsThereToBeChecked) {
  a.facts.exit.reset();
  apply(StepKind::base_checkout, with_result({}));
  EXPECT_TRUE(a.walk.base_checked_out);
  EXPECT_TRUE(a.facts.base_silence.empty());
  EXPECT_EQ(next_step(a), (StepRef{StepKind::baseline, 1}));
}

TEST_F(Results, WhatWasPublishedIsKnownByItsBranch) {
  workspaces::StepResult result;
  result.landed = {"orchestrate/7", "c0ffee", true};
  apply(StepKind::land, with_result(result));
  EXPECT_EQ(a.facts.land_error, "");
  ASSERT_TRUE(a.facts.landed.has_value());
  EXPECT_EQ(a.facts.landed->branch, "orchestrate/7");
  a.facts.landed.reset();
  result.error = "the branch has moved";
  apply(StepKind::land, with_result(result, 1));
  EXPECT_FALSE(a.facts.landed.has_value());
}

TEST_F(Results, AFailureToRemoveIsSaidOnceAndNotTriedAgain) {
  for (int i = 0; i < 3; ++i)
    apply(StepKind::remove, {});
  EXPECT_TRUE(a.walk.removed);
  EXPECT_FALSE(a.facts.workspace_removed);
  EXPECT_EQ(a.run.evidence.flags,
            std::vector<std::string>{"its workspace was kept: removing the workspace: its supervisor process "
                                     "was killed"});
}

TEST_F(Results, FilesThatCouldNotBeHiddenStopTheAttempt) {
  a.facts.exit.reset();
  a.terms.hidden = {".mcp.json"};
  workspaces::StepResult result;
  result.error = "cannot deal with the control files";
  apply(StepKind::hide, with_result(result, 1));
  EXPECT_EQ(a.facts.setup_error, "cannot deal with the control files");
  EXPECT_FALSE(next_step(a).has_value());
}

TEST_F(Results, AnAgentWithoutARecordIsLost) {
  apply(StepKind::agent, {});
  EXPECT_TRUE(a.facts.lost);
  EXPECT_EQ(verdict().inbox_kind, InboxKind::unknown_outcome);
}

TEST_F(Results, AWorkspaceThatHoldsSomethingUnpublishedIsKeptAndSaid) {
  workspaces::StepResult result;
  result.why = "notes.txt is not in the result";
  apply(StepKind::remove, with_result(result));
  EXPECT_FALSE(a.facts.workspace_removed);
  EXPECT_EQ(a.run.evidence.flags.back(), "its workspace was kept: notes.txt is not in the result");
  result.why.clear();
  result.removed = true;
  apply(StepKind::remove, with_result(result));
  EXPECT_TRUE(a.facts.workspace_removed);
}

}  // namespace
}  // namespace orchestrate
