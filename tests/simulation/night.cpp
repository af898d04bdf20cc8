#include "tests/simulation/night.h"

#include <sqlite3.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>

#include "orchestrator/session/scheduler.h"
#include "tests/orchestrator/fake_machine.h"
#include "tests/simulation/sim_runner.h"

namespace orchestrate::test {
namespace {

constexpr int kMaxParallel = 3;
constexpr int kMostWaits = 20'000;
constexpr std::int64_t kNightMs = 8LL * 3'600'000;
constexpr std::int64_t kCreatedMs = 1'794'999'999'000;

struct Crash {};

// Dies on purpose: at one of its starts or waits, so that rows say what no process was begun for, or the
// reverse.
class CrashingRunner final : public spawners::Runner {
 public:
  CrashingRunner(SimRunner& world, std::optional<std::int64_t> crash_in) : world_(world), left_(crash_in) {}

  [[nodiscard]] spawners::Now now() const override { return world_.now(); }
  void start(const spawners::Step& step) override {
    count_down();
    world_.start(step);
  }
  void cancel(const std::string& step_id) override { world_.cancel(step_id); }
  std::vector<std::string> end_all_but(const std::set<std::string>& ids) override {
    return world_.end_all_but(ids);
  }
  [[nodiscard]] std::string tail(const std::string& step, const std::string& stream,
                                 std::size_t most) const override {
    return world_.tail(step, stream, most);
  }
  [[nodiscard]] std::string read(const std::string& step, const std::string& file,
                                 std::size_t most) const override {
    return world_.read(step, file, most);
  }
  [[nodiscard]] std::vector<spawners::Event> wait(std::int64_t deadline_mono_ms) override {
    if (++waits_ > kMostWaits) throw std::runtime_error("the night never ends");
    auto events = world_.wait(deadline_mono_ms);
    count_down();
    return events;
  }

 private:
  void count_down() {
    if (left_ && --*left_ < 0) throw Crash();
  }

  SimRunner& world_;
  std::optional<std::int64_t> left_;
  int waits_ = 0;
};

// No disk: workspaces are names.
class SimMachine final : public FakeMachine {
 public:
  explicit SimMachine(const SimRunner& world) : world_(world) {}

  [[nodiscard]] std::string fault(const Paths& /*paths*/) const override {
    return world_.fails_now() ? "nothing starts" : "";
  }
  void make_folder(const std::string& /*path*/) const override {}
  std::string make_step_folder(const std::string& /*path*/) const override { return {}; }
  [[nodiscard]] workspaces::Created make_scratch(const std::string& root,
                                                 const std::string& key) const override {
    return {root + "/" + key, "", "", false, {}};
  }
  [[nodiscard]] std::string config_fingerprint(const Paths& /*paths*/) const override { return "same"; }
  [[nodiscard]] ProjectFile read_project_file(const std::string& /*project*/, const std::string& /*name*/,
                                              std::size_t /*most*/) const override {
    return {{}, 0, "this file does not exist"};
  }
  [[nodiscard]] std::string contained(const std::string& /*root*/, const std::string& path) const override {
    return path;
  }
  [[nodiscard]] std::vector<std::string> names_in(const std::string& /*folder*/) const override { return {}; }
  [[nodiscard]] std::vector<std::int64_t> numbers_in(const std::string& /*folder*/,
                                                     std::string_view /*before*/,
                                                     std::string_view /*after*/) const override {
    return {};
  }
  [[nodiscard]] bool exists(const std::string& /*path*/) const override { return false; }

