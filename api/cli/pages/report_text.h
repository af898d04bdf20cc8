// The morning page as text, and as one HTML file without anything from outside; made of the answer of
// `session.report`.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace orchestrate::api {

// "3 done (verified), 1 done (unverified), 1 failed, ... Next: ..."
[[nodiscard]] std::string summary_line(const nlohmann::json& report);
// "$0.02 (2 runs state no cost)".
[[nodiscard]] std::string cost_text(double usd, std::ptrdiff_t unpriced_runs);
// "hung (silence limit) 8.3 s; checks failed 2.4 s".
[[nodiscard]] std::string lost_time_text(const nlohmann::json& report);
[[nodiscard]] std::string report_html(const nlohmann::json& report);
[[nodiscard]] std::string report_text(const nlohmann::json& report, bool colour);

}  // namespace orchestrate::api
