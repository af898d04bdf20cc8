#include "orchestrator/store/tables/tasks.h"

#include <algorithm>

#include "orchestrator/store/rows/json.h"
#include "orchestrator/store/rows/task_columns.h"

namespace orchestrate {
namespace {

// The literals match the partial index tasks_queued, which also gives the order and holds every column of the
// condition: rows that are not due are passed over without being read.
// Left to itself, SQLite would take the index of the states and read all that is queued.
const char* const kQueued = "tasks_queued";

const char* const kDue =
    "WHERE state = 'queued' AND rank = ?1 AND id > ?2 AND id <= ?3"
    " AND held = 0 AND (not_before IS NULL OR not_before <= ?4) AND (next_attempt IS NULL OR next_attempt <= ?4)"
    " ORDER BY id LIMIT ?5";

}  // namespace

std::int64_t Tasks::add(const Task& task, std::int64_t now_ms) {
  if (!task.key.empty()) {
    if (const auto existing = id_of_key(task.key)) return *existing;
  }
  auto q = db_.query(insert_task());
  bind_fields(q, task, true);
  q.bind(task.source).bind(now_ms).bind(now_ms).run();
  const std::int64_t id = db_.last_id();
  put_dependencies(id, task.depends_on);
  events_.add(events::task_added(now_ms, id, task.title));
  return id;
}

void Tasks::put_dependencies(std::int64_t task, const std::vector<std::int64_t>& depends_on) {
  for (const std::int64_t dependency : depends_on) {
    db_.query("INSERT OR IGNORE INTO dependencies (task, depends_on) VALUES (?, ?)")
        .bind(task)
        .bind(dependency)
        .run();
  }
}

std::optional<Task> Tasks::find(std::int64_t id) {
  auto q = db_.query(select_tasks() + "WHERE id = ?");
  q.bind(id);
  return read_first_task(q);
}

bool Tasks::exists(std::int64_t id) {
  auto q = db_.query("SELECT 1 FROM tasks WHERE id = ?");
  return q.bind(id).first<int>().has_value();
}

std::optional<std::int64_t> Tasks::id_of_key(const std::string& key) {
  auto q = db_.query("SELECT id FROM tasks WHERE key = ?");
  return q.bind(key).first<std::int64_t>();
}

std::vector<std::string> Tasks::keys_beginning(const std::string& start, std::size_t most) {
  // The greatest character there is stands behind the last of them.
  auto q =
      db_.query("SELECT key FROM tasks WHERE key >= ?1 AND key < ?1 || char(0x10ffff) ORDER BY key LIMIT ?2");
  return q.bind(start).bind(most).all<std::string>();
}

std::vector<Task> Tasks::list(const std::optional<TaskState>& state, const std::optional<int>& rank,
                              std::int64_t after, std::size_t most, const std::string& label) {
  // A condition that may be left out would keep SQLite from its index: it stands there or not.
  std::string where = "WHERE id > ?";
  if (state) where += " AND state = ?";
  if (rank) where += " AND rank = ?";
  if (!label.empty()) where += " AND EXISTS (SELECT 1 FROM json_each(labels) WHERE value = ?)";
  auto q = db_.query(select_tasks() + where + " ORDER BY id LIMIT ?");
  q.bind(after);
  if (state) q.bind(to_string(*state));
  if (rank) q.bind(*rank);
  if (!label.empty()) q.bind(label);
  q.bind(most);
  return read_tasks(q);
}

std::vector<Task> Tasks::due(int rank, std::int64_t now_ms, QueuePlace after, QueuePlace upto,
                             std::size_t most) {
  auto q = db_.query(select_tasks(kQueued) + kDue);
  q.bind(rank).bind(after).bind(upto).bind(now_ms).bind(most);
  return read_tasks(q);
}

std::vector<Task> Tasks::queued(int rank, std::size_t most) {
  auto q = db_.query(select_tasks(kQueued) + "WHERE state = 'queued' AND rank = ? ORDER BY id LIMIT ?");
  q.bind(rank).bind(most);
  return read_tasks(q);
}

std::int64_t Tasks::last_id() {
  return db_.query("SELECT coalesce(max(id), 0) FROM tasks").first<std::int64_t>().value_or(0);
}

std::optional<std::int64_t> Tasks::next_due(std::int64_t now_ms, const std::vector<int>& ranks,
                                            const std::vector<std::int64_t>& only, bool not_before_too) {
  const std::string among = only.empty() ? " AND rank IN (SELECT value FROM json_each(?2))"
                                         : " AND id IN (SELECT value FROM json_each(?2))";
  const std::string these =
      to_column(only.empty() ? std::vector<std::int64_t>(ranks.begin(), ranks.end()) : only);
  auto retry = db_.query(
      "SELECT min(next_attempt) FROM tasks INDEXED BY tasks_retried WHERE state = 'queued' AND next_attempt > ?1 AND held = 0"
      " AND (not_before IS NULL OR not_before <= ?1 OR ?3)" +
      among);
  using Moment = std::optional<std::int64_t>;
  Moment at = retry.bind(now_ms).bind(these).bind(not_before_too).first<Moment>().value_or(std::nullopt);
  if (!not_before_too) return at;
  auto start = db_.query(
      "SELECT min(not_before) FROM tasks INDEXED BY tasks_later WHERE state = 'queued' AND not_before > ?1 AND held = 0" +
      among);
  const Moment begins = start.bind(now_ms).bind(these).first<Moment>().value_or(std::nullopt);
  if (begins) at = std::min(at.value_or(*begins), *begins);
  return at;
}

QueueCounts Tasks::counts() {
  QueueCounts counts;
  auto q = db_.query("SELECT state, rank, n FROM task_counts");
  while (q.next()) {
    const auto state = q.take<std::string>();
    const auto rank = q.take<std::int64_t>();
    const auto n = q.take<std::int64_t>();
    counts.by_state[static_cast<std::size_t>(from_word<TaskState>(state).value())] += n;
    if (state == "queued") counts.by_rank[rank] += n;
  }
  return counts;
}

std::vector<Task> Tasks::unmet_dependencies(std::int64_t id) {
  auto q = db_.query(select_tasks() +
                     "WHERE state <> 'done' AND id IN (SELECT depends_on FROM dependencies WHERE task = ?)");
  q.bind(id);
  return read_tasks(q);
}

}  // namespace orchestrate
