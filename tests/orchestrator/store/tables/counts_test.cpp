// The counts of tasks are kept by triggers, so that they are right whoever writes.
#include <gtest/gtest.h>

#include <random>

#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

using Random = std::mt19937;

int below(Random& random, int n) {
  return std::uniform_int_distribution<int>(0, n - 1)(random);
}

template <std::size_t N>
std::string one_of(Random& random, const char* const (&words)[N]) {
  return words[below(random, N)];
}

std::string state(Random& random) {
  return "'" + std::string(Words<TaskState>::all[static_cast<std::size_t>(below(random, 7))]) + "'";
}

std::string priority(Random& random) {
  return one_of(random, {"'P0'", "'P1-HIGH'", "'P2'", "'P3'"});
}

std::string key(Random& random) {
  return below(random, 3) == 0 ? "NULL" : "'k" + std::to_string(below(random, 6)) + "'";
}

std::string id(Random& random) {
  return std::to_string(1 + below(random, 20));
}

// What a person might type into the sqlite3 shell; much of it is refused.
std::string statement(Random& random) {
  const std::string policy = one_of(random, {"", "OR REPLACE", "OR IGNORE", "OR FAIL", "OR ROLLBACK"});
  const std::string values = "VALUES (" + (below(random, 2) == 0 ? "NULL" : id(random)) + ", " + key(random) +
                             ", 't', " + state(random) + ", " + priority(random) + ")";
  switch (below(random, 8)) {
    case 0:
    case 1:
      return "INSERT " + policy + " INTO tasks (id, key, title, state, priority) " + values;
    case 2:
      return "INSERT INTO tasks (id, key, title, state, priority) " + values +
             " ON CONFLICT (key) DO UPDATE SET state = excluded.state, priority = excluded.priority";
    case 3:
      return "UPDATE " + policy + " tasks SET state = " + state(random) + ", priority = " + priority(random) +
             " WHERE id % 3 = " + std::to_string(below(random, 3));
    case 4:
      return "UPDATE " + policy + " tasks SET key = " + key(random) + ", id = id + " +
             std::to_string(below(random, 2)) + ", state = " + state(random) + " WHERE id = " + id(random);
    case 5:
      return below(random, 10) == 0 ? "DELETE FROM tasks" : "DELETE FROM tasks WHERE id = " + id(random);
    case 6:
      return "INSERT " + policy +
             " INTO tasks (id, key, title) SELECT id + 2, key, title FROM tasks WHERE id < 5";
    default:
      return "BEGIN; UPDATE tasks SET state = " + state(random) + "; ROLLBACK";
  }
}

class CountsTest : public test::WithStore {
 protected:
  void expect_right(const std::string& after) {
    Database rows(database());
    auto q = rows.query("SELECT state, rank, count(*) FROM tasks GROUP BY state, rank");
    QueueCounts due;
    while (q.next()) {
      const auto known = task_state_from(q.take<std::string>()).value();
      const auto rank = q.take<int>();
      const auto n = q.take<std::int64_t>();
      due.by_state[static_cast<std::size_t>(known)] += n;
      if (known == TaskState::queued) due.by_rank[rank] += n;
    }
    const auto is = store.tasks.counts();
    for (std::size_t i = 0; i < 7; ++i)
      ASSERT_EQ(is.by_state[i], due.by_state[i]) << Words<TaskState>::all[i] << " after " << after;
    for (std::size_t i = 0; i < 4; ++i)
      ASSERT_EQ(is.by_rank[i], due.by_rank[i]) << "P" << i << " after " << after;
  }

  // One of our own verbs, applicable or not.
  void transition(Random& random) {
    const std::int64_t task = 1 + below(random, 20);
    const int verb = below(random, 6);
    if (verb == 0) {
      temp.add("x", below(random, 4));
    } else if (verb == 1) {
      start(task);
    } else if (verb == 2) {
      const auto open = store.runs.open();
      if (!open.empty()) end(open.front().id, static_cast<TaskState>(below(random, 7)));
    } else {
      store.write([&] {
        if (verb == 3) store.tasks.cancel(task, 9);
        if (verb == 4) store.tasks.retry(task, 9);
        Task edited = store.tasks.find(task).value_or(Task{});
        edited.title = "edited";
        edited.rank = below(random, 4);
        if (verb == 5) store.tasks.edit(edited, 9);
      });
    }
  }
};

TEST_F(CountsTest, AreRightAfterARandomWalkOfTransitionsAndRawSql) {
  Random random(20);
  Database shell(database());
  shell.execute("PRAGMA foreign_keys = OFF");  // as the shell has them
  for (int i = 0; i < 600; ++i) {
    if (i == 300) shell.execute("PRAGMA recursive_triggers = ON");  // as some have it
    std::string what = "a transition";
    if (below(random, 2) == 0) {
      transition(random);
    } else {
      what = statement(random);
      try {
        shell.execute(what);
      } catch (const DatabaseError&) {  // refused: that is what is tried
      }
      if (shell.in_transaction()) shell.execute("ROLLBACK");
    }
    ASSERT_NO_FATAL_FAILURE(expect_right(what)) << "step " << i;
  }
}

TEST_F(CountsTest, AreThoseOfAMigratedDatabaseToo) {
  shell("INSERT INTO tasks (title, priority) VALUES ('a', 'P0'), ('b', 'P0'), ('c', 'P3')");
  EXPECT_EQ(store.tasks.counts().by_rank[0], 2);
  EXPECT_EQ(store.tasks.counts().by_rank[3], 1);
  EXPECT_EQ(store.tasks.counts().by_state[0], 3);
}

}  // namespace
}  // namespace orchestrate
