// The state of a project: one verb per transition, each guarded and each with its event.
//
// Verbs that change something must be called between `begin` and `commit`; what is done in between lands
// together or not at all. A verb whose guard fails changes nothing and returns false: somebody else was there
// first. Blocks on disk and on the writers' lock. Errors of SQLite throw DatabaseError.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/store/database.h"
#include "orchestrator/store/run.h"
#include "orchestrator/store/task.h"

namespace orchestrate {

// How a run's end changes its task.
struct Settlement {
  TaskState state = TaskState::queued;
  std::optional<bool> verified;
  std::optional<std::int64_t> next_attempt_ms;
  bool counts = true;             // uses up an attempt; else a wait
  std::optional<InboxItem> item;  // a decision a human owes
  std::optional<Park> park;
};

struct QueueCounts {
  std::int64_t by_rank[4] = {0, 0, 0, 0};  // queued
  std::int64_t by_state[7] = {0, 0, 0, 0, 0, 0, 0};
};

// A place within the queue of one priority: behind this task.
struct QueuePlace {
  std::int64_t created_ms = -1;
  std::int64_t id = -1;
};

class Store {
 public:
  // Opens (and creates or migrates) <state_dir>/state.db. Throws DatabaseError for a newer schema than ours.
  explicit Store(const std::string& state_dir);

  void begin();
  void commit();
  // begin, f, commit; rolls back when f throws.
  void write(const std::function<void()>& f);
  // True when another connection has changed the database since the last call.
  [[nodiscard]] bool changed_by_others();

  // ---- tasks
  std::int64_t add_task(const Task& task, std::int64_t now_ms);  // an existing key gives the existing id
  [[nodiscard]] std::optional<Task> task(std::int64_t id);
  [[nodiscard]] std::vector<Task> tasks(const std::optional<TaskState>& state,
                                        const std::optional<int>& rank);
  // Calls f with the next tasks of the rank that may start by their own row, oldest first. f must not write.
  void each_due(int rank, std::int64_t now_ms, const QueuePlace& after, std::size_t most,
                const std::function<void(const Task&)>& f);
  // Queued tasks with greater ids, in the order of their ids.
  [[nodiscard]] std::vector<Task> queued_after(std::int64_t id, std::size_t most);
  [[nodiscard]] std::int64_t last_task();  // the greatest id; 0: there is none
  // When the next one (of `only`, unless that is empty) comes due by time alone: by its next attempt, and by
  // not_before where that counts too.
  [[nodiscard]] std::optional<std::int64_t> next_due(std::int64_t now_ms,
                                                     const std::vector<std::int64_t>& only,
                                                     bool not_before_too);
  [[nodiscard]] QueueCounts counts();
  // Dependencies of a task that are not done.
  [[nodiscard]] std::vector<Task> unmet_dependencies(std::int64_t id);
  bool hand_to_human(std::int64_t task, const InboxItem& item,
                     std::int64_t now_ms);  // queued -> waiting_human

  // ---- what people ask for (steering.cpp); each returns false, and changes nothing, where it does not apply
  bool hold_task(std::int64_t task, bool held, std::int64_t now_ms);  // of every task that is not over
  // Everything a person may write, of a task that is neither at work nor over.
  bool edit_task(const Task& task, std::int64_t now_ms);
  // At once when nobody works on it; else its session is asked to end it. False: it is over.
  bool cancel_task(std::int64_t task, std::int64_t now_ms);
  // Queued again with a fresh ledger. False: somebody works on it, or it is done.
  bool retry_task(std::int64_t task, std::int64_t now_ms);
  [[nodiscard]] bool depends_on_itself(std::int64_t task);  // through others too
  [[nodiscard]] std::vector<std::int64_t> tasks_to_cancel();
  bool ask_stop(bool now, std::int64_t now_ms);  // of the last session. False: it has ended
  // Whether new runs may start, and since when not; empty: they may.
  void pause(const std::string& why, std::int64_t now_ms);
  void resume(std::int64_t now_ms);
  [[nodiscard]] std::string paused();

