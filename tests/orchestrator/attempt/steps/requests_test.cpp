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

TEST(Requests, CommandsAndTheAgentHaveNone) {
  for (const StepKind kind : {StepKind::agent, StepKind::check, StepKind::after_run, StepKind::version})
    EXPECT_TRUE(request_of(test::good_attempt(), kind, paths()).empty());
}

}  // namespace
}  // namespace orchestrate