 private:
  const SimRunner& world_;
};

config::AgentType agent_type(const std::string& name, const std::string& driver, workspaces::Kind kind) {
  config::AgentType type;
  type.profile.name = name;
  type.profile.driver = driver;
  if (driver == "claude") type.profile.command = {"/bin/sh"};  // never started
  type.profile.max_cost_usd = 1;
  type.capabilities = {name};
  type.provider = "provider of " + name;
  type.workspace = kind;
  type.expects_changes = kind == workspaces::Kind::clone;
  type.max_parallel = 2;
  return type;
}

Project project_at(const std::string& root) {
  Project project;
  std::filesystem::create_directories(root + "/.orchestrate");
  auto& config = project.config;
  config.agent_types["coder"] = agent_type("coder", "claude", workspaces::Kind::clone);
  config.agent_types["coder"].fallback = {"other"};
  config.agent_types["other"] = agent_type("other", "claude", workspaces::Kind::clone);
  config.agent_types["job"] = agent_type("job", "script", workspaces::Kind::scratch);
  config.rules.capabilities = {{"code", "coder", 1}, {"job", "job", 2}};
  config.rules.fallback = "coder";
  config.dispatch.max_parallel = kMaxParallel;
  config.limits.task_attempts = 3;
  config.checks.commands = {{{"make", "test"}, "make test"}};
  config.workspace.root = root + "/workspaces";
  project.paths = paths_of(root, config);
  make_state_dirs(project.paths);
  return project;
}

Task random_task(Dice& dice, std::int64_t last_id) {
  Task task;
  task.title = "task " + std::to_string(last_id + 1);
  task.rank = static_cast<int>(dice.upto(3));
  const bool job = dice.one_in(3);
  task.needs = {job ? "job" : "code"};
  if (job) task.run_command = "work " + std::to_string(last_id);
  if (dice.one_in(3)) task.checks = {"check " + std::to_string(last_id)};
  if (dice.one_in(20)) task.manual = true;
  if (dice.one_in(10)) task.not_before_ms = kCreatedMs + dice.upto(kNightMs);
  if (last_id > 0 && dice.one_in(3)) task.depends_on = {1 + dice.upto(last_id - 1)};
  return task;
}

// Every commit waits for the disk; thousands of them are for memory.
std::string folder_for_nights() {
  const std::string memory = "/dev/shm";
  return ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path().string();
}

class Night {
 public:
  explicit Night(std::uint64_t seed)
      : dice_(seed),
        root_(folder_for_nights() + "/orchestrate-night-" + std::to_string(::getpid()) + "-" +
              std::to_string(seed)),
        project_(project_at(root_)),
        store_(std::make_unique<Store>(project_.paths.state)),
        people_(std::make_unique<Store>(project_.paths.state)),
        world_(seed ^ 0x9E3779B97F4A7C15U, Odds{}),
        machine_(world_) {
    // The one thing that no seed decides.
    store_->write([this] { store_->values.set(kDatabaseMark, "of a night"); });
    machine_.keeps = true;
    const std::int64_t tasks = 3 + dice_.upto(17);
    for (std::int64_t i = 0; i < tasks; ++i)
      add(*store_, kCreatedMs);
    plan_people();
    options_.seed = seed;
    options_.environment = {"PATH=/bin", "HOME=/nowhere"};
    if (dice_.one_in(3)) options_.until = static_cast<int>(dice_.upto(24 * 60 - 1));
    if (dice_.one_in(6)) options_.max_tasks = static_cast<int>(1 + dice_.upto(9));
  }
  ~Night() {
    people_.reset();
    store_.reset();
    workspaces::remove_tree(root_);
  }
  Night(const Night&) = delete;
  Night& operator=(const Night&) = delete;

  void play(int crashes) {
    for (; crashes > 0; --crashes) {
      CrashingRunner runner(world_, dice_.upto(40));
      try {
        Scheduler(project_, *store_, runner, machine_, options_, nullptr).run();
      } catch (const Crash&) {
      }
      if (dice_.one_in(2)) world_.unwatched(dice_.upto(4'000'000));
      store_ = std::make_unique<Store>(project_.paths.state);
    }
    // What a session has given up, for a fault of the machine, the next one goes on with.
    for (int sessions = 0; sessions == 0 || (sessions < 3 && !store_->runs.open().empty()); ++sessions) {
      if (sessions > 0) world_.fail_no_more();
      CrashingRunner runner(world_, std::nullopt);
      Scheduler(project_, *store_, runner, machine_, options_, nullptr).run();
    }
  }

  [[nodiscard]] Store& store() { return *store_; }
  [[nodiscard]] const SimRunner& world() const { return world_; }
  [[nodiscard]] std::string database() const { return project_.paths.state + "/state.db"; }

 private:
  void add(Store& store, std::int64_t now_ms) {
    store.write([&] { store.tasks.add(random_task(dice_, store.tasks.last_id()), now_ms); });
  }

