// Holding, releasing, cancelling and retrying: what each does in each state, and that it does all or nothing.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "api/operations/operation.h"
#include "orchestrator/session/process/session_lock.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

class SteeringOperations : public testing::Test {
 protected:
  // A task that has come to that state.
  std::int64_t task_in(TaskState state) {
    const std::int64_t id = sample.call("tasks.add", {{"title", "A task"}})["id"];
    Store& store = sample.store();
    if (state == TaskState::queued) return id;
    if (state == TaskState::cancelled) {
      store.write([&] { EXPECT_TRUE(store.tasks.cancel(id, 1)); });
      return id;
    }
    orchestrate::Run run = begin(id);
    if (state == TaskState::running) return id;
    Settlement settlement;
    settlement.state = state;
    store.write([&] { EXPECT_TRUE(store.end_run(run, settlement, 2)); });
    return id;
  }

  orchestrate::Run begin(std::int64_t task) {
    Store& store = sample.store();
    orchestrate::Run run;
    run.task = task;
    run.agent_type = "worker";
    run.driver = "script";
    run.started_ms = 1;
    store.write([&] {
      run.session = store.sessions.start(1, 1);
      run.id = store.runs.start(run);
    });
    return run;
  }

  std::string refusal(const std::string& verb, std::int64_t id) {
    return sample.refusal("tasks." + verb, {{"ids", {id}}});
  }
  json call(const std::string& verb, const json& ids) { return sample.call("tasks." + verb, {{"ids", ids}}); }
  json show(std::int64_t id) { return sample.call("tasks.show", {{"id", id}}); }
  std::vector<std::string> kinds_of(std::int64_t task) {
    std::vector<std::string> kinds;
    for (const auto& event : sample.store().events.of_task(task))
      kinds.push_back(event.kind.text());
    return kinds;
  }

  test::Sample sample;
};

struct Case {
  const char* verb;
  TaskState state;
  const char* refused;  // what is said to be done instead; null: it is done
  const char* after;    // the state that it is in then
};

const char* const kHold = "only a task that has not ended can be held";
const char* const kRelease = "only a task that has not ended can be released";
const char* const kCancel = "only a task that has not ended can be cancelled";
const char* const kRetry = "cancel it first, or queue a new task";

TEST_F(SteeringOperations, EachDoesInEachStateWhatItsSentenceSays) {
  for (const Case& c : {Case{"hold", TaskState::queued, nullptr, "queued"},
                        Case{"hold", TaskState::running, nullptr, "running"},
                        Case{"hold", TaskState::waiting_human, nullptr, "waiting_human"},
                        Case{"hold", TaskState::done, kHold, "done"},
                        Case{"hold", TaskState::failed, kHold, "failed"},
                        Case{"hold", TaskState::cancelled, kHold, "cancelled"},
                        Case{"release", TaskState::queued, nullptr, "queued"},
                        Case{"release", TaskState::running, nullptr, "running"},
                        Case{"release", TaskState::done, kRelease, "done"},
                        Case{"release", TaskState::cancelled, kRelease, "cancelled"},
                        Case{"cancel", TaskState::queued, nullptr, "cancelled"},
                        Case{"cancel", TaskState::waiting_human, nullptr, "cancelled"},
                        Case{"cancel", TaskState::failed, nullptr, "cancelled"},
                        Case{"cancel", TaskState::done, kCancel, "done"},
                        Case{"cancel", TaskState::cancelled, kCancel, "cancelled"},
                        Case{"retry", TaskState::queued, nullptr, "queued"},
                        Case{"retry", TaskState::waiting_human, nullptr, "queued"},
                        Case{"retry", TaskState::failed, nullptr, "queued"},
                        Case{"retry", TaskState::cancelled, nullptr, "queued"},
                        Case{"retry", TaskState::running, kRetry, "running"},
                        Case{"retry", TaskState::done, kRetry, "done"}}) {
    const auto id = task_in(c.state);
    const std::string state(to_string(c.state));
    const std::string expected =
        c.refused == nullptr ? "not refused"
                             : "refused: task " + std::to_string(id) + " is " + state + " | " + c.refused;
    EXPECT_EQ(refusal(c.verb, id), expected) << c.verb << " of one that is " << state;
    EXPECT_EQ(show(id)["state"], c.after) << c.verb << " of one that was " << state;
  }
}

TEST_F(SteeringOperations, EachAnswersForAllTasksInTheOrderGiven) {
  const auto first = task_in(TaskState::queued);
  const auto second = task_in(TaskState::queued);
  EXPECT_EQ(call("hold", {second, first}), json::parse(R"([{"id": 2, "state": "queued", "held": true},
                                                          {"id": 1, "state": "queued", "held": true}])"));
  EXPECT_EQ(call("release", {first}), json::parse(R"([{"id": 1, "state": "queued", "held": false}])"));
  EXPECT_EQ(call("cancel", {first, second}).size(), 2U);
}

