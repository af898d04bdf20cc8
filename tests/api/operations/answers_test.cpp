// Every operation, called on a project in which something has happened: its answer has the shape that it
// says, and one that reads changes nothing.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "api/operations/call.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

// What each is given; those that are not named need nothing. `4` is a task that waits for a person.
const std::map<std::string, json>& given() {
  static const std::map<std::string, json> all = {
      {"tasks.add", {{"title", "One more"}, {"needs", json::array({"backend"})}, {"run", "true"}}},
      {"tasks.import", {{"text", "- [ ] A\n- [ ] B\n"}, {"format", "markdown"}}},
      {"tasks.edit", {{"id", 1}, {"priority", "P0"}}},
      {"tasks.hold", {{"ids", json::array({1})}}},
      {"tasks.release", {{"ids", json::array({1})}}},
      {"tasks.cancel", {{"ids", json::array({2})}}},
      {"tasks.retry", {{"ids", json::array({2})}}},
      {"tasks.show", {{"id", 3}}},
      {"tasks.why", {{"id", 3}}},
      {"tasks.prompt", {{"id", 1}, {"agent_type", "worker"}}},
      {"inbox.show", {{"id", 1}}},
      {"inbox.answer", {{"id", 1}, {"option", "retry"}}},
      {"inbox.done", {{"id", 2}, {"note", "by hand"}}},
      {"inbox.list", {{"all", true}}},
      {"state.backup", {{"file", "night.db"}}},
      {"state.restore", {{"file", "night.db"}}},
      {"agents.test", {{"type", "worker"}, {"text", "hello\nworld\n"}}}};
  return all;
}

InboxItem item(std::int64_t task, const std::string& cause) {
  InboxItem item;
  item.task = task;
  item.kind = InboxKind::manual;
  item.cause = cause;
  item.title = "Decide";
  item.options = {"done", "retry", "cancel"};
  item.default_option = "done";
  item.packet = {{"What", "A decision"}};
  return item;
}

// Two queued tasks, one that failed after a run, two that wait for people.
void live(test::Sample& sample) {
  for (const char* title : {"First", "Second", "Tried", "Asked", "Asked too"})
    (void)sample.call("tasks.add", {{"title", title}, {"run", "true"}});
  Store& store = sample.store();
  store.write([&] {
    orchestrate::Run run;
    run.session = store.sessions.start(1, 1'794'999'600'000);
    run.task = 3;
    run.n = 1;
    run.agent_type = "worker";
    run.driver = "script";
    run.rule = "default";
    run.started_ms = 1'794'999'600'000;
    run.id = store.runs.start(run);
    run.outcome = "exit 1";
    run.verdict = VerdictKind::escalate;
    run.ended_ms = run.started_ms + 1000;
    run.exit.emplace();
    run.evidence.checks = {{"make test", 1, false, false, false, "exit 1", "1 failed"}};
    Settlement failed;
    failed.state = TaskState::failed;
    store.end_run(run, failed, run.started_ms + 1000);
    store.sessions.end(run.session, 1, "", run.started_ms + 2000);
    store.hand_over(4, item(4, "a"), run.started_ms);
    store.hand_over(5, item(5, "b"), run.started_ms);
  });
}

TEST(Answers, HaveTheShapeThatEachOperationSays) {
  test::Sample sample;
  live(sample);
  for (const Operation& operation : operations()) {
    const auto words = given().find(operation.name);
    const json answer = sample.call(operation.name, words == given().end() ? json::object() : words->second);
    EXPECT_EQ(fault_of(operation.gives, answer, operation.name, 0), "") << answer.dump(1);
  }
}

TEST(Answers, OfWhatWasAskedForSayWhetherItIsSettled) {
  test::Sample sample;
  live(sample);
  Desk desk = sample.desk();
  for (const Operation& operation : operations()) {
    if (operation.outcome == nullptr) continue;
    const auto words = given().find(operation.name);
    const json outcome = operation.outcome(desk, words == given().end() ? json::object() : words->second);
    EXPECT_EQ(outcome["settled"], true) << operation.name;
    EXPECT_EQ(outcome["waiting_for"], json::array()) << operation.name;
  }
}

TEST(Answers, OfReadingOperationsLeaveTheDatabaseAsItWas) {
  test::Sample sample;
  live(sample);
  Store watcher(sample.root() + "/.orchestrate/state");
  (void)watcher.changed_by_others();
  for (const Operation& operation : operations()) {
    if (operation.effect != Effect::reads) continue;
    const auto words = given().find(operation.name);
    (void)sample.call(operation.name, words == given().end() ? json::object() : words->second);
    EXPECT_FALSE(watcher.changed_by_others()) << operation.name;
  }
  (void)sample.call("session.pause");
  EXPECT_TRUE(watcher.changed_by_others()) << "the test would notice";
}

}  // namespace
}  // namespace orchestrate::api