  // Decided beforehand, so that what people do does not depend on what the session does.
  void plan_people() {
    const std::int64_t deeds = dice_.upto(6);
    for (std::int64_t i = 0; i < deeds; ++i) {
      const std::int64_t at_ms = dice_.upto(kNightMs);
      const std::int64_t task = 1 + dice_.upto(19);
      const std::int64_t what = dice_.upto(5);
      world_.meanwhile(at_ms, [this, what, task] { do_deed(what, task); });
      // Nobody pauses a night and forgets it.
      if (what == 4) world_.meanwhile(at_ms + 600'000, [this] { do_deed(6, 0); });
    }
    for (std::int64_t faults = dice_.one_in(3) ? 1 + dice_.upto(2) : 0; faults > 0; --faults) {
      const std::int64_t from_ms = dice_.upto(kNightMs);
      world_.fail_between(from_ms, from_ms + dice_.upto(dice_.one_in(4) ? 5'400'000 : 120'000));
    }
    if (dice_.one_in(10)) world_.signal(dice_.upto(kNightMs), SIGTERM);
  }

  void do_deed(std::int64_t what, std::int64_t task) {
    Store& store = *people_;
    const std::int64_t now_ms = world_.now().wall_ms;
    if (what == 0) return add(store, now_ms);
    store.write([&] {
      if (what == 1) (void)store.tasks.cancel(task, now_ms);
      if (what == 2) (void)store.tasks.hold(task, true, now_ms);
      if (what == 3) (void)store.tasks.retry(task, now_ms);
      if (what == 4) store.sessions.pause("a person", now_ms);
      if (what == 5) (void)store.tasks.hold(task, false, now_ms);
      if (what == 6) store.sessions.resume(now_ms);
    });
  }

  Dice dice_;
  std::string root_;
  Project project_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Store> people_;
  SimRunner world_;
  SimMachine machine_;
  SessionOptions options_;
};

// Reads the file itself, as anybody could: what is compared must not depend on the code that is tested.
class Reader {
 public:
  explicit Reader(const std::string& file) {
    sqlite3_open_v2(file.c_str(), &db_, SQLITE_OPEN_READONLY, nullptr);
  }
  ~Reader() { sqlite3_close(db_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  [[nodiscard]] std::vector<std::string> rows(const std::string& sql) const {
    std::vector<std::string> rows;
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(db_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      return {std::string("broken query: ") + sqlite3_errmsg(db_)};
    while (sqlite3_step(statement) == SQLITE_ROW) {
      std::string row;
      for (int column = 0; column < sqlite3_column_count(statement); ++column) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
        row += (column > 0 ? "|" : "") + std::string(text == nullptr ? "NULL" : text);
      }
      rows.push_back(row);
    }
    sqlite3_finalize(statement);
    return rows;
  }

 private:
  sqlite3* db_ = nullptr;
};

std::string whole_record(const Reader& reader) {
  std::string record;
  for (const auto& table : reader.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")) {
    record += "== " + table + "\n";
    for (const auto& row : reader.rows("SELECT * FROM \"" + table + "\" ORDER BY 1, 2"))
      record += row + "\n";
  }
  return record;
}

struct Invariant {
  const char* holds;
  const char* exceptions;  // a query for the rows that break it
};

constexpr Invariant kInvariants[] = {
    {"no run is open after the night", "SELECT id FROM runs WHERE phase <> 'ended'"},
    {"no task is running after the night", "SELECT id FROM tasks WHERE state = 'running'"},
    {"an ended run has ended once",
     "SELECT id FROM runs WHERE (SELECT count(*) FROM events WHERE kind = 'run_ended' AND run = runs.id) <> 1"},
    {"a task that is done was accepted",
     "SELECT id FROM tasks WHERE state = 'done' AND NOT EXISTS (SELECT 1 FROM runs WHERE task = tasks.id AND "
     "verdict = 'accept')"},
    {"a task that is verified passed a check",
     "SELECT id FROM tasks WHERE state = 'done' AND verified = 1 AND NOT EXISTS (SELECT 1 FROM runs WHERE task = "
     "tasks.id AND verdict = 'accept' AND evidence LIKE '%\"passed\":true%')"},
    {"nothing accepted is run again",
     "SELECT a.task FROM runs a JOIN runs b ON a.task = b.task AND b.id > a.id WHERE a.verdict = 'accept'"},
    {"a task starts after what it depends on is done",
     "SELECT r.id FROM runs r JOIN dependencies d ON d.task = r.task JOIN tasks t ON t.id = d.depends_on WHERE "
     "t.state <> 'done'"},
    {"who waits for a person has an open item, or had one",
     "SELECT id FROM tasks WHERE state = 'waiting_human' AND NOT EXISTS (SELECT 1 FROM inbox WHERE task = "
     "tasks.id)"},
    {"an agent step is begun at most once per run",
     "SELECT run FROM steps WHERE name = 'agent' GROUP BY run HAVING count(*) > 1"}};

}  // namespace

NightOutcome play_night(std::uint64_t seed, int crashes) {
  NightOutcome outcome;
  Night night(seed);
  try {
    night.play(crashes);
  } catch (const std::exception& e) {
    outcome.broken.push_back(e.what());
  }
  const Reader reader(night.database());
  for (const auto& [holds, exceptions] : kInvariants) {
    for (const auto& row : reader.rows(exceptions))
      outcome.broken.push_back(std::string(holds) + ", but " + row);
  }
  for (const auto& [step, times] : night.world().begun()) {
    if (times > 1) outcome.broken.push_back(step + " was begun " + std::to_string(times) + " times");
  }
  for (const auto& step : night.world().alive())
    outcome.broken.push_back(step + " lives on after the night");
  if (night.world().most_agents_at_once() > kMaxParallel)
    outcome.broken.emplace_back("more agents than slots");
  for (const auto& verdict : reader.rows("SELECT verdict FROM runs")) {
    ++outcome.verdicts[verdict];
    ++outcome.runs;
  }
  outcome.record = whole_record(reader);
  return outcome;
}

}  // namespace orchestrate::test
