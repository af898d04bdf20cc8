#include "orchestrator/store/rows/task_fields.h"

#include <algorithm>
#include <array>

namespace orchestrate {
namespace {

using Kind = TaskField::Kind;

const std::array<TaskField, 16> kFields = {{
    {"title", "title", Kind::line, &Task::title, "What to do, in one line"},
    {"description", "description", Kind::text, &Task::description, "Details"},
    {"priority", "priority", Kind::priority, &Task::rank, "P0 (first), P1, P2 or P3"},
    {"type", "type", Kind::line, &Task::type,
     "IMPLEMENT, FIX, TEST, REVIEW, STRATEGIC or another word that routing rules look at"},
    {"needs", "needs", Kind::words, &Task::needs, "Capabilities the task needs"},
    {"labels", "labels", Kind::words, &Task::labels, "Labels that routing rules look at"},
    {"touches", "touches", Kind::words, &Task::touches,
     "Paths or globs of what the task will change, for routing rules"},
    {"acceptance", "acceptance", Kind::words, &Task::acceptance, "Acceptance criteria"},
    {"checks", "checks", Kind::commands, &Task::checks, "Checks to run afterwards"},
    {"specs", "specs", Kind::files, &Task::specs, "Files of the project to include in the prompt"},
    {"depends_on", "", Kind::tasks, &Task::depends_on, "Tasks that must be done before"},
    {"agent_type", "agent_type", Kind::agent_type, &Task::agent_type,
     "The agent type, whatever the rules say", "agent"},
    {"manual", "manual", Kind::yes_no, &Task::manual, "Whether a person does it"},
    {"run", "run_command", Kind::command, &Task::run_command,
     "A command to run instead of an agent (driver script)"},
    {"not_before", "not_before", Kind::moment, &Task::not_before_ms, "When it may start at the earliest"},
    {"key", "key", Kind::line, &Task::key, "Adding the same key again returns the existing task", "", true},
}};

}  // namespace

std::span<const TaskField> task_fields() {
  return kFields;
}

const TaskField* find_task_field(std::string_view name) {
  const auto is = [name](const TaskField& field) {
    return field.name == name || (!field.other_name.empty() && field.other_name == name);
  };
  const auto found = std::find_if(kFields.begin(), kFields.end(), is);
  return found == kFields.end() ? nullptr : &*found;
}

}  // namespace orchestrate
