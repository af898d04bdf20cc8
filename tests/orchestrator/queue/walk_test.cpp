#include "orchestrator/queue/walk.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "orchestrator/queue/hand_over.h"
#include "tests/orchestrator/queue/outlook.h"
#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

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

TEST_F(Walk, StartsInTheOrderOfTheQueueAsFarAsSlotsAreFree) {
  const auto low = add("a", 3);
  const auto middle = add("a");
  const auto high = add("a", 0);
  outlook.ceiling.max_parallel = 2;
  turns();
  EXPECT_EQ(started, Ids({high, middle}));
  finish(high);
  turns();
  EXPECT_EQ(started, Ids({high, middle, low}));
}

TEST_F(Walk, AQueueLongerThanItsShareIsMetInSeveralTurns) {
  add_many(220, "a");
  const auto last_one = add("b");
  EXPECT_EQ(turns(), 5);
  EXPECT_EQ(started.size(), 5U);  // four of alpha's, and the one behind all others
  EXPECT_EQ(started.back(), last_one);
}

TEST_F(Walk, WhoWaitsForABusyAgentTypeIsNotMetAgain) {
  add_many(220, "a");
  turns();
  const auto other = add("b");
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(started.back(), other);
}

TEST_F(Walk, AFreeSlotGoesToTheFirstThatWaitsForIt) {
  const auto ids = add_many(220, "a");
  turns();
  finish(ids[2]);
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(started.back(), ids[4]);
}

TEST_F(Walk, AMoreUrgentOneThatComesLaterGoesFirst) {
  const auto ids = add_many(100, "a");
  turns();
  const auto urgent = add("a", 0);
  turns();
  finish(ids[0]);
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(started.back(), urgent);
}

TEST_F(Walk, AgingLetsTheOldestThroughAmongThoseThatWait) {
  const auto old = add_many(100, "a", 3);
  turns();
  outlook.now_ms += 3 * temp.project.config.dispatch.aging_ms;
  const auto young = add("a", 0);
  turns();
  finish(old[0]);
  turns();
  EXPECT_EQ(started.back(), old[4]);
  EXPECT_EQ(temp.task(young).state, TaskState::queued);
}

TEST_F(Walk, NothingIsMetTwiceWhileNothingMayStart) {
  add_many(220, "a");
  outlook.ceiling.closed = "paused";
  EXPECT_EQ(turns(), 5);
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(last.left_by_limit, "paused");
  outlook.ceiling.closed.clear();
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(started.size(), 4U);
  EXPECT_EQ(turns(), 1);
}

TEST_F(Walk, APersonsTaskWaitsForNoSlot) {
  add_many(220, "a");
  outlook.ceiling.max_parallel = 1;
  turns();
  ASSERT_EQ(started.size(), 1U);
  temp.project.config.rules.rules = {rule("MANUAL", {routing::kHuman})};
  sql("INSERT INTO tasks (title, type, created_at) VALUES ('for a person', 'MANUAL', 1)");
  EXPECT_EQ(turns(), 1);
  EXPECT_EQ(handed_over.size(), 1U);
  EXPECT_EQ(temp.task(221).state, TaskState::waiting_human);
}

TEST_F(Walk, APersonsTaskIsHandedOverWhileNothingMayStart) {
  outlook.ceiling.closed = "the night ended";
  temp.project.config.rules.fallback = routing::kHuman;
  temp.project.config.rules.capabilities.clear();
  const auto id = add("a");
  turns();
  EXPECT_EQ(handed_over, Ids({id}));
  EXPECT_EQ(last.left_by_limit, "");
}

TEST_F(Walk, WhatDependsOnAnotherStartsWhenThatIsDone) {
  const auto first = add("a");
  const auto second = add("a", 0, {first});
  turns();
  EXPECT_EQ(started, Ids({first}));
  finish(first);
  turns();
  EXPECT_EQ(started, Ids({first, second}));
}

