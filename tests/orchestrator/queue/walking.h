// A walk over a queue of real rows whose takers start and hand over by the store alone: what runs ends when
// the test says so.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/queue/hand_over.h"
#include "orchestrator/queue/walk.h"
#include "tests/orchestrator/queue/outlook.h"
#include "tests/orchestrator/temp_project.h"

namespace orchestrate::test {

using Ids = std::vector<std::int64_t>;

class Walk : public testing::Test {
 protected:
  static constexpr std::size_t kShare = 50;

  Walk() { outlook.ceiling.max_parallel = 100; }

  // As `session` does, but that nothing really runs: a start is a row.
  QueueWalk::Takers takers() {
    return {[this](const Task& task, const Decision& decision, SchedulingContext&) {
              start(task, decision);
              return true;
            },
            [this](const Task& task, const Decision& decision) {
              ++offered;
              temp.store->hand_over(task.id, packet_for(task, decision, ""), outlook.now_ms);
              handed_over.push_back(task.id);
            }};
  }

  void start(const Task& task, const Decision& decision) {
    ++offered;
    orchestrate::Run run;
    run.task = task.id;
    run.session = session;
    run.agent_type = decision.route.to;
    run.started_ms = outlook.now_ms;
    run.id = temp.store->runs.start(run);
    running[task.id] = run;
    started.push_back(task.id);
    ++outlook.load.running;
    ++outlook.load.by_type[decision.route.to];
  }

  QueueWalk::Turn turn() {
    QueueWalk::Turn result;
    SchedulingContext context = outlook.over(temp.project.config);
    temp.store->write([&] { result = walk().turn(context, takers()); });
    return result;
  }
  // Turn by turn until there is no more to do at once. How many it took.
  int turns() {
    for (int n = 1;; ++n) {
      last = turn();
      if (!last.more) return n;
    }
  }

  void finish(std::int64_t task, TaskState state = TaskState::done) {
    orchestrate::Run run = running.at(task);
    --outlook.load.running;
    --outlook.load.by_type[run.agent_type];
    Settlement settlement;
    settlement.state = state;
    if (state == TaskState::queued) settlement.next_attempt_ms = outlook.now_ms + 1000;
    temp.store->write([&] { temp.store->end_run(run, settlement, outlook.now_ms); });
    running.erase(task);
  }

  std::int64_t add(const std::string& need, int rank = 2, const std::vector<std::int64_t>& depends_on = {}) {
    Task task;
    task.title = need;
    task.rank = rank;
    task.needs = {need};
    task.depends_on = depends_on;
    std::int64_t id = 0;
    temp.store->write([&] { id = temp.store->tasks.add(task, outlook.now_ms); });
    return id;
  }
  std::vector<std::int64_t> add_many(int count, const std::string& need, int rank = 2) {
    std::vector<std::int64_t> ids;
    temp.store->write([&] {
      for (int n = 0; n < count; ++n) {
        Task task;
        task.title = need;
        task.rank = rank;
        task.needs = {need};
        ids.push_back(temp.store->tasks.add(task, outlook.now_ms));
      }
    });
    return ids;
  }

  static routing::Rule rule(const std::string& type, const std::vector<std::string>& to) {
    routing::Rule rule;
    rule.name = type;
    rule.when.type = {type};
    rule.to = to;
    return rule;
  }

  void sql(const std::string& text) { Database(temp.project.paths.state + "/state.db").execute(text); }

  test::TempProject temp;
  test::Outlook outlook;
  std::int64_t session = [this] {
    std::int64_t id = 0;
    temp.store->write([&] { id = temp.store->sessions.start(1, outlook.now_ms); });
    return id;
  }();
  std::size_t share = kShare;
  std::size_t stretches = 1000;
  std::optional<QueueWalk> walk_;
  QueueWalk& walk() {
    if (!walk_) walk_.emplace(*temp.store, std::vector<int>{0, 1, 2, 3}, Ids{}, false, share, stretches);
    return *walk_;
  }
  QueueWalk::Turn last;
  std::vector<std::int64_t> started, handed_over;
  std::map<std::int64_t, orchestrate::Run> running;  // by task
  int offered = 0;
};

}  // namespace orchestrate::test
