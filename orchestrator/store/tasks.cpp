#include "orchestrator/store/tasks.h"

#include <algorithm>

#include "orchestrator/store/json.h"

namespace orchestrate {
namespace {

const std::string kColumns =
    "SELECT t.id, t.key, t.title, t.description, t.type, t.rank, t.state, t.source, t.agent_type, t.manual, t.held,"
    " t.needs, t.labels, t.acceptance, t.checks, t.specs, t.run_command, t.not_before, t.next_attempt, t.verified,"
    " t.created_at, t.updated_at, l.attempts, l.waits, l.wall_ms, l.tokens, l.cost_usd,"
    " (SELECT json_group_array(depends_on) FROM dependencies d WHERE d.task = t.id)"
    " FROM tasks t LEFT JOIN ledger l ON l.task = t.id ";

// The literals match the partial index tasks_queued, which also gives the order and holds every column of the
// condition: rows that are not due are passed over without being read.
const std::string kDue =
    kColumns +
    "WHERE t.state = 'queued' AND t.rank = ?1 AND (t.created_at, t.id) > (?2, ?3) AND t.held = 0"
    " AND (t.not_before IS NULL OR t.not_before <= ?4) AND (t.next_attempt IS NULL OR t.next_attempt <= ?4)"
    " ORDER BY t.created_at, t.id LIMIT ?5";

Task read(const Query& q) {
  Task t;
  t.id = q.integer(0);
  t.key = q.text(1);
  t.title = q.text(2);
  t.description = q.text(3);
  t.type = q.text(4);
  t.rank = static_cast<int>(q.integer(5));
  t.state = task_state_from(q.text(6)).value_or(TaskState::queued);
  t.source = q.text(7);
  if (!q.null(8)) t.agent_type = q.text(8);
  t.manual = q.integer(9) != 0;
  t.held = q.integer(10) != 0;
  t.needs = list_from(q.text(11));
  t.labels = list_from(q.text(12));
  t.acceptance = list_from(q.text(13));
  t.checks = list_from(q.text(14));
  t.specs = list_from(q.text(15));
  t.run_command = q.text(16);
  t.not_before_ms = q.maybe_integer(17);
  t.next_attempt_ms = q.maybe_integer(18);
  if (!q.null(19)) t.verified = q.integer(19) != 0;
  t.created_ms = q.integer(20);
  t.updated_ms = q.integer(21);
  t.ledger = {static_cast<int>(q.integer(22)), static_cast<int>(q.integer(23)), q.integer(24), q.integer(25),
              q.real(26)};
  for (const auto& id : list_from(q.text(27)))
    t.depends_on.push_back(std::stoll(id));
  return t;
}

}  // namespace

std::int64_t Tasks::add(const Task& task, std::int64_t now_ms) {
  if (!task.key.empty()) {
    auto existing = db_.query("SELECT id FROM tasks WHERE key = ?");
    existing.bind(task.key);
    if (existing.next()) return existing.integer(0);
  }
  const auto key = task.key.empty() ? std::nullopt : std::optional(task.key);
  db_.query(
         "INSERT INTO tasks (key, title, description, type, priority, source, agent_type, manual, needs, labels,"
         " acceptance, checks, specs, run_command, not_before, created_at, updated_at)"
         " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
      .bind(key)
      .bind(task.title)
      .bind(task.description)
      .bind(task.type)
      .bind(priority_name(task.rank))
      .bind(task.source)
      .bind(task.agent_type)
      .bind(task.manual)
      .bind(list_json(task.needs))
      .bind(list_json(task.labels))
      .bind(list_json(task.acceptance))
      .bind(list_json(task.checks))
      .bind(list_json(task.specs))
      .bind(task.run_command)
      .bind(task.not_before_ms)
      .bind(now_ms)
      .bind(now_ms)
      .run();
  const std::int64_t id = db_.last_id();
  put_dependencies(id, task.depends_on);
  events_.add({0, now_ms, {}, id, {}, "task_added", object_json({{"title", task.title}})});
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
  auto q = db_.query(kColumns + "WHERE t.id = ?");
  q.bind(id);
  if (!q.next()) return std::nullopt;
  return read(q);
}

std::vector<Task> Tasks::list(const std::optional<TaskState>& state, const std::optional<int>& rank) {
  auto q = db_.query(kColumns +
                     "WHERE (?1 IS NULL OR t.state = ?1) AND (?2 IS NULL OR t.rank = ?2) ORDER BY t.id");
  q.bind(state ? std::optional(std::string(to_string(*state))) : std::nullopt);
  q.bind(rank ? std::optional<std::int64_t>(*rank) : std::nullopt);
  std::vector<Task> tasks;
  while (q.next())
    tasks.push_back(read(q));
  return tasks;
}

void Tasks::each_due(int rank, std::int64_t now_ms, const QueuePlace& after, std::size_t most,
                     const std::function<void(const Task&)>& f) {
  auto q = db_.query(kDue);
  q.bind(rank).bind(after.created_ms).bind(after.id).bind(now_ms).bind(static_cast<std::int64_t>(most));
  while (q.next())
    f(read(q));
}

std::vector<Task> Tasks::queued_after(std::int64_t id, std::size_t most) {
  auto q = db_.query(kColumns + "WHERE t.state = 'queued' AND t.id > ? ORDER BY t.id LIMIT ?");
  q.bind(id).bind(static_cast<std::int64_t>(most));
  std::vector<Task> tasks;
  while (q.next())
    tasks.push_back(read(q));
  return tasks;
}

std::int64_t Tasks::last_id() {
  auto q = db_.query("SELECT coalesce(max(id), 0) FROM tasks");
  return q.next() ? q.integer(0) : 0;
}

std::optional<std::int64_t> Tasks::next_due(std::int64_t now_ms, const std::vector<std::int64_t>& only,
                                            bool not_before_too) {
  // json_each over an empty list would find nothing: the condition is left out by its first half.
  const std::string among = " AND (?2 = '[]' OR id IN (SELECT value FROM json_each(?2)))";
  const std::string ids = numbers_json(only);
  auto retry = db_.query(
      "SELECT min(next_attempt) FROM tasks WHERE state = 'queued' AND next_attempt > ?1 AND held = 0"
      " AND (not_before IS NULL OR not_before <= ?1 OR ?3)" +
      among);
  retry.bind(now_ms).bind(ids).bind(not_before_too);
  std::optional<std::int64_t> at = retry.next() ? retry.maybe_integer(0) : std::nullopt;
  if (!not_before_too) return at;
  auto start = db_.query(
      "SELECT min(not_before) FROM tasks WHERE state = 'queued' AND not_before > ?1 AND held = 0" + among);
  start.bind(now_ms).bind(ids);
  if (start.next() && !start.null(0)) at = std::min(at.value_or(start.integer(0)), start.integer(0));
  return at;
}

std::string Tasks::explain_queue() {
  auto q = db_.query("EXPLAIN QUERY PLAN " + kDue);
  q.bind(0);
  std::string plan;
  while (q.next())
    plan += q.text(3) + "\n";
  return plan;
}

QueueCounts Tasks::counts() {
  QueueCounts counts;
  auto queued = db_.query("SELECT rank, count(*) FROM tasks WHERE state = 'queued' GROUP BY rank");
  while (queued.next())
    counts.by_rank[queued.integer(0)] = queued.integer(1);
  auto all = db_.query("SELECT state, count(*) FROM tasks GROUP BY state");
  while (all.next()) {
    const auto state = task_state_from(all.text(0));
    if (state) counts.by_state[static_cast<std::size_t>(*state)] = all.integer(1);
  }
  return counts;
}

std::vector<Task> Tasks::unmet_dependencies(std::int64_t id) {
  auto q = db_.query(
      kColumns + "WHERE t.state <> 'done' AND t.id IN (SELECT depends_on FROM dependencies WHERE task = ?)");
  q.bind(id);
  std::vector<Task> tasks;
  while (q.next())
    tasks.push_back(read(q));
  return tasks;
}

}  // namespace orchestrate
