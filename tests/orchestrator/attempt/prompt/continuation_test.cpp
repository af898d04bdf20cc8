#include "orchestrator/attempt/prompt/continuation.h"

#include <gtest/gtest.h>

namespace orchestrate {
namespace {

using spawners::ExitReason;
using spawners::ExitRecord;
using spawners::Failure;
using spawners::FinishedNote;

Run earlier(const std::string& session, bool resumable = true) {
  Run run;
  run.agent_type = "coder";
  run.session_id = session;
  run.tokens_in = 100;
  run.tokens_out = 10;
  run.cost_usd = 0.5;
  run.evidence.resumable = resumable;
  return run;
}

Continuation of(const std::vector<Run>& runs, const std::string& driver = "claude") {
  config::AgentType agent_type;
  agent_type.profile.name = "coder";
  return continuation(runs, agent_type, *spawners::find_driver(driver));
}

TEST(Continuation, TheLastSessionIsGoneOnWithAndKnowsWhatItWasCharged) {
  const Continuation c = of({earlier("a"), earlier("b"), earlier("b")});
  EXPECT_EQ(c.session, "b");
  EXPECT_EQ(c.charged.tokens_in, 200);
  EXPECT_EQ(c.charged.tokens_out, 20);
  EXPECT_DOUBLE_EQ(c.charged.cost_usd, 1.0);
}

Run by(const std::string& agent_type) {
  Run run = earlier("a");
  run.agent_type = agent_type;
  return run;
}

TEST(Continuation, IsANewSessionWhereTheOldOneIsOfNoUse) {
  EXPECT_EQ(of({}).session, "");
  EXPECT_EQ(of({earlier("a", false)}).session, "");
  EXPECT_EQ(of({earlier("a"), earlier("")}).session, "");
  EXPECT_EQ(of({earlier("a")}, "script").session, "");
  EXPECT_EQ(of({by("reviewer")}).session, "");
}

TEST(Continuation, IsANewSessionWhereTheLeadWantsNone) {
  config::AgentType agent_type;
  agent_type.profile.name = "coder";
  agent_type.resume = false;
  EXPECT_EQ(continuation({earlier("a")}, agent_type, *spawners::find_driver("claude")).session, "");
}

TEST(UsedBy, OnlyWhatCountsTheSessionsEarlierRunsAgainIsLessened) {
  Attempt a;
  a.terms.charged = {100, 10, 0.5};
  a.facts.notes.tokens_in = 150;
  a.facts.notes.tokens_out = 15;
  a.facts.notes.cost_usd = 0.75;
  EXPECT_EQ(used_by(a).tokens_in, 150);
  a.facts.notes.cumulative = true;
  EXPECT_EQ(used_by(a).tokens_in, 50);
  EXPECT_EQ(used_by(a).tokens_out, 5);
  EXPECT_DOUBLE_EQ(used_by(a).cost_usd, 0.25);
  a.facts.notes.cost_usd = 0;  // it said nothing of the cost this time
  EXPECT_DOUBLE_EQ(used_by(a).cost_usd, 0);
}

ExitRecord ended(ExitReason reason) {
  ExitRecord record;
  record.reason = reason;
  return record;
}

spawners::Notes notes(std::optional<FinishedNote> finished) {
  spawners::Notes notes;
  notes.session_id = "a";
  notes.finished = std::move(finished);
  return notes;
}

TEST(MayBeContinued, AfterAnEndThatIsNotTheSessionsFault) {
  const auto exited = ended(ExitReason::exited);
  EXPECT_TRUE(may_be_continued(exited, notes(FinishedNote{true, Failure::none, ""}), false));
  for (const Failure failure :
       {Failure::rate_limit, Failure::overloaded, Failure::credit, Failure::max_turns, Failure::budget}) {
    EXPECT_TRUE(may_be_continued(exited, notes(FinishedNote{false, failure, ""}), false));
  }
  EXPECT_TRUE(may_be_continued(ended(ExitReason::wall_limit), notes(std::nullopt), false));
  EXPECT_TRUE(may_be_continued(ended(ExitReason::cancelled), notes(std::nullopt), false));
}

TEST(MayBeContinued, NotWhereNothingCameOfTheSessionThatItBegan) {
  const auto exited = ended(ExitReason::exited);
  spawners::Notes refused = notes(FinishedNote{false, Failure::rate_limit, ""});
  EXPECT_FALSE(may_be_continued(exited, refused, true));
  refused.tokens_in = 10;
  EXPECT_TRUE(may_be_continued(exited, refused, true));
}

TEST(MayBeContinued, NotWhereItWouldOnlyFailAgain) {
  const auto exited = ended(ExitReason::exited);
  for (const Failure failure : {Failure::context_too_long, Failure::refused, Failure::auth, Failure::other})
    EXPECT_FALSE(may_be_continued(exited, notes(FinishedNote{false, failure, ""}), false));
  EXPECT_FALSE(may_be_continued(exited, notes(std::nullopt), false));  // "no such session" ends so
  EXPECT_FALSE(may_be_continued(ended(ExitReason::spawn_failed), notes(std::nullopt), false));
  EXPECT_FALSE(may_be_continued(std::nullopt, notes(std::nullopt), false));
  EXPECT_FALSE(may_be_continued(exited, spawners::Notes(), false));
}

}  // namespace
}  // namespace orchestrate
