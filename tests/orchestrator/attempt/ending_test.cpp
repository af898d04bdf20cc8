#include "orchestrator/attempt/ending.h"

#include <gtest/gtest.h>

#include "orchestrator/attempt/backoff.h"
#include "orchestrator/attempt/judge.h"
#include "tests/orchestrator/attempt/sample.h"

namespace orchestrate {
namespace {

constexpr std::int64_t kNowMs = 1'795'000'060'000;

class Ending : public testing::Test {
 protected:
  Settlement end(double random = 0.5) {
    if (!a.verdict) a.verdict = judge(a.facts, a.terms);
    return end_attempt(a, kNowMs, random, "/runs/41");
  }
  void refuse(spawners::Failure failure) {
    a.facts.exit = test::exit_with(1);
    a.facts.notes.finished = spawners::FinishedNote{false, failure, "no"};
  }
  void pass_checks() {
    a.facts.results = {{"own", 0, true, false, false, "exit 0", ""},
                       {"make test", 0, true, true, false, "exit 0", ""}};
  }

  Attempt a = test::good_attempt();
};

TEST_F(Ending, AcceptedWorkIsDoneAndSaysWhetherItWasVerified) {
  pass_checks();
  a.facts.landed = workspaces::Landed{"orchestrate/7", "c0ffee", false};
  const Settlement s = end();
  EXPECT_EQ(s.state, TaskState::done);
  EXPECT_EQ(s.verified, true);
  EXPECT_TRUE(s.counts);
  EXPECT_FALSE(s.item.has_value());
  EXPECT_EQ(a.run.branch, "orchestrate/7");
  EXPECT_EQ(a.run.commit, "c0ffee");
  EXPECT_EQ(a.run.tree, "7ree");
  EXPECT_EQ(a.run.verdict, VerdictKind::accept);
}

TEST_F(Ending, WithoutAnyCheckItIsNotVerified) {
  a.terms.checks.clear();
  EXPECT_EQ(end().verified, false);
}

TEST_F(Ending, AFailedAttemptWaitsLongerEachTime) {
  a.facts.exit = test::exit_with(1);
  EXPECT_EQ(end().next_attempt_ms, kNowMs + retry_delay_ms(1, 0.5));
  a.terms.number = 2;
  a.terms.allowed = 3;
  a.verdict.reset();
  const Settlement s = end();
  EXPECT_EQ(s.state, TaskState::queued);
  EXPECT_EQ(s.next_attempt_ms, kNowMs + retry_delay_ms(2, 0.5));
}

TEST_F(Ending, TheLastFailureIsFailedAndAPersonsToDecide) {
  a.facts.exit = test::exit_with(1);
  a.terms.number = 2;
  const Settlement s = end();
  EXPECT_EQ(s.state, TaskState::failed);
  ASSERT_TRUE(s.item.has_value());
  EXPECT_EQ(s.item->run, 41);
  EXPECT_EQ(s.item->task, 7);
  EXPECT_FALSE(s.next_attempt_ms.has_value());
}

TEST_F(Ending, AStatedResetParksTheProviderUntilALittleAfterIt) {
  refuse(spawners::Failure::rate_limit);
  a.facts.notes.rate_limit = spawners::RateLimitNote{};
  a.facts.notes.rate_limit->until_ms = kNowMs + 3'600'000;
  const Settlement s = end();
  EXPECT_EQ(s.state, TaskState::queued);
  EXPECT_FALSE(s.counts);
  ASSERT_TRUE(s.park.has_value());
  EXPECT_EQ(s.park->provider, "anthropic");
  EXPECT_EQ(s.park->until_ms, kNowMs + 3'600'000 + kResetMarginMs);
}

TEST_F(Ending, WithoutAStatedResetTheProviderCoolsDownLongerEachTime) {
  refuse(spawners::Failure::overloaded);
  a.task.ledger.waits = 2;
  EXPECT_EQ(end().park->until_ms, kNowMs + cool_down_ms(3));
}

TEST_F(Ending, ARefusedLoginParksUntilAPersonAnswersAndTheTaskStaysQueued) {
  refuse(spawners::Failure::auth);
  const Settlement s = end();
  EXPECT_EQ(s.state, TaskState::queued);
  EXPECT_FALSE(s.counts);
  EXPECT_FALSE(s.park->until_ms.has_value());
  EXPECT_EQ(s.item->title.find("anthropic: "), 0U);
}

TEST_F(Ending, UsedUpCreditIsOneItemPerProviderWhicheverTaskMetIt) {
  refuse(spawners::Failure::credit);
  const std::string cause = end().item->cause;
  a.task.id = 8;
  a.verdict.reset();
  EXPECT_EQ(end().item->cause, cause);
  a.terms.agent.provider = "openai";
  a.verdict.reset();
  EXPECT_NE(end().item->cause, cause);
}

TEST_F(Ending, WhoCancelledItOwesNoDecision) {
  a.facts.interrupted = a.facts.cancelled = true;
  const Settlement s = end();
  EXPECT_EQ(s.state, TaskState::cancelled);
  EXPECT_FALSE(s.counts);
  EXPECT_FALSE(s.item.has_value());
}

TEST_F(Ending, APacketSaysWhatHappenedTheEvidenceAndWhereTheWorkLies) {
  a.facts.results = {{"own", 1, false, false, false, "exit 1", "boom"}};
  a.terms.number = 2;
  const Settlement s = end();
  std::string text;
  for (const auto& [heading, body] : s.item->packet)
    text += heading + ": " + body + "\n";
  for (const char* part : {"What happened: `own` failed: exit 1", "FAILED  own  (exit 1)",
                           "Failing output: boom", "/w/task-7", "/runs/41", "Meanwhile"})
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  EXPECT_FALSE(s.item->options.empty());
}

TEST_F(Ending, TheRowHasEverythingThatWasLearnt) {
  pass_checks();
  a.facts.notes.session_id = "s-1";
  a.facts.notes.model = "opus";
  a.facts.notes.version = "2.1";
  a.facts.notes.tokens_in = 10;
  a.facts.notes.tokens_out = 5;
  a.facts.notes.unknown_lines = 3;
  workspaces::Snapshot& taken = *a.facts.snapshot;
  taken.changes = {{'M', "src/a.c"}, {'A', "b"}};
  taken.changed_files = 2;
  taken.insertions = 30;
  taken.deletions = 4;
  taken.left_out = {{"big.bin", "oversize"}};
  taken.left_out_count = 7;
  taken.history = "agent+snapshot";
  taken.history_note = "a commit was added";
  a.run.evidence.flags = {"hidden"};
  (void)end();
  const orchestrate::Run& run = a.run;
  EXPECT_EQ(run.outcome, "exit 0");
  EXPECT_EQ(run.why, a.verdict->why);
  EXPECT_EQ(run.exit->code, 0);
  EXPECT_EQ(run.session_id, "s-1");
  EXPECT_EQ(run.model, "opus");
  EXPECT_EQ(run.tokens_in, 10);
  EXPECT_EQ(run.tokens_out, 5);
  EXPECT_EQ(run.summary, "done");
  EXPECT_EQ(run.workspace, "/w/task-7");
  EXPECT_EQ(run.base, "base");
  const Evidence& e = run.evidence;
  EXPECT_EQ(e.checks.size(), 2U);
  EXPECT_EQ(e.cli_version, "2.1");
  EXPECT_EQ(e.unknown_lines, 3);
  EXPECT_EQ(e.changed, (std::vector<std::string>{"M src/a.c", "A b"}));
  EXPECT_EQ(e.changed_files, 2);
  EXPECT_EQ(e.insertions, 30);
  EXPECT_EQ(e.deletions, 4);
  EXPECT_EQ(e.left_out, std::vector<std::string>{"big.bin: oversize"});
  EXPECT_EQ(e.left_out_count, 7);
  EXPECT_EQ(e.history, "agent+snapshot");
  EXPECT_EQ(e.flags, (std::vector<std::string>{"hidden", "history: a commit was added",
                                               "7 things in the workspace not in the result"}));
}

TEST_F(Ending, WhatNeverBeganAndWhatNobodyKnowsAreSaidSo) {
  a.facts.setup_error = "no such branch";
  a.facts.exit.reset();
  (void)end();
  EXPECT_EQ(a.run.outcome, "not started");
  EXPECT_FALSE(a.run.exit.has_value());
  a = test::good_attempt();
  a.facts.exit.reset();
  a.facts.lost = true;
  (void)end();
  EXPECT_EQ(a.run.outcome, "unknown");
}

TEST_F(Ending, AWorkspaceThatIsGoneIsNotNamed) {
  pass_checks();
  a.facts.workspace_removed = true;
  (void)end();
  EXPECT_EQ(a.run.workspace, "");
  EXPECT_EQ(a.run.base, "base");
}

TEST_F(Ending, OfManyChangesTheFirstTwoHundredAreListed) {
  pass_checks();
  a.facts.snapshot->changes.assign(201, {'A', "file"});
  a.facts.snapshot->changed_files = 5000;
  (void)end();
  EXPECT_EQ(a.run.evidence.changed.size(), 200U);
  EXPECT_EQ(a.run.evidence.changed_files, 5000);
}

TEST_F(Ending, WithoutAProviderNothingRests) {
  refuse(spawners::Failure::overloaded);
  a.terms.agent.provider.clear();
  EXPECT_FALSE(end().park.has_value());
}

TEST_F(Ending, ProgressIsWhatTheSessionAddedToWhatWasChargedBefore) {
  a.facts.notes.cumulative = true;
  a.facts.notes.tokens_in = 900;
  a.facts.notes.cost_usd = 0.75;
  a.terms.charged = {400, 0, 0.5};
  describe_progress(a);
  EXPECT_EQ(a.run.tokens_in, 500);
  EXPECT_DOUBLE_EQ(a.run.cost_usd, 0.25);
  EXPECT_EQ(a.run.workspace, "/w/task-7");
}

}  // namespace
}  // namespace orchestrate
