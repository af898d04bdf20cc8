// The session as it is seen and steered while none runs, its report, and the events that clients follow.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/operations/call.h"
#include "orchestrator/session/process/session_lock.h"
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
