#include "spawners/drivers/driver.h"

#include <gtest/gtest.h>

namespace orchestrate::spawners {
namespace {

TEST(Drivers, EveryNameFindsItsDriverAndNoOtherDoes) {
  for (const std::string& name : driver_names())
    EXPECT_NE(find_driver(name), nullptr) << name;
  EXPECT_EQ(find_driver("claude")->traits.provider, "anthropic");
  EXPECT_EQ(find_driver("nobody"), nullptr);
  EXPECT_EQ(find_driver(""), nullptr);
}

TEST(Environment, OnlyTheAllowedTheNamedAndTheWrittenReachTheChild) {
  Profile profile;
  profile.home = Home::inherit;
  profile.env_pass = {"KEY", "ABSENT"};
  profile.env = {{"MODE", "night"}};
  Job job;
  job.inherited_env = {"PATH=/bin",           "HOME=/home/lead", "SECRET=s", "KEY=k",
                       "LD_PRELOAD=/evil.so", "broken",          "=x"};
  const std::vector<std::string> expected = {"HOME=/home/lead", "KEY=k", "MODE=night", "PATH=/bin"};
  EXPECT_EQ(child_environment(profile, job), expected);
}

TEST(Environment, TheProfileWinsOverWhatIsInheritedAndIsolationOverWhatIsPassed) {
  Profile profile;
  profile.env_pass = {"HOME", "KEY"};
  profile.env = {{"KEY", "from the profile"}};
  Job job;
  job.home = "/state/homes/a";
  job.inherited_env = {"HOME=/home/lead", "KEY=ours"};
  const std::vector<std::string> expected = {"HOME=/state/homes/a", "KEY=from the profile"};
  EXPECT_EQ(child_environment(profile, job), expected);
}

TEST(Environment, TemporaryFilesOfAnIsolatedAgentLieBesideItsHomeUnlessTheProfileSaysWhere) {
  Profile profile;
  Job job;
  job.home = "/state/homes/a";
  job.temporary = "/state/homes/a/tmp";
  job.inherited_env = {"TMPDIR=/var/tmp"};
  using Entries = std::vector<std::string>;
  EXPECT_EQ(child_environment(profile, job), (Entries{"HOME=/state/homes/a", "TMPDIR=/state/homes/a/tmp"}));
  profile.env_pass = {"TMPDIR"};
  EXPECT_EQ(child_environment(profile, job), (Entries{"HOME=/state/homes/a", "TMPDIR=/var/tmp"}));
  profile.env = {{"TMPDIR", "/scratch"}};
  EXPECT_EQ(child_environment(profile, job), (Entries{"HOME=/state/homes/a", "TMPDIR=/scratch"}));
  profile = {};
  profile.home = Home::inherit;
  EXPECT_EQ(child_environment(profile, job), (Entries{"TMPDIR=/var/tmp"}));
  job.temporary.clear();
  profile.home = Home::isolated;
  EXPECT_EQ(child_environment(profile, job), (Entries{"HOME=/state/homes/a", "TMPDIR=/var/tmp"}));
}

TEST(Script, RunsTheTasksOwnCommandAndNothingElse) {
  Profile profile;
  profile.command = {"nice"};
  Job job;
  job.run_command = {"make", "docs with a blank"};
  job.workspace = "/space/1";
  const Launch launch = find_driver("script")->plan(profile, job).launch;
  EXPECT_EQ(launch.argv, (std::vector<std::string>{"nice", "make", "docs with a blank"}));
  EXPECT_EQ(launch.cwd, "/space/1");
  EXPECT_EQ(launch.stdin_file, "");
}

TEST(Script, WithoutACommandItIsRefusedInWordsThatSayWhatToDo) {
  Profile profile;
  profile.name = "nightly";
  const Plan plan = find_driver("script")->plan(profile, Job{});
  EXPECT_NE(plan.refused.find("nightly"), std::string::npos);
  EXPECT_NE(plan.refused.find("--run"), std::string::npos);
}

TEST(Script, ItsOutputIsShownAndDecidesNothing) {
  const Driver& script = *find_driver("script");
  Notes notes;
  fold(notes, script.read(Profile(), "stdout", R"({"type":"result","subtype":"success","is_error":false})"));
  fold(notes, script.read(Profile(), "stdout", "step 3\x1b[0m of \xFF 4\r"));
  fold(notes, script.read(Profile(), "stdout", "\r"));
  EXPECT_FALSE(notes.finished);
  EXPECT_FALSE(script.writes_terminal_record(Profile()));
  EXPECT_FALSE(script.traits.expects_changes);
  EXPECT_EQ(notes.last_activity, "step 3 [0m of \xEF\xBF\xBD 4");
  EXPECT_EQ(notes.lines, 3);
}

TEST(Fold, ALimitThatPassedDoesNotStandWhenTheRunEndedWell) {
  Notes notes;
  fold(notes, Note(RateLimitNote{1000, "limit"}));
  EXPECT_TRUE(notes.rate_limit);
  fold(notes, Note(FinishedNote{true, Failure::none, "done"}));
  EXPECT_FALSE(notes.rate_limit);
}

TEST(Fold, AnEarlierErrorRecordNamesAFailureThatDoesNotNameItself) {
  Notes notes;
  fold(notes, Note(ErrorNote{Failure::credit, "no money"}));
  fold(notes, Note(FinishedNote{false, Failure::other, "failed"}));
  EXPECT_EQ(notes.finished->failure, Failure::credit);
  fold(notes, Note(FinishedNote{false, Failure::max_turns, "turns"}));
  EXPECT_EQ(notes.finished->failure, Failure::max_turns);
}

TEST(NextOfDay, IsTheNextSuchMoment) {
  constexpr std::int64_t day_ms = 86'400'000;
  EXPECT_EQ(next_of_day(5'000, 10 * day_ms + 4'999), 10 * day_ms + 5'000);
  EXPECT_EQ(next_of_day(5'000, 10 * day_ms + 5'000), 11 * day_ms + 5'000);
}

TEST(Fold, TheReasonMayBeReadAfterTheEnd) {
  Notes notes;
  fold(notes, Note(FinishedNote{false, Failure::other, "failed"}));
  fold(notes, Note(ErrorNote{Failure::auth, "bad key"}));
  EXPECT_EQ(notes.finished->failure, Failure::auth);
  EXPECT_FALSE(notes.finished->ok);
}

TEST(Fold, AnEndWhileARequestIsOpenIsNotAGoodOne) {
  Notes notes;
  fold(notes, Note(RequestNote{false}));
  fold(notes, Note(RequestNote{true}));
  fold(notes, Note(RequestNote{false}));
  fold(notes, Note(FinishedNote{true, Failure::none, "done"}));
  EXPECT_FALSE(notes.finished->ok);
  fold(notes, Note(ErrorNote{Failure::rate_limit, "too fast"}));
  EXPECT_EQ(notes.finished->failure, Failure::rate_limit);
}

TEST(Fold, AnErrorDoesNotSpoilAGoodEnd) {
  Notes notes;
  fold(notes, Note(RequestNote{false}));
  fold(notes, Note(RequestNote{true}));
  fold(notes, Note(FinishedNote{true, Failure::none, "done"}));
  fold(notes, Note(ErrorNote{Failure::auth, "of somebody else"}));
  EXPECT_TRUE(notes.finished->ok);
}

TEST(Fold, WhatAnAgentRepeatsForEverStaysBounded) {
  Notes notes;
  for (int i = 0; i < 10'000; ++i)
    fold(notes, Note(DeniedNote{"tool " + std::to_string(i)}));
  EXPECT_LE(notes.denied.size(), 32U);
  fold(notes, Note(TextNote{std::string(1 << 20, 'x')}));
  EXPECT_LE(notes.last_activity.size(), 200U);
}

}  // namespace
}  // namespace orchestrate::spawners
