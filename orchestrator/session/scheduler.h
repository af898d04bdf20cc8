// The loop: start what may start, wait for one thing to happen, apply it. Everything it knows is in rows or
// in the steps' directories, so that a restart is the same path as a start.
//
// One thread. `run` blocks until the session is over. What changes in one turn is one transaction, and no
// process is started before the row that says so is on disk.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "orchestrator/attempt/flow.h"
#include "orchestrator/attempt/steps.h"
#include "orchestrator/project/project.h"
#include "orchestrator/queue/decide.h"
#include "orchestrator/store/store.h"
#include "spawners/runner.h"

namespace orchestrate {

struct SessionOptions {
  std::optional<int> max_parallel;
  std::optional<double> max_cost_usd;
  std::optional<int> until;        // minutes after local midnight
  std::vector<std::int64_t> only;  // task ids; empty: all
  std::vector<int> ranks = {0, 1, 2, 3};
  std::optional<int> max_tasks;  // runs started in this session
  bool watch = false;            // stay when the queue is empty
  std::int64_t refresh_ms =
      0;  // tell the observer of turns, and so often while something runs; 0: events only
  std::int64_t alive_ms =
      0;  // turn at least so often, so that the observer can say that the loop lives; 0: no need
  std::uint64_t seed = 0;                // for jitter
  std::vector<std::string> environment;  // ours
};

// What a progress display is told: values, copied, once a turn.
struct RunningView {
  std::int64_t task = 0, run = 0;
  std::string title, agent_type, step, activity;
  std::int64_t age_ms = 0, silent_ms = 0, tokens = 0;
  double cost_usd = 0;
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void events(const std::vector<EventRow>& rows) = 0;
  virtual void turn(const std::vector<RunningView>& running, const QueueCounts& counts) = 0;
};

// Exit status of `run`, as the command line promises it.
enum class SessionEnd { done = 0, failed = 1, decisions = 3, limit = 4 };

class Scheduler {
 public:
  // Store, runner and observer outlive the scheduler; `observer` may be null. The project's files are read
  // again whenever they change.
  Scheduler(Project project, Store& store, spawners::Runner& runner, SessionOptions options,
            Observer* observer);

  SessionEnd run();

 private:
  struct Live {
    LiveRun run;
    std::shared_ptr<const Project> project;  // as it was when the run started: it keeps to that
    std::int64_t started_mono_ms = 0;
    std::int64_t last_line_mono_ms = 0;
    bool dirty = false;  // notes not yet in the row
    std::int64_t written_mono_ms = 0;
    std::string step_id;
  };
  enum class Stop { no, drain, now };

  // scheduler.cpp: the loop
  void turn(const std::vector<spawners::Event>& events);
  void launch_ready();
  void close_window();
  [[nodiscard]] bool over() const;
  [[nodiscard]] std::int64_t next_deadline() const;
  [[nodiscard]] SessionEnd end() const;
  void tell_observer();

  // scheduler_requests.cpp: what people want while it runs
  void heed_people();
  void cancel_run(Live& live);
  void drain(const std::string& why);
  void stop_now();
  void on_signal(int number);
  void reload_config();
  void set_window();

  // scheduler_events.cpp: what happened -> facts -> verdict
  void apply(const spawners::Event& event);
  void on_lines(Live& live, const spawners::Lines& lines);
  void on_ended(const std::string& step_id, const std::optional<spawners::ExitRecord>& record);
  void advance(Live& live);
  void settle(Live& live);
  void write_progress(Live& live, bool force);

  // scheduler_dispatch.cpp: rows -> runs
  void fill_slots();
  void meet_new_tasks(const Situation& now);
  bool consider(const Task& task, const Situation& now);
  void start(const Task& task, const Decision& decision);
  [[nodiscard]] Situation situation() const;
  void count_running(Situation& s) const;
  [[nodiscard]] std::string disk_shortage() const;  // empty: there is room
  [[nodiscard]] LiveRun live_run(const Run& run, const Task& task) const;
  void know_program(LiveRun& live) const;
  void go_on_in_session(LiveRun& live) const;
  void adopt_open_runs();
  void end_agent_of(const LiveRun& live);
  void make_home(const std::string& agent_type) const;
  [[nodiscard]] spawners::Step step_for(Live& live, const StepRef& ref);
  [[nodiscard]] StepContext context_of(const Live& live) const;
  [[nodiscard]] std::string bundle_for(const Live& live);

  std::shared_ptr<const Project> project_;  // the last one that holds
  std::string config_seen_;                 // its fingerprint, or that of a broken one after it
  Store& store_;
  spawners::Runner& runner_;
  SessionOptions options_;
  Observer* observer_;
  std::map<std::string, std::string> unusable_;
  std::mt19937_64 random_;

  std::int64_t session_ = 0;
  std::map<std::int64_t, Live> live_;        // by run id
  std::vector<std::int64_t> finished_;       // runs that ended in this turn
  std::vector<spawners::Step> ready_;        // to be started once the turn is committed
  std::vector<spawners::Event> own_events_;  // for the next turn: starts that failed
  Stop stop_ = Stop::no;
  std::string closed_;  // why nothing new may start any more
  std::string paused_;  // why nothing new may start for now
  bool started_paused_ = false;
  std::int64_t met_up_to_ = 0;                            // tasks up to this id have been considered once
  bool look_ = true;                                      // something has changed that may let a task start
  std::optional<std::int64_t> until_ms_, last_start_ms_;  // wall clock
  std::optional<std::int64_t> wake_at_ms_;                // wall clock: when time alone lets a task start
  std::string left_by_limit_;  // why due work is left, when a limit of the session holds it back
  int started_ = 0;
  double spent_usd_ = 0;  // by runs that ended in this session
  std::int64_t last_seq_ = 0;
};

}  // namespace orchestrate
