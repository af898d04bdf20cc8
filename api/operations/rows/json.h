// Rows as the JSON that scripts may rely on: fields may be added, never renamed.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "config/diagnostic.h"
#include "orchestrator/queue/decide.h"
#include "orchestrator/report/report.h"
#include "orchestrator/store/rows/run.h"
#include "orchestrator/store/rows/task.h"

namespace orchestrate::api {

[[nodiscard]] nlohmann::json task_json(const Task& task, const std::string& agent_type,
                                       const std::string& reason);
[[nodiscard]] nlohmann::json run_json(const Run& run);
[[nodiscard]] nlohmann::json item_json(const InboxItem& item, bool whole);
[[nodiscard]] nlohmann::json report_json(const Report& report);
[[nodiscard]] nlohmann::json route_json(const routing::Route& route);
[[nodiscard]] nlohmann::json event_json(const EventRow& row);  // with the members of its data
[[nodiscard]] nlohmann::json problems_json(const std::vector<config::Diagnostic>& problems);

// The document as text; bytes that are not UTF-8 are replaced, so that it can always be written.
[[nodiscard]] std::string text_of(const nlohmann::json& json);
[[nodiscard]] std::string line_of(const nlohmann::json& json);  // on one line

}  // namespace orchestrate::api