TEST_F(Walk, WhatDependsOnACancelledTaskIsNotStarted) {
  const auto first = add("a");
  const auto second = add("a", 0, {first});
  temp.store->write([&] { temp.store->tasks.cancel(first, outlook.now_ms); });
  turns();
  turns();
  EXPECT_TRUE(started.empty());
  EXPECT_EQ(temp.task(second).state, TaskState::queued);
}

TEST_F(Walk, ManyThatDependOnOneTaskAreAllLetGo) {
  const auto first = add("b");
  Ids waiting;
  temp.store->write([&] {
    for (int n = 0; n < 180; ++n) {
      Task task;
      task.title = "x";
      task.needs = {"b"};
      task.depends_on = {first};
      waiting.push_back(temp.store->tasks.add(task, outlook.now_ms));
    }
  });
  temp.project.config.agent_types["beta"].max_parallel = 300;
  outlook.ceiling.max_parallel = 300;
  turns();
  ASSERT_EQ(started, Ids({first}));
  finish(first);
  turns();
  EXPECT_EQ(started.size(), 181U);
}

TEST_F(Walk, AFurtherAttemptStartsWhenItsTimeHasCome) {
  const auto id = add("a");
  turns();
  finish(id, TaskState::queued);
  turns();
  EXPECT_EQ(started.size(), 1U);
  EXPECT_EQ(last.wake_at_ms, outlook.now_ms + 1000);
  outlook.now_ms += 1000;
  turns();
  EXPECT_EQ(started, Ids({id, id}));
}

TEST_F(Walk, AClockThatIsSetBackLosesNobody) {
  const auto id = add("a");
  turns();
  finish(id, TaskState::queued);
  outlook.ceiling.closed = "paused";
  outlook.now_ms += 1000;
  turns();
  outlook.now_ms -= 3000;
  outlook.ceiling.closed.clear();
  turns();
  EXPECT_EQ(started.size(), 1U);
  outlook.now_ms += 3000;
  turns();
  EXPECT_EQ(started.size(), 2U);
}

TEST_F(Walk, ARowThatPlainSqlChangedIsMetAgain) {
  add_many(100, "a");
  turns();
  started.clear();
  sql("UPDATE tasks SET needs = '[\"b\"]' WHERE id = 77");
  turns();
  EXPECT_EQ(started, Ids({77}));
}

TEST_F(Walk, ARowThatPlainSqlPutInTheMiddleOfTheQueueIsMet) {
  add_many(100, "a");
  turns();
  started.clear();
  sql("DELETE FROM tasks WHERE id = 50");
  sql("INSERT INTO tasks (id, title, needs) VALUES (50, 'x', '[\"b\"]')");
  turns();
  EXPECT_EQ(started, Ids({50}));
}

TEST_F(Walk, WhatBecameFreeTogetherStartsTogether) {
  outlook.ceiling.max_parallel = 9;
  const auto first = add("a");
  const auto second = add("b");
  const auto third = add("a", 2, {first});
  const auto fourth = add("b", 2, {second});
  turns();
  temp.store->write([&] { temp.store->tasks.cancel(third, outlook.now_ms); });
  finish(first);
  finish(second);
  turns();
  EXPECT_EQ(started, Ids({first, second, fourth})) << "nobody waited for the first of them";
}

TEST_F(Walk, WhatDependsOnARowThatPlainSqlRemovedStarts) {
  const auto gone = add("a");
  temp.store->write([&] { temp.store->tasks.hold(gone, true, 1); });
  const auto task = add("b", 2, {gone});
  turns();
  EXPECT_TRUE(started.empty());
  sql("PRAGMA foreign_keys = OFF; DELETE FROM tasks WHERE id = " + std::to_string(gone));
  turns();
  EXPECT_EQ(started, Ids({task}));
}

TEST_F(Walk, ARowThatPlainSqlReplacedIsMetAgain) {
  add("a");
  const auto last_row = add("a");
  turns();
  started.clear();
  sql("INSERT OR REPLACE INTO tasks (id, title, needs) VALUES (" + std::to_string(last_row) +
      ", 'x', '[\"b\"]')");
  turns();
  EXPECT_EQ(started, Ids({last_row}));
}

