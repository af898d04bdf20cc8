// Columns that hold JSON <-> values. Reading never throws: a broken document gives the empty value.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/store/rows/run.h"
#include "orchestrator/store/rows/session.h"

namespace orchestrate {

using Sections = std::vector<std::pair<std::string, std::string>>;  // heading, text

[[nodiscard]] std::string to_column(const std::vector<std::string>& list);
[[nodiscard]] std::string to_column(const std::vector<std::int64_t>& list);
[[nodiscard]] std::string to_column(const Sections& sections);
[[nodiscard]] std::string to_column(const spawners::ExitRecord& record);
[[nodiscard]] std::string to_column(const Evidence& evidence);
[[nodiscard]] std::string to_column(const SessionTerms& terms);

// Elements that are not text are taken as their JSON text, so that a row written by hand loses nothing.
void from_column(const std::string& json, std::vector<std::string>& list);
// What is no whole number is left out.
void from_column(const std::string& json, std::vector<std::int64_t>& list);
void from_column(const std::string& json, Sections& sections);
void from_column(const std::string& json, std::optional<spawners::ExitRecord>& record);
void from_column(const std::string& json, Evidence& evidence);
void from_column(const std::string& json, SessionTerms& terms);

}  // namespace orchestrate
