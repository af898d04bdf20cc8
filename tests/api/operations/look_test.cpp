// Looking: at tasks as they are, at what would happen to them, and why something does not.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "api/operations/operation.h"
#include "orchestrator/session/process/session_lock.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

const char* const kAgents = R"(
[agent_types.worker]
driver       = "script"
workspace    = "scratch"
capabilities = ["backend"]
max_parallel = 1

[agent_types.writer]
driver       = "exec"
command      = ["no-such-program"]
workspace    = "scratch"
capabilities = ["docs"]
)";

const char* const kRouting = R"(
default = "worker"
[capabilities]
docs = "writer"
[[rule]]
name = "strategy"
when = { type = ["STRATEGIC"] }
to   = "human"
[[rule]]
name = "urgent"
when = { priority = ["P0"], label = ["now"] }
to   = "worker"
)";

class Look : public testing::Test {
 protected:
  Look() : sample(kAgents) { sample.write(".orchestrate/routing.toml", kRouting); }

  std::int64_t add(json given) {
    if (!given.contains("title")) given["title"] = "A task";
    return sample.call("tasks.add", given)["id"];
  }

  // A run of the task that has begun, in a session that has not ended.
  orchestrate::Run begin(std::int64_t task) {
    Store& store = sample.store();
    orchestrate::Run run;
    run.task = task;
    run.agent_type = "worker";
    run.driver = "script";
    run.rule = "default";
    run.started_ms = 1'794'999'600'000;
    store.write([&] {
      run.session = store.sessions.start(1, run.started_ms);
      run.id = store.runs.start(run);
    });
    return run;
  }
  void end(orchestrate::Run run, VerdictKind verdict, TaskState state, const std::string& why) {
    run.verdict = verdict;
    run.why = why;
    Settlement settlement;
    settlement.state = state;
    sample.store().write([&] { (void)sample.store().end_run(run, settlement, run.started_ms + 2'000); });
  }
  void end_session() {
    Store& store = sample.store();
    store.write([&] { store.sessions.end(store.sessions.find(std::nullopt)->id, 0, "", 1'794'999'700'000); });
  }

  json why(std::int64_t id) { return sample.call("tasks.why", {{"id", id}}); }
  json route(const json& given) { return sample.call("tasks.route", given); }

  test::Sample sample;
};

TEST_F(Look, AListSaysWhyEachTaskDoesNotRun) {
  const auto first = add({});
  (void)add({{"depends_on", {first}}});
  (void)add({{"type", "STRATEGIC"}});
  const auto held = add({});
  (void)sample.call("tasks.hold", {{"ids", {held}}});
  const auto gone = add({});
  (void)sample.call("tasks.cancel", {{"ids", {gone}}});
  std::vector<std::string> reasons;
  for (const json& task : sample.call("tasks.list"))
    reasons.push_back(task["reason"]);
  ASSERT_EQ(reasons.size(), 5U);
  EXPECT_EQ(reasons[0], "no session runs: start one with `orchestrate run`");
  EXPECT_EQ(reasons[1], "depends on 1, which is queued");
  EXPECT_TRUE(reasons[2].starts_with("it goes to a person (strategic): ")) << reasons[2];
  EXPECT_EQ(reasons[3], "a person holds it");
  EXPECT_EQ(reasons[4], "") << "what is over needs no reason";
}

TEST_F(Look, WhatABrokenRuleSaysIsNoReason) {
  (void)add({{"type", "STRATEGIC"}});
  sample.write(".orchestrate/routing.toml", "[[rule]]\nto = \"nobody\"\n");
  ASSERT_EQ(sample.type({"list", "--json"}), 0) << sample.err();
  EXPECT_EQ(json::parse(sample.out())[0]["reason"],
            "the configuration has errors: see `orchestrate config check`");
}

TEST_F(Look, AListNamesWhoWorkedOnATaskLast) {
  const auto asked = add({{"agent_type", "writer"}});
  const auto tried = add({{"agent_type", "writer"}});
  const auto never = add({});
  (void)begin(tried);
  const json list = sample.call("tasks.list");
  EXPECT_EQ(list[0]["agent_type"], "writer") << "whom " << asked << " asks for";
  EXPECT_EQ(list[1]["agent_type"], "worker");
  EXPECT_EQ(list[1]["state"], "running");
  EXPECT_EQ(list[2]["agent_type"], "") << never;
}

TEST_F(Look, AListIsNarrowedByStatePriorityAndLabelTogether) {
  (void)add({{"priority", "P0"}, {"labels", {"a"}}});
  (void)add({{"priority", "P0"}, {"labels", {"b"}}});
  (void)add({{"priority", "P1"}, {"labels", {"a", "b"}}});
  const auto running = add({{"priority", "P0"}, {"labels", {"a"}}});
  (void)begin(running);
  const auto ids = [&](const json& given) {
    std::vector<std::int64_t> out;
    for (const json& task : sample.call("tasks.list", given))
      out.push_back(task["id"]);
    return out;
  };
  using Ids = std::vector<std::int64_t>;
  EXPECT_EQ(ids({{"priority", "P0"}}), (Ids{1, 2, 4}));
  EXPECT_EQ(ids({{"priority", "p0-critical"}, {"label", "a"}}), (Ids{1, 4}));
  EXPECT_EQ(ids({{"priority", "P0"}, {"label", "a"}, {"state", "running"}}), Ids{4});
  EXPECT_EQ(ids({{"label", "a"}, {"after", 1}, {"limit", 1}}), Ids{3});
  EXPECT_EQ(ids({{"label", "A"}}), Ids{});
}

TEST_F(Look, ATaskIsShownWithItsLedgerAndItsRuns) {
  const auto id = add({{"description", "Every word"}, {"checks", {"make test"}}});
  orchestrate::Run run = begin(id);
  run.tokens_in = 100;
  run.tokens_out = 20;
  run.cost_usd = 0.5;
  run.evidence.checks = {{"make test", 1, false, false, true, "exit 1", "1 failed"}};
  run.exit.emplace();
  run.exit->code = 0;
  run.exit->wall_ms = 1'500;
  end(run, VerdictKind::retry, TaskState::queued, "a check failed");
  const json shown = sample.call("tasks.show", {{"id", id}});
  EXPECT_EQ(shown["description"], "Every word");
  EXPECT_EQ(shown["ledger"],
            json::parse(R"({"attempts": 1, "waits": 0, "wall_s": 2.0, "tokens": 120, "cost_usd": 0.5})"));
  ASSERT_EQ(shown["runs"].size(), 1U);
  const json& shown_run = shown["runs"][0];
  EXPECT_EQ(shown_run["verdict"], "retry");
  EXPECT_EQ(shown_run["phase"], "ended");
  EXPECT_EQ(shown_run["exit"]["wall_s"], 1.5);
  EXPECT_EQ(shown_run["exit"]["reason"], "exited");
  EXPECT_EQ(shown_run["checks"][0]["output_tail"], "1 failed");
  EXPECT_EQ(shown_run["checks"][0]["red_on_base"], true);
  EXPECT_EQ(shown["held"], false);
  EXPECT_EQ(sample.refusal("tasks.show", {{"id", 9}}),
            "not_found: there is no task 9 | `orchestrate list` shows those there are");
}

TEST_F(Look, APlanIsInTheOrderOfTheQueueAndSaysWhatEachWaitsFor) {
  const auto low = add({{"title", "Low"}, {"priority", "P3"}});
  const auto high = add({{"title", "High"}, {"priority", "P0"}});
  const auto decision = add({{"title", "Decide"}, {"priority", "P1"}, {"type", "STRATEGIC"}});
  const json plan = sample.call("tasks.plan");
  ASSERT_EQ(plan.size(), 3U);
  EXPECT_EQ(plan[0]["id"], high);
  EXPECT_EQ(plan[0]["order"], 1);
  EXPECT_EQ(plan[0]["to"], "worker");
  EXPECT_EQ(plan[0]["starts_now"], true);
  EXPECT_EQ(plan[0]["holds"], json::array());
  EXPECT_EQ(plan[1]["id"], decision);
  EXPECT_EQ(plan[1]["to"], "human");
  EXPECT_TRUE(plan[1]["agent_type"].is_null());
  EXPECT_EQ(plan[1]["inbox_kind"], "strategic");
  EXPECT_EQ(plan[1]["starts_now"], false);
  EXPECT_EQ(plan[2]["id"], low);
  EXPECT_EQ(plan[2]["priority"], "P3-LOW");
  EXPECT_EQ(plan[2]["starts_now"], false) << "the one before it takes the only slot";
  EXPECT_EQ(plan[2]["holds"], json::array({"worker: its only slot is taken"}));
  EXPECT_EQ(sample.call("tasks.plan", {{"limit", 1}}).size(), 1U);
}

TEST_F(Look, APlanOfATaskWhoseProgramIsNowhereGoesToAPerson) {
  (void)add({{"needs", {"docs"}}});
  const json plan = sample.call("tasks.plan");
  ASSERT_EQ(plan[0]["to"], "human") << plan;
  EXPECT_EQ(plan[0]["inbox_kind"], "spawn_failed");
  EXPECT_EQ(plan[0]["waits_for"], json::array({"writer"}));
}

TEST_F(Look, WhySaysWhatHoldsATaskBackAndHowItsLastRunEnded) {
  const auto id = add({});
  EXPECT_EQ(why(id)["reasons"], json::array({"no session runs: start one with `orchestrate run`"}));
  EXPECT_TRUE(why(id)["last_run"].is_null());
  EXPECT_EQ(why(id)["route"]["to"], "worker");
  const auto run = begin(id);
  EXPECT_EQ(why(id)["state"], "running");
  EXPECT_EQ(why(id)["reasons"], json::array({"it is running"}));
  EXPECT_EQ(why(id)["last_run"], "starting") << "how far it is";
  end(run, VerdictKind::retry, TaskState::queued, "`make` failed: exit 2");
  EXPECT_EQ(why(id)["last_run"], "`make` failed: exit 2");
  {
    const SessionLock running(sample.root() + "/.orchestrate/state");
    EXPECT_EQ(why(id)["reasons"], json::array()) << "the session starts it next";
  }
  EXPECT_EQ(why(id)["reasons"].size(), 1U) << "it has died, and nobody wrote so";
  end_session();
  EXPECT_EQ(why(id)["reasons"].size(), 1U);
}

TEST_F(Look, WhyNamesEveryReason) {
  const auto first = add({});
  const auto second = add({{"depends_on", {first}}, {"not_before", "2131-01-02T03:04:05Z"}});
  (void)sample.call("tasks.hold", {{"ids", {second}}});
  (void)sample.call("session.pause", {{"why", "lunch"}});
  const json reasons = why(second)["reasons"];
  ASSERT_EQ(reasons.size(), 4U) << reasons;
  EXPECT_EQ(reasons[0], "a person holds it");
  EXPECT_EQ(reasons[1], "depends on 1, which is queued");
  EXPECT_TRUE(reasons[2].get<std::string>().starts_with("not before ")) << reasons[2];
  EXPECT_NE(reasons[3].get<std::string>().find("lunch"), std::string::npos) << reasons[3];
}

TEST_F(Look, ARouteIsExplainedOfATaskThatIsThereOrOnlyDescribed) {
  const auto id = add({{"type", "STRATEGIC"}});
  EXPECT_EQ(route({{"id", id}})["rule"], "strategy");
  EXPECT_EQ(route({{"type", "STRATEGIC"}})["rule"], "strategy");
  EXPECT_TRUE(route({{"type", "STRATEGIC"}})["agent_type"].is_null());
  const json urgent = route({{"priority", "P0"}, {"labels", {"now"}}});
  EXPECT_EQ(urgent["rule"], "urgent");
  EXPECT_EQ(urgent["to"], "worker");
  EXPECT_EQ(urgent["agent_type"], "worker");
  ASSERT_EQ(urgent["reasons"].size(), 2U);
  EXPECT_EQ(urgent["reasons"][0]["matched"], false);
  EXPECT_EQ(urgent["reasons"][1]["matched"], true);
  EXPECT_EQ(route(json::object())["rule"], "default");
  EXPECT_EQ(sample.call("tasks.list").size(), 1U) << "what is only described is not queued";
}

TEST_F(Look, ARouteToSomebodyWhoIsNotThereNamesHim) {
  const json answer = route({{"needs", {"docs"}}});
  EXPECT_EQ(answer["to"], "writer");
  EXPECT_TRUE(answer["agent_type"].is_null()) << "but he cannot start";
  EXPECT_EQ(answer["waits_for"], json::array({"writer"}));
  EXPECT_EQ(sample.refusal("tasks.route", {{"id", 7}}),
            "not_found: there is no task 7 | `orchestrate list` shows those there are");
}

TEST_F(Look, APromptHasWhatTheTaskSays) {
  const auto id = add({{"title", "Water the plants"},
                       {"description", "All of them"},
                       {"acceptance", {"No plant is dry"}},
                       {"checks", {"make water"}}});
  const json answer = sample.call("tasks.prompt", {{"id", id}});
  EXPECT_EQ(answer["agent_type"], "worker");
  const std::string prompt = answer["prompt"];
  for (const char* words : {"Water the plants", "All of them", "No plant is dry", "make water"})
    EXPECT_NE(prompt.find(words), std::string::npos) << words << "\n" << prompt;
  EXPECT_EQ(sample.call("tasks.prompt", {{"id", id}, {"agent_type", "writer"}})["agent_type"], "writer");
  EXPECT_EQ(sample.refusal("tasks.prompt", {{"id", id}, {"agent_type", "writr"}}),
            "usage: there is no agent type `writr`: did you mean `writer`? | .orchestrate/agents.toml has: "
            "worker, writer");
}

TEST_F(Look, APromptNamesASpecOutsideTheProjectAndDoesNotHoldIt) {
  namespace fs = std::filesystem;
  fs::create_directory(sample.root() + "/outside");
  sample.write("outside/secret.md", "the secret");
  fs::create_directories(sample.root() + "/inner/.orchestrate");
  fs::create_symlink("../outside/secret.md", sample.root() + "/inner/link.md");
  std::vector<std::string> specs = {"../outside/secret.md", "link.md", sample.root() + "/outside/secret.md"};
  EXPECT_EQ(sample.type({"-C", sample.root() + "/inner", "add", "x", "--spec", specs[0], "--spec", specs[1],
                         "--spec", specs[2]}),
            0)
      << sample.err();
  ASSERT_EQ(sample.type({"-C", sample.root() + "/inner", "prompt", "1"}), 0) << sample.err();
  const std::string prompt = sample.out();
  EXPECT_EQ(prompt.find("the secret"), std::string::npos) << prompt;
  for (const auto& spec : specs)
    EXPECT_NE(prompt.find(spec), std::string::npos) << spec << "\n" << prompt;
  EXPECT_NE(prompt.find("this file lies outside the project and was not read"), std::string::npos) << prompt;
}

TEST_F(Look, APromptOfAFurtherAttemptTellsWhatFailed) {
  const auto id = add({});
  auto run = begin(id);
  run.evidence.checks = {{"make test", 1, false, false, false, "exit 1", "1 failed: roof"}};
  end(run, VerdictKind::retry, TaskState::queued, "`make test` failed: exit 1");
  const std::string prompt = sample.call("tasks.prompt", {{"id", id}})["prompt"];
  EXPECT_NE(prompt.find("`make test` failed: exit 1"), std::string::npos) << prompt;
  EXPECT_NE(prompt.find("1 failed: roof"), std::string::npos) << prompt;
}

TEST_F(Look, WhatNeedsNoConfigurationIsAnsweredWhileItIsBroken) {
  const auto id = add({});
  test::Sample broken(kAgents);
  (void)broken.call("tasks.add", {{"title", "x"}});
  broken.write(".orchestrate/routing.toml", "default = \"nobody\"\n");
  for (const std::string verb : {"show", "why", "prompt"}) {
    const int status = broken.type({verb, std::to_string(id)});
    EXPECT_EQ(status, verb == "show" ? 0 : 2) << verb << "\n" << broken.err();
  }
  EXPECT_EQ(broken.type({"list"}), 0);
  EXPECT_EQ(broken.type({"plan"}), 2);
  EXPECT_EQ(broken.type({"route"}), 2);
}

}  // namespace
}  // namespace orchestrate::api
