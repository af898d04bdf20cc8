// The session as it is seen and steered while none runs, its report, and the events that clients follow.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "api/operations/call.h"
#include "orchestrator/session/process/session_lock.h"
#include "spawners/local/leftovers.h"
#include "system/launcher.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

TEST(SessionOperations, StatusCountsWhatIsQueuedAndSaysThatNothingRuns) {
  test::Sample sample;
  (void)sample.call("tasks.add", {{"title", "x"}, {"priority", "P0"}});
  const json status = sample.call("session.status");
  EXPECT_EQ(status["queued"], json::parse(R"({"P0": 1, "P1": 0, "P2": 0, "P3": 0})"));
  EXPECT_TRUE(status["session"].is_null());
  EXPECT_TRUE(status["paused"].is_null());
  EXPECT_TRUE(status["config_error"].is_null());
}

TEST(SessionOperations, APauseIsSeenUntilItIsResumed) {
  test::Sample sample;
  (void)sample.call("session.pause", {{"why", "lunch"}});
  EXPECT_NE(sample.call("session.status")["paused"].get<std::string>().find("lunch"), std::string::npos);
  EXPECT_EQ(sample.call("session.resume")["was_paused"], true);
  EXPECT_EQ(sample.call("session.resume")["was_paused"], false);
  EXPECT_TRUE(sample.call("session.status")["paused"].is_null());
}

TEST(SessionOperations, StopOfASessionIsWrittenDownAndAnsweredAtOnce) {
  test::Sample sample;
  EXPECT_EQ(sample.call("session.stop"), json::parse(R"({"session": null, "ended": 0})"));
  Store& store = sample.store();
  const SessionLock lock(sample.desk().project->paths.state);
  store.write([&] { (void)store.sessions.start(1, 1); });
  EXPECT_EQ(sample.call("session.stop", {{"now", true}})["session"], 1);
  EXPECT_EQ(store.sessions.find(1)->stop_asked, "now");
  Desk desk = sample.desk();
  EXPECT_EQ(find_operation("session.stop")->outcome(desk, {{"now", true}})["settled"], false);
}

// While it runs, an agent that is to be cancelled is its session's to end; the caller is told who is waited
// for.
TEST(SessionOperations, ACancelThatComesTooLateSaysWhatTheTaskIs) {
  test::Sample sample;
  (void)sample.call("tasks.add", {{"title", "x"}});
  Store& store = sample.store();
  const SessionLock lock(sample.desk().project->paths.state);
  orchestrate::Run run;
  store.write([&] {
    run.session = store.sessions.start(1, 1);
    run.task = 1;
    run.agent_type = "worker";
    run.driver = "script";
    run.started_ms = 1;
    run.id = store.runs.start(run);
  });
  EXPECT_EQ(sample.call("tasks.cancel", {{"ids", {1}}})[0]["state"], "running");
  const Operation& cancel = *find_operation("tasks.cancel");
  Desk desk = sample.desk();
  const json pending = cancel.outcome(desk, {{"ids", {1}}});
  EXPECT_EQ(pending["settled"], false);
  EXPECT_EQ(pending["waiting_for"][0]["agent_type"], "worker");
  store.write([&] {
    Settlement done;
    done.state = TaskState::done;
    store.end_run(run, done, 2);
  });
  const json late = cancel.outcome(desk, {{"ids", {1}}});
  EXPECT_EQ(late["settled"], true);
  EXPECT_EQ(late["answer"][0]["state"], "done");
}

TEST(SessionOperations, AReportNeedsASession) {
  test::Sample sample;
  EXPECT_EQ(sample.type({"report"}), 1);
  EXPECT_EQ(sample.err(), "orchestrate: no session has been run yet\n  start one with `orchestrate run`\n");
  sample.store().write([&] { (void)sample.store().sessions.start(1, 1'794'999'600'000); });
  EXPECT_EQ(sample.call("session.report")["session"], 1);
  EXPECT_EQ(sample.type({"report", "--session", "9"}), 1);
  EXPECT_EQ(sample.type({"report", "--html", "-"}), 0);
  EXPECT_TRUE(sample.out().starts_with("<!doctype html>")) << sample.out().substr(0, 100);
  EXPECT_EQ(sample.type({"report", "--html", sample.root() + "/absent/page"}), 1);
}

