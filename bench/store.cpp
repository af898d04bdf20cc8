// What the tables cost when there are many tasks: adding and moving them with and without the triggers that
// count, and the counts against a count of all rows.
//
// store_bench FOLDER [--json FILE] [TASKS ...]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "orchestrator/store/store.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int kRounds = 5;
constexpr int kInOneWrite = 5'000;
constexpr int kWrites = 100;

double now_s() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// The median of some rounds, in seconds.
double median(const std::function<void()>& work) {
  std::vector<double> took;
  for (int i = 0; i < kRounds; ++i) {
    const double begun = now_s();
    work();
    took.push_back(now_s() - begun);
  }
  std::sort(took.begin(), took.end());
  return took[kRounds / 2];
}

void fill(const std::string& database, int tasks) {
  Database(database).execute(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(tasks) +
      ") INSERT INTO tasks (title, priority, state) SELECT 'task ' || i, 'P' || (i % 4),"
      " CASE i % 3 WHEN 0 THEN 'done' ELSE 'queued' END FROM n");
}

Task small_task() {
  Task task;
  task.title = "a task";
  return task;
}

// Each a whole write: what a person's `add` costs.
double writes_per_s(Store& store) {
  const double took = median([&] {
    for (int i = 0; i < kWrites; ++i)
      store.write([&] { store.tasks.add(small_task(), 1); });
  });
  return kWrites / took;
}

double adds_per_s(Store& store) {
  const double took = median([&] {
    store.write([&] {
      for (int i = 0; i < kInOneWrite; ++i)
        store.tasks.add(small_task(), 1);
    });
  });
  return kInOneWrite / took;
}

// queued -> running -> done, with the run's row and its events.
double runs_per_s(Store& store, std::int64_t& next) {
  std::int64_t session = 0;
  store.write([&] { session = store.sessions.start(1, 1); });
  const double took = median([&] {
    store.write([&] {
      for (int done = 0; done < kInOneWrite; ++next) {
        Run run;
        run.task = next;
        run.session = session;
        run.id = store.runs.start(run);
        if (run.id == 0) continue;
        Settlement settlement;
        settlement.state = TaskState::done;
        store.end_run(run, settlement, 2);
        ++done;
      }
    });
  });
  return kInOneWrite / took;
}

void forget_counts(const std::string& database) {
  Database(database).execute(
      "DROP TRIGGER tasks_count_before_insert; DROP TRIGGER tasks_count_insert; DROP TRIGGER tasks_count_delete;"
      "DROP TRIGGER tasks_count_update; DROP TRIGGER tasks_count_before_rename; DROP TRIGGER tasks_count_rename;"
      "DROP INDEX tasks_state");
}

json measure(const fs::path& folder, int tasks) {
  fs::remove_all(folder);
  fs::create_directories(folder);
  const std::string database = (folder / "state.db").string();
  json row = {{"tasks", tasks}};
  std::int64_t next = 1;
  { const Store made(folder.string()); }
  fill(database, tasks);
  {
    Store store(folder.string());
    row["counts_ms"] = 1000 * median([&] { (void)store.tasks.counts(); });
    row["page_ms"] =
        1000 * median([&] { (void)store.tasks.list(std::nullopt, std::nullopt, tasks / 2, 50); });
    Database rows(database);
    row["count_all_ms"] =
        1000 * median([&] {
          auto q = rows.query("SELECT rank, count(*) FROM tasks NOT INDEXED GROUP BY rank, state");
          while (q.next()) {
          }
        });
    row["writes_per_s"] = writes_per_s(store);
    row["adds_per_s"] = adds_per_s(store);
    row["runs_per_s"] = runs_per_s(store, next);
  }
  forget_counts(database);
  Store store(folder.string());
  row["writes_per_s_uncounted"] = writes_per_s(store);
  row["adds_per_s_uncounted"] = adds_per_s(store);
  row["runs_per_s_uncounted"] = runs_per_s(store, next);
  fs::remove_all(folder);
  return row;
}

void print_row(const json& r) {
  const auto number = [&r](const char* name) { return r[name].get<double>(); };
  std::printf(
      "  %9d tasks: counts %.3f ms (all rows %.1f ms), a page %.2f ms\n"
      "    one write %5.0f /s (uncounted %5.0f), adds in one write %6.0f /s (%6.0f), runs in one write %6.0f /s "
      "(%6.0f)\n",
      r["tasks"].get<int>(), number("counts_ms"), number("count_all_ms"), number("page_ms"),
      number("writes_per_s"), number("writes_per_s_uncounted"), number("adds_per_s"),
      number("adds_per_s_uncounted"), number("runs_per_s"), number("runs_per_s_uncounted"));
  std::fflush(stdout);
}

int run(const fs::path& folder, const char* json_file, const std::vector<int>& sizes) {
  json rows = json::array();
  std::printf("The tables, with the triggers that count tasks and without:\n");
  for (const int tasks : sizes) {
    rows.push_back(measure(folder, tasks));
    print_row(rows.back());
  }
  if (json_file != nullptr) std::ofstream(json_file) << rows.dump(2) << "\n";
  return 0;
}

}  // namespace
}  // namespace orchestrate

int main(int argc, char** argv) {
  const char* json_file = nullptr;
  std::vector<int> sizes;
  for (int i = 2; i < argc; ++i) {
    if (std::strcmp(argv[i], "--json") == 0 && i + 1 < argc)
      json_file = argv[++i];
    else
      sizes.push_back(std::atoi(argv[i]));
  }
  if (argc < 2) {
    std::fprintf(stderr, "usage: store_bench FOLDER [--json FILE] [TASKS ...]\n");
    return 2;
  }
  if (sizes.empty()) sizes = {10'000, 300'000, 1'000'000};
  return orchestrate::run(std::filesystem::path(argv[1]) / "store", json_file, sizes);
}
