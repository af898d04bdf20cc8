#include "orchestrator/attempt/steps/requests.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/orchestrator/attempt/sample.h"

namespace orchestrate {
namespace {

using nlohmann::json;

Paths paths() {
  Paths paths;
  paths.project = "/p";
  paths.workspaces = "/w";
  paths.results = "/r";
  return paths;
}

json request(const Attempt& a, StepKind kind) {
  return json::parse(request_of(a, kind, paths())).at("with");
}

TEST(Requests, ATitleOfAnyBytesIsTheMessageOfASnapshot) {
  Attempt a = test::good_attempt();
  a.task.title = "bytes \xff\xfe end";
  EXPECT_NE(request(a, StepKind::snapshot).at("message").get<std::string>().find(" end\n\nTask 7, run 41"),
            std::string::npos);
}

TEST(Requests, WhatJudgesAndSteersTheAgentIsLookedForInTheSnapshot) {
  Attempt a = test::good_attempt();
  a.terms.gates = {"tests/**", ".claude/**"};
  EXPECT_EQ(request(a, StepKind::snapshot).at("gates"), json({"tests/**", ".claude/**"}));
}

TEST(Requests, UnacceptedWorkIsPublishedUnderAnotherName) {
  Attempt a = test::good_attempt();
  a.verdict = Verdict{};
  a.verdict->kind = VerdictKind::escalate;
  EXPECT_EQ(request(a, StepKind::land).at("branch"), "orchestrate/7-unfinished");
  a.terms.publish = config::Publish::merge_ff;
  EXPECT_EQ(request(a, StepKind::land).at("mode"), "branch");
  a.verdict->kind = VerdictKind::accept;
  EXPECT_EQ(request(a, StepKind::land).at("branch"), "orchestrate/7");
  EXPECT_EQ(request(a, StepKind::land).at("mode"), "merge_ff");
  EXPECT_EQ(request(a, StepKind::land).at("target"), "main");
}

TEST(Requests, TheWorkspaceGoesOnlyWhenItHasServed) {
  Attempt a = test::good_attempt();
  a.walk.base_checked_out = true;
  EXPECT_EQ(request(a, StepKind::remove).at("path"), "");
  EXPECT_EQ(request(a, StepKind::remove).at("checkouts"), json({"/w/task-7-base-41"}));
  a.verdict = Verdict{};
  a.verdict->kind = VerdictKind::accept;
  a.facts.landed = workspaces::Landed{"orchestrate/7", "c0ffee", false};
  EXPECT_EQ(request(a, StepKind::remove).at("path"), "/w/task-7");
}

Attempt accepted() {
  Attempt a = test::good_attempt();
  a.verdict = Verdict{};
  a.verdict->kind = VerdictKind::accept;
  return a;
}

json whole(const Attempt& a, StepKind kind) {
  return json::parse(request_of(a, kind, paths()));
}

TEST(Requests, ToMakeAWorkspaceNameEverythingThatItIsMadeOf) {
  Attempt a = test::good_attempt();
  const json expected = json::parse(R"({"do": "create", "with": {
      "base": "main", "branch": "orchestrate/7", "keep_ref": "refs/orchestrate/7/base", "key": "task-7",
      "kind": "clone", "project": "/p", "restore": [], "results_git": "/r/task-7.git", "root": "/w"}})");
  EXPECT_EQ(whole(a, StepKind::create), expected);
  a.terms.agent.profile.repository_config = spawners::RepositoryConfig::ignore;
  EXPECT_EQ(whole(a, StepKind::create), expected);
}

TEST(Requests, WhatSteersATrustedAgentIsPutBackBeforeTheNextAttempt) {
  Attempt a = test::good_attempt();
  a.terms.agent.profile.repository_config = spawners::RepositoryConfig::trust;
  EXPECT_EQ(request(a, StepKind::create).at("restore"),
            json(a.terms.driver->control_files(a.terms.agent.profile)));
}

TEST(Requests, ToHideFilesNameThemAndWhetherTheyStoodThereYet) {
  Attempt a = test::good_attempt();
  a.terms.hidden = {".mcp.json"};
  EXPECT_EQ(whole(a, StepKind::hide), json::parse(R"({"do": "hide", "with": {
      "base_commit": "base", "fresh": true, "globs": [".mcp.json"], "kind": "clone",
      "results_git": "/r/task-7.git", "workspace": "/w/task-7"}})"));
  a.facts.created->reused = true;
  EXPECT_EQ(request(a, StepKind::hide).at("fresh"), false);
}