TEST_F(SteeringOperations, OneThatRefusesAmongSeveralLeavesAllAsTheyWere) {
  const auto queued = task_in(TaskState::queued);
  const auto done = task_in(TaskState::done);
  for (const std::string verb : {"hold", "release", "cancel", "retry"}) {
    const std::string said = sample.refusal("tasks." + verb, {{"ids", {queued, done}}});
    EXPECT_TRUE(said.starts_with("refused: task 2 is done | ")) << said;
    EXPECT_EQ(sample.refusal("tasks." + verb, {{"ids", {queued, 99}}}),
              "not_found: there is no task 99 | `orchestrate list` shows those there are");
  }
  EXPECT_EQ(show(queued)["state"], "queued");
  EXPECT_EQ(show(queued)["held"], false);
  EXPECT_EQ(kinds_of(queued), std::vector<std::string>{"task_added"}) << "and no event says otherwise";
}

TEST_F(SteeringOperations, NoIdsIsNothingToDo) {
  EXPECT_EQ(call("hold", json::array()), json::array());
  EXPECT_EQ(sample.refusal("tasks.hold", json::object()), "usage: `ids` is missing | The tasks' ids");
}

TEST_F(SteeringOperations, EachIsOnRecord) {
  const auto id = task_in(TaskState::queued);
  for (const char* verb : {"hold", "release", "cancel", "retry"})
    (void)call(verb, {id});
  EXPECT_EQ(kinds_of(id), (std::vector<std::string>{"task_added", "task_held", "task_released",
                                                    "task_cancelled", "task_retried"}));
}

TEST_F(SteeringOperations, ARetryForgetsWhatWasUsedUp) {
  const auto id = task_in(TaskState::failed);
  EXPECT_EQ(show(id)["ledger"]["attempts"], 1);
  (void)call("retry", {id});
  EXPECT_EQ(show(id)["ledger"],
            json::parse(R"({"attempts": 0, "waits": 0, "wall_s": 0.0, "tokens": 0, "cost_usd": 0.0})"));
  EXPECT_EQ(show(id)["runs"].size(), 1U) << "but not that it was tried";
}

// Nobody else would end what a session that died has left.
TEST_F(SteeringOperations, ACancelOfARunThatADeadSessionLeftEndsIt) {
  const auto id = task_in(TaskState::running);
  EXPECT_EQ(call("cancel", {id}), json::parse(R"([{"id": 1, "state": "cancelled", "held": false}])"));
  const json run = show(id)["runs"][0];
  EXPECT_EQ(run["phase"], "ended");
  EXPECT_EQ(run["why"], "a person cancelled it");
  EXPECT_EQ(run["outcome"], "unknown");
  EXPECT_EQ(show(id)["ledger"]["attempts"], 0) << "it uses up no attempt";
}

TEST_F(SteeringOperations, OfADeadSessionsRunsOnlyTheCancelledOneIsEnded) {
  const auto unwanted = task_in(TaskState::running);
  const auto wanted = task_in(TaskState::running);
  (void)call("cancel", {unwanted});
  EXPECT_EQ(show(wanted)["state"], "running") << "the next session takes it up";
  EXPECT_EQ(sample.store().runs.open().size(), 1U);
}

TEST_F(SteeringOperations, WhatItsAgentLeftIsTheOutcomeOfACancelledRun) {
  const auto id = task_in(TaskState::running);
  const std::string step = sample.root() + "/.orchestrate/state/runs/1/02-agent";
  std::filesystem::create_directories(step);
  spawners::ExitRecord record;
  record.code = 3;
  sample.write(".orchestrate/state/runs/1/02-agent/exit.json", spawners::to_json(record));
  (void)call("cancel", {id});
  EXPECT_EQ(show(id)["runs"][0]["outcome"], "exit 3");
  EXPECT_EQ(show(id)["runs"][0]["exit"]["code"], 3);
}

TEST_F(SteeringOperations, WhileASessionRunsTheCancelIsItsToCarryOut) {
  const auto id = task_in(TaskState::running);
  const SessionLock lock(sample.desk().project->paths.state);
  EXPECT_EQ(call("cancel", {id})[0]["state"], "running");
  EXPECT_EQ(kinds_of(id).back(), "cancel_asked");
  Desk desk = sample.desk();
  const json outcome = find_operation("tasks.cancel")->outcome(desk, {{"ids", {id}}});
  EXPECT_EQ(outcome["settled"], false);
  ASSERT_EQ(outcome["waiting_for"].size(), 1U);
  EXPECT_EQ(outcome["waiting_for"][0]["task"], id);
}

}  // namespace
}  // namespace orchestrate::api
