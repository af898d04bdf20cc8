// The morning page as text, and as one HTML file without anything from outside.
#pragma once

#include <string>

#include "orchestrator/report/report.h"

namespace orchestrate::api {

// "3 done (verified), 1 done (unverified), 1 failed, ... What next: ..."
[[nodiscard]] std::string summary_line(const Report& report);
// "$0.02 (2 runs state no cost)".
[[nodiscard]] std::string cost_text(double usd, std::ptrdiff_t unpriced_runs);
// "hung (silence limit) 8.3 s; checks failed 2.4 s".
[[nodiscard]] std::string lost_time_text(const Report& report);
[[nodiscard]] std::string report_html(const Report& report);
[[nodiscard]] std::string report_text(const Report& report, bool colour);

}  // namespace orchestrate::api
