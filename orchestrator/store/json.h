// Columns that hold JSON <-> values. Reading never throws: a broken document gives the empty value.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orchestrator/store/run.h"

namespace orchestrate {

[[nodiscard]] std::string list_json(const std::vector<std::string>& list);
[[nodiscard]] std::string numbers_json(const std::vector<std::int64_t>& list);
// Non-text elements are taken as their JSON text, so that a hand-written row loses nothing.
[[nodiscard]] std::vector<std::string> list_from(const std::string& json);

[[nodiscard]] std::string pairs_json(const std::vector<std::pair<std::string, std::string>>& pairs);
[[nodiscard]] std::vector<std::pair<std::string, std::string>> pairs_from(const std::string& json);

[[nodiscard]] std::string exit_json(const spawners::ExitRecord& record);
[[nodiscard]] std::string evidence_json(const Evidence& evidence);
[[nodiscard]] Evidence evidence_from(const std::string& json);

// A flat JSON object of texts, for events.
[[nodiscard]] std::string object_json(const std::vector<std::pair<std::string_view, std::string>>& members);

// An event as one line of JSON, which scripts may rely on: members may be added, never renamed.
[[nodiscard]] std::string event_line(const EventRow& row);
[[nodiscard]] std::map<std::string, std::string> event_members(const EventRow& row);

}  // namespace orchestrate