  // ---- runs
  // queued -> running, a new run row. 0 when the task is no longer queued.
  std::int64_t start_run(const Run& run);
  bool run_pid(std::int64_t run, std::int64_t pid, std::int64_t now_ms);
  bool run_phase(std::int64_t run, const std::string& phase, std::int64_t now_ms);
  bool run_progress(const Run& run);  // session id, model, tokens, cost, workspace, base
  void step_started(std::int64_t run, int n, const std::string& name, std::int64_t now_ms);
  void step_ended(std::int64_t run, int n, const spawners::ExitRecord& exit, std::int64_t now_ms);
  [[nodiscard]] int agent_step(std::int64_t run);  // its place among the run's steps; 0: not started yet
  // The verdict, the task's new state, ledger, park, inbox item and events: together, once.
  bool end_run(const Run& run, const Settlement& settlement, std::int64_t now_ms);
  [[nodiscard]] std::optional<Run> run(std::int64_t id);
  [[nodiscard]] std::vector<Run> runs_of(std::int64_t task);
  [[nodiscard]] std::vector<Run> runs_of_session(std::int64_t session);
  [[nodiscard]] std::vector<Run> open_runs();

  // ---- inbox and parks
  std::int64_t put_item(const InboxItem& item, std::int64_t now_ms);      // same open cause: counted
  [[nodiscard]] std::vector<InboxItem> inbox(const std::string& status);  // empty: all that is not archived
  [[nodiscard]] std::optional<InboxItem> item(std::int64_t id);
  // A person has decided: the item is closed and its task goes on accordingly. False: it is not open (any
  // more). retry: queued again with a fresh ledger; done: done without verification; cancel: cancelled. An
  // item about a provider ends its park instead.
  bool answer_item(const InboxItem& item, const std::string& option, const std::string& note,
                   std::int64_t now_ms);
  // Those closed by that time. How many.
  std::int64_t archive_items(std::int64_t before_ms, std::int64_t now_ms);
  void park(const Park& park, std::int64_t now_ms);
  void unpark(const std::string& provider, std::int64_t now_ms);
  [[nodiscard]] std::vector<Park> parks(std::int64_t now_ms);  // those in force

  // ---- sessions, baselines, events
  std::int64_t start_session(std::int64_t pid, std::int64_t now_ms);
  void end_session(std::int64_t id, int exit_status, const std::string& reason, std::int64_t now_ms);
  [[nodiscard]] std::optional<Session> session(std::optional<std::int64_t> id);  // nullopt: the last one
  [[nodiscard]] bool session_failed(std::int64_t session);  // a task that it worked on has failed
  // Only what was learnt before that time: a run that is taken up again must recall what it recalled at
  // first.
  [[nodiscard]] std::optional<bool> baseline(const std::string& base, const std::string& command,
                                             std::int64_t before_ms);
  void put_baseline(const std::string& base, const std::string& command, bool passed, std::int64_t now_ms);
  void event(const EventRow& event);
  [[nodiscard]] std::vector<EventRow> events_after(std::int64_t seq, int limit);
  [[nodiscard]] std::vector<EventRow> events_of(std::int64_t task);
  [[nodiscard]] std::int64_t last_event();
  void set_value(const std::string& key, const std::string& value);
  [[nodiscard]] std::string value(const std::string& key);

  // EXPLAIN QUERY PLAN of the statement that reads the queue, for the test that holds it to its index.
  [[nodiscard]] std::string explain_queue();

 private:
  void migrate();
  bool close_run(const Run& run, std::int64_t now_ms);
  void settle_task(const Run& run, const Settlement& settlement, std::int64_t now_ms);
  void decide_task(std::int64_t task, const std::string& option, std::int64_t now_ms);
  void put_dependencies(std::int64_t task, const std::vector<std::int64_t>& depends_on);
  void close_items(std::int64_t task, const std::string& answer, std::int64_t now_ms);

  std::string lock_file_;
  Database db_;
  std::unique_ptr<WriteLock> transaction_;
  std::int64_t data_version_ = 0;
  std::int64_t session_ = 0;  // written into events
};

}  // namespace orchestrate