TEST(Requests, ToTakeASnapshotSayWhoseWorkItIs) {
  Attempt a = test::good_attempt();
  a.terms.hidden = {".mcp.json"};
  json taken = request(a, StepKind::snapshot);
  taken.erase("caps");
  EXPECT_EQ(taken, json::parse(R"({
      "agent_branch": "orchestrate/7", "author": "coder <coder@orchestrate>", "base_commit": "base",
      "gates": [], "hidden": [".mcp.json"], "message": "Fix it\n\nTask 7, run 41, by coder.\n",
      "ref": "refs/orchestrate/result", "results_git": "/r/task-7.git", "workspace": "/w/task-7"})"));
}

TEST(Requests, AnAuthorThatWasNamedHasOneCommitAndNotThoseOfTheAgent) {
  Attempt a = test::good_attempt();
  a.terms.author = "Lead <lead@example.org>";
  EXPECT_EQ(request(a, StepKind::snapshot).at("author"), "Lead <lead@example.org>");
  EXPECT_EQ(request(a, StepKind::snapshot).at("agent_branch"), "");
}

TEST(Requests, InPlaceNothingWasHiddenAndNoBranchIsTheAgents) {
  Attempt a = test::good_attempt();
  a.terms.hidden = {".mcp.json"};
  a.terms.kind = workspaces::Kind::in_place;
  EXPECT_EQ(request(a, StepKind::create).at("kind"), "in_place");
  EXPECT_EQ(request(a, StepKind::hide).at("kind"), "in_place");
  EXPECT_EQ(request(a, StepKind::snapshot).at("hidden"), json::array());
  EXPECT_EQ(request(a, StepKind::snapshot).at("agent_branch"), "");
}

TEST(Requests, ACheckoutIsOfTheBaseOrOfWhatWasLeft) {
  EXPECT_EQ(whole(test::good_attempt(), StepKind::base_checkout), json::parse(R"({"do": "checkout", "with": {
      "commit": "base", "path": "/w/task-7-base-41", "results_git": "/r/task-7.git"}})"));
  EXPECT_EQ(whole(test::good_attempt(), StepKind::fresh_checkout), json::parse(R"({"do": "checkout", "with": {
      "commit": "c0ffee", "path": "/w/task-7-fresh-41", "results_git": "/r/task-7.git"}})"));
}

TEST(Requests, ToPublishNameTheTreeThatWasJudged) {
  Attempt a = accepted();
  EXPECT_EQ(whole(a, StepKind::land), json::parse(R"({"do": "land", "with": {
      "base_commit": "base", "branch": "orchestrate/7", "commit": "c0ffee",
      "keep_ref": "refs/orchestrate/7/base", "mode": "branch", "project": "/p",
      "results_git": "/r/task-7.git", "target": "main", "tree": "7ree"}})"));
  a.verdict->kind = VerdictKind::escalate;
  EXPECT_EQ(request(a, StepKind::land).at("keep_ref"), "") << "a further attempt starts from it";
}

TEST(Requests, ToRemoveWhatHasServedNameTheCheckoutsThatThereAre) {
  Attempt a = accepted();
  a.facts.landed = workspaces::Landed{"orchestrate/7", "c0ffee", false};
  EXPECT_EQ(request(a, StepKind::remove).at("checkouts"), json::array());
  a.walk.base_checked_out = a.walk.fresh_checked_out = true;
  EXPECT_EQ(whole(a, StepKind::remove), json::parse(R"({"do": "remove", "with": {
      "base_commit": "base", "checkouts": ["/w/task-7-base-41", "/w/task-7-fresh-41"],
      "path": "/w/task-7", "ref": "refs/orchestrate/result", "results_git": "/r/task-7.git",
      "root": "/w"}})"));
}

TEST(Requests, CommandsAndTheAgentHaveNone) {
  for (const StepKind kind :
       {StepKind::after_create, StepKind::baseline, StepKind::before_run, StepKind::version, StepKind::agent,
        StepKind::check, StepKind::after_run, StepKind::before_remove})
    EXPECT_TRUE(request_of(test::good_attempt(), kind, paths()).empty());
}

}  // namespace
}  // namespace orchestrate
