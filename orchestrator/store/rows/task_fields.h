// What a person may write on a task: the one list that `add`, `edit`, import files and the columns of the
// database share.
//
// A field more here is a field more of all of them. The list is constant and in the order in which it is
// shown.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "orchestrator/store/rows/task.h"

namespace orchestrate {

struct TaskField {
  // What its value means; how it is kept is said by `member`. command(s) are split into arguments, never
  // given to a shell; tasks are ids, in import files keys too.
  enum class Kind {
    line,
    text,
    priority,
    agent_type,
    yes_no,
    moment,
    command,
    words,
    commands,
    files,
    tasks
  };
  using Member = std::variant<std::string Task::*, std::optional<std::string> Task::*, int Task::*,
                              bool Task::*, std::optional<std::int64_t> Task::*,
                              std::vector<std::string> Task::*, std::vector<std::int64_t> Task::*>;

  std::string_view name;    // "acceptance": in JSON and in import files
  std::string_view column;  // of the table tasks; empty: depends_on has a table of its own
  Kind kind;
  Member member;
  std::string_view does;             // one sentence
  std::string_view other_name = {};  // what it is called in import files as well
  bool for_good = false;             // given when the task is added, and never changed
};

[[nodiscard]] std::span<const TaskField> task_fields();

// By its name or its other name; null: there is none.
[[nodiscard]] const TaskField* find_task_field(std::string_view name);

}  // namespace orchestrate
