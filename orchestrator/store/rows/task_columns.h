// The columns of the table tasks: its own, and those of the fields that a person writes (task_fields.h).
//
// Of use to the tasks alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orchestrator/store/rows/task.h"
#include "orchestrator/store/sqlite/database.h"

namespace orchestrate {

// "SELECT ... FROM tasks LEFT JOIN ledger ... ": whole tasks, in the order in which the readers below take
// them. `index` of tasks: the one to read them by, where SQLite would choose worse.
[[nodiscard]] std::string select_tasks(const std::string& index = "");
[[nodiscard]] std::optional<Task> read_first_task(Query& q);
[[nodiscard]] std::vector<Task> read_tasks(Query& q);
[[nodiscard]] Task read_task(Query& q);  // the row at which it stands

// Statements over every field of a person's: bind_fields binds them, then come those that are named here.
[[nodiscard]] const std::string& insert_task();  // source, created_at, updated_at
[[nodiscard]] const std::string& update_task();  // updated_at, id; of a task that is neither at work nor over
// Of a task that is added, or of one that exists.
void bind_fields(Query& q, const Task& task, bool added);

}  // namespace orchestrate
