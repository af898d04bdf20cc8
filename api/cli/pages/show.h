// One task with its runs and their evidence, for people.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "api/cli/context.h"

namespace orchestrate::api {

void print_task(const Context& context, const nlohmann::json& task, const nlohmann::json& given);

}  // namespace orchestrate::api
