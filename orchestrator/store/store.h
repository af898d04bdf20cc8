// The state of a project: one class per table, and the transitions that touch more than one of them.
//
// What changes something must be called between `begin` and `commit`; what is done in between lands together
// or not at all. Blocks on disk and on the writers' lock. Errors of SQLite throw DatabaseError. One thread at
// a time; two Stores of one project may live in one process.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "orchestrator/store/sqlite/connection.h"
#include "orchestrator/store/tables/baselines.h"
#include "orchestrator/store/tables/events.h"
#include "orchestrator/store/tables/inbox.h"
#include "orchestrator/store/tables/parks.h"
#include "orchestrator/store/tables/queue_changes.h"
#include "orchestrator/store/tables/runs.h"
#include "orchestrator/store/tables/sessions.h"
#include "orchestrator/store/tables/steps.h"
#include "orchestrator/store/tables/tasks.h"
#include "orchestrator/store/tables/values.h"

namespace orchestrate {

inline constexpr std::int64_t kSchemaVersion = 6;

// How a run's end changes its task.
struct Settlement {
  TaskState state = TaskState::queued;
  std::optional<bool> verified;
  std::optional<std::int64_t> next_attempt_ms;
  bool counts = true;             // uses up an attempt; else a wait
  std::optional<InboxItem> item;  // a decision a human owes
  std::optional<Park> park;
};

class Store {
 private:
  WritersQueue queue_;
  Patience patience_;
  Connection connection_;  // before the tables, which are views of it

 public:
  // Opens (and creates or migrates) <state_dir>/state.db. Throws DatabaseError for a newer schema than ours.
  explicit Store(const std::string& state_dir);

  // Without, a write gives up once it has waited for another program for ten seconds.
  void be_patient(Patience patience) { patience_ = std::move(patience); }

  void begin();
  void commit();
  // begin, f, commit; rolls back when f throws.
  void write(const std::function<void()>& f);
  // All of it into state.db, which is otherwise an old one beside its journal: for who copies that alone.
  void checkpoint();
  // True when another connection has changed the database since the last call.
  [[nodiscard]] bool changed_by_others();

  // EXPLAIN QUERY PLAN of every statement used so far, for the test that holds them to their indexes.
  [[nodiscard]] std::map<std::string, std::string> plans() { return connection_.db.plans(); }

  Tasks tasks{connection_};
  QueueChanges queue_changes{connection_};
  Runs runs{connection_};
  Steps steps{connection_};
  Inbox inbox{connection_};
  Parks parks{connection_};
  Sessions sessions{connection_};
  Baselines baselines{connection_};
  Events events{connection_};
  Values values{connection_};

  // ---- transitions over several tables (settle.cpp)
  // The verdict, the task's new state, ledger, park, inbox item and events: together, once. False: it has
  // ended.
  bool end_run(const Run& run, const Settlement& settlement, std::int64_t now_ms);
  // A person has decided: the item is closed, and what its kind says of that option is done
  // (rows/inbox_kind.h). Of a kind or an option that this version does not know it is closed, and no more.
  // False: it is not open (any more).
  bool answer(const InboxItem& item, const std::string& option, const std::string& note, std::int64_t now_ms);
  // queued -> waiting_human. False: it is no longer queued.
  bool hand_over(std::int64_t task, const InboxItem& item, std::int64_t now_ms);

 private:
  void migrate(const std::string& state_dir);
  // The state it has now: another than the settlement's when a person was faster. Absent: plain SQL has
  // removed its row, which then has no ledger either.
  std::optional<TaskState> settle_task(const Run& run, const Settlement& settlement, std::int64_t now_ms);
  void carry_out(const InboxItem& item, Answer answer, std::int64_t now_ms);
  void decide_task(const std::optional<std::int64_t>& id, Answer answer, std::int64_t now_ms);

  std::unique_ptr<WriteLock> transaction_;
  std::int64_t data_version_ = 0;
};

}  // namespace orchestrate
