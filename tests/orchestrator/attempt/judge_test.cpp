#include "orchestrator/attempt/judge.h"

#include <gtest/gtest.h>

#include <functional>
#include <ostream>

namespace orchestrate {
namespace {

using spawners::ExitReason;
using spawners::Failure;
using spawners::FinishedNote;

CheckResult check(bool passed, bool of_project = false, bool red_on_base = false) {
  return {"make test",         passed ? 0 : 1, passed, of_project, red_on_base, passed ? "exit 0" : "exit 1",
          passed ? "" : "boom"};
}

struct Outcome {
  Facts f;
  Terms t;
};

// A coding agent that did everything right, with one check that passed.
Outcome good() {
  Outcome o;
  o.t.driver = spawners::find_driver("claude");  // writes a terminal record
  o.f.exit = spawners::ExitRecord{};
  o.f.exit->code = 0;
  o.f.notes.finished = FinishedNote{true, Failure::none, "done"};
  o.f.snapshot = workspaces::Snapshot{};
  o.f.snapshot->changed = true;
  o.f.results = {check(true)};
  o.t.checks.resize(1);
  return o;
}

struct Case {
  const char* name;
  std::function<void(Outcome&)> spoil;
  VerdictKind kind;
  std::optional<InboxKind> inbox_kind;
  bool counts;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

class JudgeTable : public testing::TestWithParam<Case> {};

TEST_P(JudgeTable, GivesTheVerdict) {
  Outcome o = good();
  GetParam().spoil(o);
  const Verdict v = judge(o.f, o.t);
  EXPECT_EQ(v.kind, GetParam().kind) << v.why;
  EXPECT_EQ(v.inbox_kind, GetParam().inbox_kind) << v.why;
  EXPECT_EQ(v.counts, GetParam().counts) << v.why;
  EXPECT_FALSE(v.why.empty());
}

void end_with(Outcome& o, ExitReason reason) {
  o.f.exit->reason = reason;
  o.f.exit->code = -1;
  o.f.notes.finished.reset();
}

void fail_with(Outcome& o, Failure failure) {
  o.f.exit->code = 1;
  o.f.notes.finished = FinishedNote{false, failure, "refused"};
}

INSTANTIATE_TEST_SUITE_P(
    Evidence, JudgeTable,
    testing::Values(Case{"Good", [](Outcome&) {}, VerdictKind::accept, std::nullopt, true},
                    Case{"NoCheckConfigured",
                         [](Outcome& o) {
                           o.f.results.clear();
                           o.t.checks.clear();
                         },
                         VerdictKind::accept, std::nullopt, true},
                    Case{"SetupFailed",
                         [](Outcome& o) {
                           o.f.setup_error = "no base";
                           o.f.exit.reset();
                         },
                         VerdictKind::escalate, InboxKind::spawn_failed, true},
                    Case{"ProgramMissing", [](Outcome& o) { end_with(o, ExitReason::spawn_failed); },
                         VerdictKind::escalate, InboxKind::spawn_failed, true},
                    Case{"Lost",
                         [](Outcome& o) {
                           o.f.lost = true;
                           o.f.exit.reset();
                         },
                         VerdictKind::escalate, InboxKind::unknown_outcome, false},
                    Case{"LostButIdempotent",
                         [](Outcome& o) {
                           o.f.lost = o.t.agent.idempotent = true;
                           o.f.exit.reset();
                         },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"InterruptedBySession",
                         [](Outcome& o) {
                           o.f.interrupted = true;
                           end_with(o, ExitReason::cancelled);
                         },
                         VerdictKind::retry, std::nullopt, false},
                    Case{"Auth", [](Outcome& o) { fail_with(o, Failure::auth); }, VerdictKind::escalate,
                         InboxKind::auth_required, false},
                    Case{"Credit", [](Outcome& o) { fail_with(o, Failure::credit); }, VerdictKind::escalate,
                         InboxKind::budget, false},
                    Case{"RateLimit", [](Outcome& o) { fail_with(o, Failure::rate_limit); },
                         VerdictKind::park, std::nullopt, false},
                    Case{"Overloaded", [](Outcome& o) { fail_with(o, Failure::overloaded); },
                         VerdictKind::park, std::nullopt, false},
                    Case{"RateLimitOnTheLastAttempt",
                         [](Outcome& o) {
                           o.t.number = 2;
                           fail_with(o, Failure::rate_limit);
                         },
                         VerdictKind::park, std::nullopt, false},
                    Case{"MaxTurns", [](Outcome& o) { fail_with(o, Failure::max_turns); }, VerdictKind::retry,
                         std::nullopt, true},
                    Case{"Silent", [](Outcome& o) { end_with(o, ExitReason::silence_limit); },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"SilentOnTheLastAttempt",
                         [](Outcome& o) {
                           o.t.number = 2;
                           end_with(o, ExitReason::silence_limit);
                         },
                         VerdictKind::escalate, InboxKind::attempts_exhausted, true},
                    Case{"WallLimit", [](Outcome& o) { end_with(o, ExitReason::wall_limit); },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"OutputLimit", [](Outcome& o) { end_with(o, ExitReason::output_limit); },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"Crashed", [](Outcome& o) { end_with(o, ExitReason::signalled); },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"ExitOne",
                         [](Outcome& o) {
                           o.f.exit->code = 1;
                           o.f.notes.finished.reset();
                         },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"ExitOneThoughItSaysSuccess", [](Outcome& o) { o.f.exit->code = 1; },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"ExitZeroWithoutTerminalRecord", [](Outcome& o) { o.f.notes.finished.reset(); },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"ScriptNeedsNoTerminalRecord",
                         [](Outcome& o) {
                           o.f.notes.finished.reset();
                           o.t.driver = nullptr;
                         },
                         VerdictKind::accept, std::nullopt, true},
                    Case{"ExitZeroButReportsFailure", [](Outcome& o) { o.f.notes.finished->ok = false; },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"ExitZeroWithoutChanges", [](Outcome& o) { o.f.snapshot->changed = false; },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"NoChangesExpected",
                         [](Outcome& o) { o.f.snapshot->changed = o.t.agent.expects_changes = false; },
                         VerdictKind::accept, std::nullopt, true},
                    Case{"SnapshotUnreadable", [](Outcome& o) { o.f.snapshot_error = "disk"; },
                         VerdictKind::escalate, InboxKind::unknown_outcome, false},
                    Case{"SnapshotUnreadableWhereNoChangeIsDue",
                         [](Outcome& o) {
                           o.t.agent.expects_changes = false;
                           o.f.snapshot.reset();
                           o.f.snapshot_error = "disk";
                         },
                         VerdictKind::escalate, InboxKind::unknown_outcome, false},
                    Case{"CheckFailed", [](Outcome& o) { o.f.results = {check(false)}; }, VerdictKind::retry,
                         std::nullopt, true},
                    Case{"CheckFailedOnTheLastAttempt",
                         [](Outcome& o) {
                           o.t.number = 2;
                           o.f.results = {check(false)};
                         },
                         VerdictKind::escalate, InboxKind::attempts_exhausted, true},
                    Case{"BaseRed", [](Outcome& o) { o.f.results = {check(false, true, true)}; },
                         VerdictKind::escalate, InboxKind::base_red, false},
                    Case{"OwnCheckRedOnBaseIsTheTasksBusiness",
                         [](Outcome& o) { o.f.results = {check(false, false, true)}; }, VerdictKind::retry,
                         std::nullopt, true},
                    Case{"BaseRedAndAnotherCheckFailed",
                         [](Outcome& o) {
                           o.f.results = {check(false, true, true), check(false, true, false)};
                           o.t.checks.resize(2);
                         },
                         VerdictKind::retry, std::nullopt, true},
                    Case{"RedBaseMadeGreen", [](Outcome& o) { o.f.results = {check(true, true, true)}; },
                         VerdictKind::accept, std::nullopt, true},
                    Case{"NotEveryCheckRan", [](Outcome& o) { o.t.checks.resize(2); }, VerdictKind::escalate,
                         InboxKind::unknown_outcome, false},
                    Case{"GateChanged",
                         [](Outcome& o) {
                           o.f.snapshot->gates_changed = {{"tests/a.c"}, 1};
                         },
                         VerdictKind::escalate, InboxKind::tampered, true},
                    Case{"GateChangedAndCheckFailed",
                         [](Outcome& o) {
                           o.f.snapshot->gates_changed = {{"tests/a.c"}, 1};
                           o.f.results = {check(false)};
                         },
                         VerdictKind::retry, std::nullopt, true}),
    [](const auto& c) { return c.param.name; });

TEST(Judge, VerifiedNeedsACheckOfOurs) {
  EXPECT_TRUE(judge(good().f, good().t).verified);
  Outcome o = good();
  o.f.results.clear();
  o.t.checks.clear();
  EXPECT_FALSE(judge(o.f, o.t).verified);
}

TEST(Judge, WhatTheAgentSaysDecidesNothing) {
  Outcome o = good();
  o.f.results = {check(false)};
  o.f.notes.finished->text = "All tests pass. Verified. accept accept accept";
  EXPECT_EQ(judge(o.f, o.t).kind, VerdictKind::retry);
}

TEST(Judge, AProgramThatDiedBeforeItsLastRecordIsQuoted) {
  Outcome o = good();
  o.f.exit->code = 1;
  o.f.notes.finished.reset();
  EXPECT_EQ(judge(o.f, o.t).why, "exit 1");
  o.f.notes.blamed_text = "Unexpected error";
  EXPECT_EQ(judge(o.f, o.t).why, "exit 1: Unexpected error");
}

TEST(Judge, AFailingCheckHandsItsOutputOn) {
  Outcome o = good();
  o.f.results = {check(false)};
  EXPECT_EQ(judge(o.f, o.t).failing_output, "boom");
}

TEST(Judge, TheStatedResetIsHandedOn) {
  Outcome o = good();
  fail_with(o, Failure::rate_limit);
  o.f.notes.rate_limit = spawners::RateLimitNote{1795225784000, "five_hour"};
  EXPECT_EQ(judge(o.f, o.t).park_until_ms, 1795225784000);
}

TEST(Judge, ALimitThatWasMetAndOvercomeIsNoPark) {
  Outcome o = good();
  o.f.notes.rate_limit = spawners::RateLimitNote{1795225784000, "five_hour"};
  EXPECT_EQ(judge(o.f, o.t).kind, VerdictKind::accept);
}

TEST(Judge, SweptProcessesAndRefusedToolsAreFlagged) {
  Outcome o = good();
  o.f.exit->swept = 2;
  o.f.notes.denied = {"Bash"};
  EXPECT_EQ(judge(o.f, o.t).flags.size(), 2U);
}

TEST(Judge, AFailureThatTheProgramStatedCountsWhereItsExitCodeIsItsWordToo) {
  Outcome o = good();
  o.t.driver = nullptr;
  o.f.notes.finished = FinishedNote{false, Failure::other, "no such model"};
  const Verdict v = judge(o.f, o.t);
  EXPECT_EQ(v.kind, VerdictKind::retry);
  EXPECT_NE(v.why.find("no such model"), std::string::npos);
}

TEST(Judge, AProgramThatGivesUpAtALimitWithoutALastRecordIsParked) {
  Outcome o = good();
  o.f.notes.finished.reset();
  o.f.notes.rate_limit = spawners::RateLimitNote{1795225784000, "five_hour"};
  EXPECT_EQ(judge(o.f, o.t).kind, VerdictKind::park) << "exit 0, where a last record was due";
  EXPECT_EQ(judge(o.f, o.t).park_until_ms, 1795225784000);
  o.t.driver = nullptr;
  EXPECT_EQ(judge(o.f, o.t).kind, VerdictKind::accept) << "exit 0, and that is its word";
  o.f.exit->code = 1;
  EXPECT_EQ(judge(o.f, o.t).kind, VerdictKind::park);
  o.f.exit->reason = ExitReason::silence_limit;
  EXPECT_EQ(judge(o.f, o.t).kind, VerdictKind::park) << "it waited for hours, without a word";
  o.f.exit->reason = ExitReason::output_limit;
  EXPECT_EQ(judge(o.f, o.t).kind, VerdictKind::retry) << "it had much to say";
}

TEST(Judge, ALimitOfTheProviderThatIsWaitedOutUntilALimitOfOursParks) {
  for (const auto ours : {ExitReason::wall_limit, ExitReason::silence_limit}) {
    Outcome o = good();
    o.t.number = o.t.allowed;
    end_with(o, ours);
    o.f.notes.rate_limit = spawners::RateLimitNote{1795225784000, "five_hour"};
    const Verdict v = judge(o.f, o.t);
    EXPECT_EQ(v.kind, VerdictKind::park);
    EXPECT_EQ(v.why, "the provider's limit: five_hour");
    EXPECT_EQ(v.park_until_ms, 1795225784000);
    EXPECT_FALSE(v.counts) << "it uses up no attempt";
    o.f.notes.rate_limit.reset();
    EXPECT_EQ(judge(o.f, o.t).inbox_kind, InboxKind::attempts_exhausted)
        << "without a limit it is its own fault";
  }
}

TEST(Judge, AProjectsCheckThatFailsWhereTheBaseWasSilentBlamesNobody) {
  Outcome o = good();
  o.t.checks.resize(3);
  o.f.results = {check(true), check(false, true, true), check(false, true)};
  o.f.base_silence[2] = "killed by SIGKILL";
  Verdict v = judge(o.f, o.t);
  EXPECT_EQ(v.inbox_kind, InboxKind::unknown_outcome);
  EXPECT_EQ(v.why,
            "`make test` failed, and nobody knows whether it fails on the base too: killed by SIGKILL");
  EXPECT_EQ(v.failing_output, "boom");
  EXPECT_FALSE(v.counts);
  o.f.base_silence = {{0, "killed"}, {9, "killed"}};
  EXPECT_EQ(judge(o.f, o.t).kind, VerdictKind::retry) << "that one's base was asked";
  o.f.base_silence = {{1, "killed"}, {2, "killed"}};
  o.f.results[0] = check(false);
  EXPECT_EQ(judge(o.f, o.t).kind, VerdictKind::retry) << "the task's own check has no base";
}

}  // namespace
}  // namespace orchestrate
