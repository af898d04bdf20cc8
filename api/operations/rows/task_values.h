// What people write on a task, as fields of operations, and back: checked in one way wherever it is written.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "api/operations/operation.h"
#include "orchestrator/store/rows/task_fields.h"

namespace orchestrate::api {

enum class Writing { added, edited };

// The fields of task_fields(). Edited: none is needed, and what is empty clears.
[[nodiscard]] std::vector<Field> written_fields(Writing writing);

// Puts the value, which has the field's shape, onto the task. Throws Refused for what makes no sense in this
// project; of `depends_on` nothing is checked.
void write_field(Task& task, const TaskField& field, const nlohmann::json& value, const Desk& desk);

// Each member of `given` that is a field of a task.
void write_fields(Task& task, const nlohmann::json& given, const Desk& desk);

// The value as JSON.
[[nodiscard]] nlohmann::json field_value(const Task& task, const TaskField& field);

// The shape of field_value.
[[nodiscard]] Shape shape_of(const TaskField& field);

// Throws Refused when there is no such task.
[[nodiscard]] Task task_or_refuse(Store& store, std::int64_t id);

// It lives as long as the project. Throws Refused, with the one that was probably meant.
[[nodiscard]] const config::AgentType& agent_type_or_refuse(const std::string& name, const Project& project);

}  // namespace orchestrate::api