TEST(SessionOperations, EventsAreReadAfterTheLastOneThatIsKnown) {
  test::Sample sample;
  for (const char* title : {"a", "b", "c"})
    (void)sample.call("tasks.add", {{"title", title}});
  const json all = sample.call("events.list", {{"after", 0}});
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0]["kind"], "task_added");
  EXPECT_EQ(all[0]["title"], "a");
  const json more = sample.call("events.list", {{"after", all[0]["seq"]}, {"limit", 1}});
  ASSERT_EQ(more.size(), 1U);
  EXPECT_EQ(more[0]["title"], "b");
  EXPECT_EQ(sample.call("events.list", {{"limit", 2}})[0]["title"], "b") << "the last ones";
  EXPECT_EQ(sample.type({"events", "--after", "2"}), 0);
  EXPECT_NE(sample.out().find("{\"title\":\"c\"}"), std::string::npos) << sample.out();
}

// A run of task 1 that began so long ago.
orchestrate::Run running(test::Sample& sample, std::int64_t age_ms) {
  orchestrate::Run run;
  run.task = sample.call("tasks.add", {{"title", "x"}})["id"];
  run.agent_type = "worker";
  run.driver = "script";
  run.started_ms = sample.desk().now_ms - age_ms;
  Store& store = sample.store();
  store.write([&] {
    run.session = store.sessions.start(1, run.started_ms);
    run.id = store.runs.start(run);
    run.tokens_in = 100;
    run.tokens_out = 20;
    run.cost_usd = 0.5;
    (void)store.runs.set_pid(run.id, 4242);
    (void)store.runs.set_phase(run.id, RunPhase::running, run.started_ms);
    (void)store.runs.progress(run);
  });
  return run;
}

TEST(SessionOperations, StatusShowsWhatRunsAndSinceWhen) {
  test::Sample sample;
  const auto run = running(sample, 65'500);
  const json shown = sample.call("session.status")["running"];
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0]["task"], run.task);
  EXPECT_EQ(shown[0]["run"], run.id);
  EXPECT_EQ(shown[0]["agent_type"], "worker");
  EXPECT_EQ(shown[0]["phase"], "running");
  EXPECT_EQ(shown[0]["pid"], 4242);
  EXPECT_EQ(shown[0]["tokens"], 120);
  EXPECT_EQ(shown[0]["cost_usd"], 0.5);
  EXPECT_GE(shown[0]["age_s"], 65);
  EXPECT_GE(shown[0]["silent_s"], 65) << "its agent has not written a byte";
}

