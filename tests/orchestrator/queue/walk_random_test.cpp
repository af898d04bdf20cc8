// A walk against the plainest one there is.
#include <gtest/gtest.h>

#include <random>

#include "tests/orchestrator/queue/walking.h"

namespace orchestrate {
namespace {

using test::Ids;
using test::Walk;

// Whatever happens in whatever order: what may start has started, in the order of a walk over the whole
// queue.
struct Room {
  std::size_t share, stretches;
  bool idle_rule;  // what it asks may change between two turns of one walk
};
class WalkInRoom : public Walk, public testing::WithParamInterface<Room> {};
INSTANTIATE_TEST_SUITE_P(Rooms, WalkInRoom,
                         testing::Values(Room{10'000, 1000, true}, Room{10'000, 8, true}, Room{3, 8, false}));

TEST_P(WalkInRoom, StartsWhatAWalkOverTheWholeQueueWouldStart) {
  std::mt19937 random(20'261'128);
  const auto any = [&random](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  outlook.ceiling.max_parallel = 6;
  share = GetParam().share;
  stretches = GetParam().stretches;
  temp.project.config.rules.rules = {rule("SPARE", {"alpha", "beta"}), rule("IDLE", {"alpha"})};
  if (GetParam().idle_rule) temp.project.config.rules.rules[1].when.agent_available = {"beta"};
  std::vector<std::int64_t> ids;
  for (int round = 0; round < 400; ++round) {
    switch (any(9)) {
      case 0:
      case 1:
        ids.push_back(add(any(2) == 0 ? "a" : "b", static_cast<int>(any(4))));
        break;
      case 2: {
        const char* types[] = {"SPARE", "IDLE"};
        sql("INSERT INTO tasks (title, type, priority, created_at) VALUES ('x', '" +
            std::string(types[any(2)]) + "', 'P" + std::to_string(any(4)) + "', " +
            std::to_string(outlook.now_ms) + ")");
        ids.push_back(temp.store->tasks.last_id());
        break;
      }
      case 3:
        if (!ids.empty()) ids.push_back(add("a", 0, {ids[any(ids.size())]}));
        break;
      case 4:
      case 5:
        if (!running.empty())
          finish(running.begin()->first, any(3) == 0 ? TaskState::queued : TaskState::done);
        break;
      case 6:
        if (any(2) == 0) {
          outlook.parks.clear();
        } else {
          outlook.parks = {{any(2) == 0 ? "p1" : "p2", outlook.now_ms + 5000, "limit", 1}};
        }
        break;
      case 7:
        outlook.now_ms += 700;
        break;
      case 8:
        if (!ids.empty()) {
          const auto id = ids[any(ids.size())];
          temp.store->write([&] { temp.store->tasks.hold(id, any(2) == 0, outlook.now_ms); });
        }
        break;
    }
    // The plainest walk, on a copy of how things stand.
    SchedulingContext plain = outlook.over(temp.project.config);
    Ids expected = started;
    std::vector<Task> due_tasks;
    for (Task& task : temp.store->tasks.list(TaskState::queued, std::nullopt)) {
      const bool due = !task.held && task.next_attempt_ms.value_or(0) <= outlook.now_ms;
      if (due) due_tasks.push_back(std::move(task));
    }
    const std::int64_t aging_ms = temp.project.config.dispatch.aging_ms;
    for (const Task& task : in_order(std::move(due_tasks), outlook.now_ms, aging_ms)) {
      const Decision d = decide(task, temp.store->tasks.unmet_dependencies(task.id), plain);
      if (d.kind != Decision::Kind::start) continue;
      expected.push_back(task.id);
      plain.started(d.route.to);
    }
    turns();
    ASSERT_EQ(started, expected) << "in round " << round;
  }
  EXPECT_GT(started.size(), 50U);
}

}  // namespace
}  // namespace orchestrate