TEST_F(Walk, WhileNothingMayStartItIsHandedToThePersonWhoIsNext) {
  temp.project.config.rules.rules = {rule("EITHER", {"alpha", routing::kHuman})};
  outlook.ceiling.closed = "paused";
  sql("INSERT INTO tasks (title, type) VALUES ('x', 'EITHER')");
  turns();
  EXPECT_TRUE(handed_over.empty());
  outlook.parks = {{"p1", outlook.now_ms + 5000, "limit", 1}};
  turns();
  EXPECT_EQ(handed_over.size(), 1U);
}

TEST_F(Walk, ADependencyThatPlainSqlDroppedHoldsNobody) {
  const auto first = add("a");
  const auto second = add("b", 2, {first});
  turns();
  ASSERT_EQ(started, Ids({first}));
  sql("DELETE FROM dependencies");
  turns();
  EXPECT_EQ(started, Ids({first, second}));
}

TEST_F(Walk, WhoIsReleasedStarts) {
  const auto id = add("a");
  temp.store->write([&] { temp.store->tasks.hold(id, true, outlook.now_ms); });
  turns();
  EXPECT_TRUE(started.empty());
  temp.store->write([&] { temp.store->tasks.hold(id, false, outlook.now_ms); });
  turns();
  EXPECT_EQ(started, Ids({id}));
}

TEST_F(Walk, WakesWhenTheFirstProviderComesBack) {
  add_many(10, "b");
  outlook.parks.push_back({"p2", outlook.now_ms + 7000, "limit", 1});
  turns();
  EXPECT_TRUE(started.empty());
  EXPECT_EQ(last.wake_at_ms, outlook.now_ms + 7000);
  outlook.parks.clear();
  turns();
  EXPECT_EQ(started.size(), 4U);
}

TEST_F(Walk, NobodyWaitsForAProviderWhenItsTasksAreGone) {
  const auto ids = add_many(3, "b");
  outlook.parks.push_back({"p2", outlook.now_ms + 7000, "limit", 1});
  turns();
  ASSERT_TRUE(last.wake_at_ms.has_value());
  temp.store->write([&] {
    for (const auto id : ids)
      temp.store->tasks.cancel(id, outlook.now_ms);
  });
  turns();
  EXPECT_EQ(last.wake_at_ms, std::nullopt);
}

TEST_F(Walk, SaysWhenTheBudgetIsWhyWorkIsLeft) {
  temp.project.config.agent_types["beta"].profile.max_cost_usd = 3;
  outlook.load.spent_usd = 24;
  add_many(100, "b");
  turns();
  EXPECT_TRUE(started.empty());
  EXPECT_TRUE(last.left_by_limit.starts_with("budget: ")) << last.left_by_limit;
}

TEST_F(Walk, OtherRulesHoldForWhatHadBeenMet) {
  add_many(100, "a");
  turns();
  started.clear();
  temp.project.config.rules.capabilities[0].to = "beta";
  turns();
  EXPECT_TRUE(started.empty());
  walk().forget();
  turns();
  EXPECT_EQ(started.size(), 4U);
}

TEST_F(Walk, OnlyTheTasksThatWereAskedForAreOffered) {
  const auto ids = add_many(10, "a");
  QueueWalk some(*temp.store, {0, 1, 2, 3}, {ids[7], ids[2]}, false);
  SchedulingContext context = outlook.over(temp.project.config);
  temp.store->write([&] { (void)some.turn(context, takers()); });
  EXPECT_EQ(started, Ids({ids[2], ids[7]}));
}

TEST_F(Walk, ATakerThatClosesTheSessionEndsTheTurn) {
  const auto ids = add_many(3, "a");
  SchedulingContext context = outlook.over(temp.project.config);
  QueueWalk::Takers closing = takers();
  closing.start = [this](const Task& task, const Decision& decision, SchedulingContext& now) {
    start(task, decision);
    now.close("enough");
    return true;
  };
  temp.store->write([&] { (void)walk().turn(context, closing); });
  EXPECT_EQ(started, Ids({ids[0]}));
}

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