TEST(SessionOperations, AnAgentIsSilentSinceItLastWrote) {
  test::Sample sample;
  const auto run = running(sample, 3'600'000);
  sample.store().write([&] { sample.store().steps.started(run.id, 2, "agent", 1); });
  std::filesystem::create_directories(sample.root() + "/.orchestrate/state/runs/1/02-agent");
  sample.write(".orchestrate/state/runs/1/02-agent/stdout", "working\n");
  const json shown = sample.call("session.status")["running"][0];
  EXPECT_GE(shown["age_s"], 3'600);
  EXPECT_LT(shown["silent_s"], 600);
}

TEST(SessionOperations, StatusShowsProvidersThatRestAndSinceWhenNoMore) {
  test::Sample sample;
  Store& store = sample.store();
  const std::int64_t now_ms = sample.desk().now_ms;
  store.write([&] {
    store.parks.put({"anthropic", 4'102'444'800'000, "usage limit", 1}, now_ms);
    store.parks.put({"openai", std::nullopt, "no login", 1}, now_ms);
    store.parks.put({"google", now_ms - 1, "over", 1}, now_ms - 10);
  });
  EXPECT_EQ(sample.call("session.status")["parks"], json::parse(R"([
    {"provider": "anthropic", "until": "2100-01-01T00:00:00Z", "why": "usage limit"},
    {"provider": "openai", "until": null, "why": "no login"}])"));
}

TEST(SessionOperations, StatusCountsOpenDecisionsAndNamesABrokenConfiguration) {
  test::Sample sample;
  InboxItem item;
  item.kind = InboxKind::manual;
  Store& store = sample.store();
  store.write([&] {
    for (const char* cause : {"a", "b"}) {
      item.cause = cause;
      (void)store.inbox.put(item, 1);
    }
    (void)store.inbox.close(1, "done", "", 2);
  });
  EXPECT_EQ(sample.call("session.status")["inbox"], 1);
  sample.write(".orchestrate/routing.toml", "default = \"workr\"\n");
  EXPECT_EQ(sample.type({"status", "--json"}), 0);
  EXPECT_NE(json::parse(sample.out())["config_error"].get<std::string>().find("workr"), std::string::npos);
}

// One that died has written no end, and holds no lock any more.
TEST(SessionOperations, OnlyASessionThatHoldsItsLockRuns) {
  test::Sample sample;
  Store& store = sample.store();
  store.write([&] { (void)store.sessions.start(1, 1); });
  EXPECT_TRUE(sample.call("session.status")["session"].is_null());
  EXPECT_TRUE(sample.call("session.resume")["session"].is_null());
  {
    const SessionLock lock(sample.desk().project->paths.state);
    EXPECT_EQ(sample.call("session.status")["session"], 1);
    EXPECT_EQ(sample.call("session.resume")["session"], 1);
    store.write([&] { store.sessions.end(1, 0, "", 2); });
    EXPECT_TRUE(sample.call("session.status")["session"].is_null()) << "it is about to go";
  }
}

TEST(SessionOperations, APauseSaysSinceWhenWhyAndHowToGoOn) {
  test::Sample sample;
  const std::string with_why = sample.call("session.pause", {{"why", "lunch"}})["paused"];
  EXPECT_TRUE(with_why.starts_with("paused since ")) << with_why;
  EXPECT_TRUE(with_why.ends_with(": lunch (`orchestrate resume` goes on)")) << with_why;
  const std::string without = sample.call("session.pause")["paused"];
  EXPECT_TRUE(without.ends_with(" (`orchestrate resume` goes on)")) << without;
  EXPECT_EQ(without.find(": "), std::string::npos) << without;
  EXPECT_EQ(sample.call("session.status")["paused"], without) << "the last one holds";
}

TEST(SessionOperations, AStopThatIsAskedForAgainBecomesAStopAtOnce) {
  test::Sample sample;
  Store& store = sample.store();
  const SessionLock lock(sample.desk().project->paths.state);
  store.write([&] { (void)store.sessions.start(1, 1); });
  EXPECT_EQ(sample.call("session.stop"), json::parse(R"({"session": 1, "ended": 0})"));
  EXPECT_EQ(store.sessions.find(1)->stop_asked, "drain");
  EXPECT_EQ(sample.call("session.stop", {{"now", true}})["session"], 1);
  EXPECT_EQ(store.sessions.find(1)->stop_asked, "now");
}

TEST(SessionOperations, AStopNowEndsWhatADeadSessionLeftAndAStopDoesNot) {
  test::Sample sample;
  (void)running(sample, 1'000);
  const std::string step = sample.root() + "/.orchestrate/state/runs/1/02-agent";
  std::filesystem::create_directories(step);
  sample.write(".orchestrate/state/runs/1/02-agent/claim", "");
  system::Launcher launcher;
  auto agent = launcher.start({"/bin/sleep", {"sleep", "60"}, {spawners::step_mark(step)}});
  EXPECT_EQ(sample.call("session.stop"), json::parse(R"({"session": null, "ended": 0})"));
  EXPECT_EQ(sample.call("session.stop", {{"now", true}}), json::parse(R"({"session": null, "ended": 1})"));
  EXPECT_EQ(WTERMSIG(agent.wait()), SIGKILL);
  EXPECT_EQ(sample.call("session.stop", {{"now", true}})["ended"], 0) << "nothing lives any more";
  sample.store().write([&] { sample.store().steps.started(1, 2, "agent", 1); });
  std::filesystem::remove_all(step);
  auto unseen = launcher.start({"/bin/sleep", {"sleep", "60"}, {spawners::step_mark(step)}});
  EXPECT_EQ(sample.call("session.stop", {{"now", true}})["ended"], 1) << "its row alone tells of it";
  EXPECT_EQ(WTERMSIG(unseen.wait()), SIGKILL);
  EXPECT_EQ(sample.store().runs.open().size(), 1U) << "the next session takes it up";
  Desk desk = sample.desk();
  EXPECT_EQ(find_operation("session.stop")->outcome(desk, {{"now", true}}),
            json::parse(R"({"settled": true, "answer": null, "waiting_for": []})"));
}

TEST(SessionOperations, AStopDoesNotWaitForASessionThatNobodyAsked) {
  test::Sample sample;
  Store& store = sample.store();
  const SessionLock lock(sample.desk().project->paths.state);
  store.write([&] { (void)store.sessions.start(1, 1); });
  (void)sample.call("session.stop");
  Desk desk = sample.desk();
  const auto settled = [&desk] {
    return find_operation("session.stop")->outcome(desk, json::object())["settled"];
  };
  EXPECT_EQ(settled(), false);
  store.write([&] { store.sessions.end(1, 4, "", 2); });
  EXPECT_EQ(settled(), true) << "the next one has the lock, and no row yet";
  store.write([&] { (void)store.sessions.start(2, 3); });
  EXPECT_EQ(settled(), true);
}

TEST(SessionOperations, WhoIsWaitedForByAStopIsNamed) {
  test::Sample sample;
  const auto run = running(sample, 90'000);
  const SessionLock lock(sample.desk().project->paths.state);
  (void)sample.call("session.stop");
  Desk desk = sample.desk();
  const json outcome = find_operation("session.stop")->outcome(desk, json::object());
  EXPECT_EQ(outcome["settled"], false);
  ASSERT_EQ(outcome["waiting_for"].size(), 1U);
  EXPECT_EQ(outcome["waiting_for"][0]["task"], run.task);
  EXPECT_EQ(outcome["waiting_for"][0]["agent_type"], "worker");
  EXPECT_GE(outcome["waiting_for"][0]["age_s"], 90.0);
}

TEST(SessionOperations, AReportIsOfTheSessionAskedFor) {
  test::Sample sample;
  EXPECT_EQ(sample.refusal("session.report", json::object()),
            "not_found: no session has been run yet | start one with `orchestrate run`");
  Store& store = sample.store();
  auto run = running(sample, 10'000);
  run.verdict = VerdictKind::accept;
  run.why = "every check passed on the tree the agent left";
  store.write([&] {
    Settlement done;
    done.state = TaskState::done;
    done.verified = true;
    (void)store.end_run(run, done, run.started_ms + 4'000);
    store.sessions.end(1, 0, "the budget is used up", run.started_ms + 3'600'000);
    (void)store.sessions.start(1, run.started_ms + 3'700'000);
  });
  const json first = sample.call("session.report", {{"session", 1}});
  EXPECT_EQ(first["session"], 1);
  EXPECT_EQ(first["exit_status"], 0);
  EXPECT_EQ(first["stop_reason"], "the budget is used up");
  EXPECT_EQ(first["tasks"]["done_verified"], 1);
  EXPECT_EQ(first["done_verified"][0]["why"], "every check passed on the tree the agent left");
  EXPECT_EQ(first["cost_usd"], 0.5);
  EXPECT_EQ(first["average_s"], 4.0);
  EXPECT_EQ(first["throughput_per_hour"], 1.0);
  const json last = sample.call("session.report");
  EXPECT_EQ(last["session"], 2);
  EXPECT_EQ(last["runs"], 0);
  EXPECT_TRUE(last["ended_at"].is_null());
  EXPECT_EQ(sample.refusal("session.report", {{"session", 3}}), "not_found: there is no session 3");
}

TEST(SessionOperations, SteeringSpeaksJson) {
  test::Sample sample;
  EXPECT_EQ(sample.type({"pause", "--why", "lunch", "--json"}), 0);
  EXPECT_TRUE(json::parse(sample.out()).contains("paused"));
  EXPECT_EQ(sample.type({"resume", "--json"}), 0);
  EXPECT_EQ(json::parse(sample.out())["was_paused"], true);
  EXPECT_EQ(sample.type({"stop", "--json"}), 0);
  EXPECT_EQ(sample.out(), "{\"ended\":0,\"session\":null}\n");
}

}  // namespace
}  // namespace orchestrate::api
