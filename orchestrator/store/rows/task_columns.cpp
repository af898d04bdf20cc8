#include "orchestrator/store/rows/task_columns.h"

#include "orchestrator/store/rows/columns.h"
#include "orchestrator/store/rows/task_fields.h"
#include "text/priority.h"

namespace orchestrate {
namespace {

using Kind = TaskField::Kind;

constexpr Column<Task> kOwn[] = {
    column<&Task::id>("id"),
    column<&Task::state>("state"),
    column<&Task::source>("source"),
    column<&Task::held>("held"),
    column<&Task::next_attempt_ms>("next_attempt"),
    column<&Task::verified>("verified"),
    column<&Task::created_ms>("created_at"),
    column<&Task::updated_ms>("updated_at"),
};

constexpr Column<Ledger> kLedger[] = {
    column<&Ledger::attempts>("attempts"), column<&Ledger::waits>("waits"),
    column<&Ledger::wall_ms>("wall_ms"),   column<&Ledger::tokens>("tokens"),
    column<&Ledger::cost_usd>("cost_usd"),
};

void bind_field(Query& q, const TaskField& field, const Task& task) {
  if (field.kind == Kind::priority) {
    q.bind(text::priority_name(task.rank));
  } else {
    std::visit([&](auto member) { bind_member(q, task.*member); }, field.member);
  }
}

void read_field(Query& q, const TaskField& field, Task& task) {
  if (field.kind == Kind::priority) {
    task.rank = text::priority_rank(q.take<std::string>()).value_or(task.rank);
  } else {
    std::visit([&](auto member) { read_member(q, task.*member); }, field.member);
  }
}

// Those with a column here; what is given for good is only of use when the task is added.
std::vector<TaskField> fields(bool added) {
  std::vector<TaskField> list;
  for (const auto& field : task_fields()) {
    if (!field.column.empty() && (added || !field.for_good)) list.push_back(field);
  }
  return list;
}

// `each(column)` of all of them, with commas between.
template <typename F>
std::string listed(const std::vector<TaskField>& fields, F each) {
  std::string text;
  for (const auto& field : fields)
    text += (text.empty() ? "" : ", ") + std::string(each(std::string(field.column)));
  return text;
}

std::string name(const std::string& column) {
  return column;
}

}  // namespace

std::string select_tasks(const std::string& index) {
  static const std::string columns =
      "SELECT " + names(kOwn) + ", " + listed(fields(true), name) + ", " + names(kLedger) +
      ", (SELECT json_group_array(depends_on) FROM dependencies d WHERE d.task = tasks.id)"
      " FROM tasks ";
  return columns + (index.empty() ? "" : "INDEXED BY " + index) +
         " LEFT JOIN ledger ON ledger.task = tasks.id ";
}

Task read_task(Query& q) {
  static const std::vector<TaskField> written = fields(true);
  auto task = read_row<Task>(q, kOwn);
  for (const auto& field : written)
    read_field(q, field, task);
  task.ledger = read_row<Ledger>(q, kLedger);
  read_member(q, task.depends_on);
  return task;
}

std::optional<Task> read_first_task(Query& q) {
  return q.next() ? std::optional(read_task(q)) : std::nullopt;
}

std::vector<Task> read_tasks(Query& q) {
  std::vector<Task> tasks;
  while (q.next())
    tasks.push_back(read_task(q));
  return tasks;
}

const std::string& insert_task() {
  // No key is NULL: any number of tasks may have none.
  static const std::string sql =
      "INSERT INTO tasks (" + listed(fields(true), name) + ", source, created_at, updated_at) VALUES (" +
      listed(fields(true), [](const std::string& c) { return c == "key" ? "nullif(?, '')" : "?"; }) +
      ", ?, ?, ?)";
  return sql;
}

const std::string& update_task() {
  static const std::string sql =
      "UPDATE tasks SET " + listed(fields(false), [](const std::string& c) { return c + " = ?"; }) +
      ", updated_at = ? WHERE id = ? AND state IN ('queued', 'waiting_human', 'failed')";
  return sql;
}

void bind_fields(Query& q, const Task& task, bool added) {
  for (const auto& field : fields(added))
    bind_field(q, field, task);
}

}  // namespace orchestrate
