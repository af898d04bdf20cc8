// A project with tasks and runs as the tables have them, for the tests of one table.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "tests/orchestrator/temp_project.h"

namespace orchestrate::test {

class WithStore : public testing::Test {
 protected:
  WithStore() : store(*temp.store) {}

  [[nodiscard]] std::string database() const { return temp.project.paths.state + "/state.db"; }
  // As a person does who opens the database with the sqlite3 shell.
  void shell(const std::string& script) const { Database(database()).execute(script); }

  // A run of the task, in a session that all of them share. 0: it is not queued.
  std::int64_t start(std::int64_t task) {
    orchestrate::Run run;
    run.task = task;
    run.agent_type = "alpha";
    run.driver = "script";
    run.provider = "p1";
    run.rule = "default";
    run.started_ms = 5;
    std::int64_t id = 0;
    store.write([&] {
      if (session == 0) session = store.sessions.start(1, 1);
      run.session = session;
      id = store.runs.start(run);
    });
    return id;
  }

  bool end(std::int64_t run_id, const Settlement& settlement) {
    auto run = store.runs.find(run_id).value();
    run.verdict = settlement.state == TaskState::done ? VerdictKind::accept : VerdictKind::retry;
    bool ended = false;
    store.write([&] { ended = store.end_run(run, settlement, 10); });
    return ended;
  }
  bool end(std::int64_t run, TaskState state) {
    Settlement settlement;
    settlement.state = state;
    return end(run, settlement);
  }

  std::int64_t put(const InboxItem& item, std::int64_t now_ms = 1) {
    std::int64_t id = 0;
    store.write([&] { id = store.inbox.put(item, now_ms); });
    return id;
  }

  bool answer(std::int64_t item, const std::string& option, std::int64_t now_ms = 20) {
    bool answered = false;
    store.write([&] { answered = store.answer(*store.inbox.find(item), option, "a note", now_ms); });
    return answered;
  }

  // The kinds of all events, in their order.
  [[nodiscard]] std::vector<std::string> kinds() {
    std::vector<std::string> kinds;
    for (const auto& row : store.events.after(0, 10'000))
      kinds.push_back(row.kind.text());
    return kinds;
  }

  TempProject temp;
  Store& store;
  std::int64_t session = 0;
};

}  // namespace orchestrate::test
