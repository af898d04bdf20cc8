#include "orchestrator/store/rows/json.h"

#include <nlohmann/json.hpp>

namespace orchestrate {
namespace {

using nlohmann::json;

// Agents print any bytes; a document must always be written.
std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

json parse(const std::string& text) {
  return json::parse(text, nullptr, false);
}

template <typename T>
T get(const json& object, const char* key, T otherwise) {
  try {
    return object.value(key, std::move(otherwise));
  } catch (const json::exception&) {
    return T{};
  }
}

json check_json(const CheckResult& c) {
  return {{"command", c.command},        {"exit_code", c.exit_code},     {"passed", c.passed},
          {"of_project", c.of_project},  {"red_on_base", c.red_on_base}, {"how", c.how},
          {"output_tail", c.output_tail}};
}

CheckResult check_from(const json& j) {
  return {get<std::string>(j, "command", ""),    get(j, "exit_code", -1),      get(j, "passed", false),
          get(j, "of_project", false),           get(j, "red_on_base", false), get<std::string>(j, "how", ""),
          get<std::string>(j, "output_tail", "")};
}

}  // namespace

std::string to_column(const std::vector<std::int64_t>& list) {
  return json(list).dump();
}

std::string to_column(const std::vector<std::string>& list) {
  return dump(json(list));
}

void from_column(const std::string& text, std::vector<std::string>& list) {
  list.clear();
  for (const auto& element : parse(text))
    list.push_back(element.is_string() ? element.get<std::string>() : dump(element));
}

void from_column(const std::string& text, std::vector<std::int64_t>& list) {
  list.clear();
  for (const auto& element : parse(text)) {
    if (element.is_number_integer()) list.push_back(element.get<std::int64_t>());
  }
}

std::string to_column(const Sections& sections) {
  json array = json::array();
  for (const auto& [key, value] : sections)
    array.push_back({key, value});
  return dump({{"sections", array}});
}

void from_column(const std::string& text, Sections& sections) {
  sections.clear();
  const auto document = parse(text);
  if (!document.is_object() || !document.contains("sections")) return;
  for (const auto& pair : document["sections"]) {
    if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string())
      sections.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
  }
}

std::string to_column(const spawners::ExitRecord& record) {
  return spawners::to_json(record);
}

std::string to_column(const Evidence& e) {
  json checks = json::array();
  for (const auto& check : e.checks)
    checks.push_back(check_json(check));
  return dump({{"checks", checks},
               {"changed", e.changed},
               {"changed_files", e.changed_files},
               {"insertions", e.insertions},
               {"deletions", e.deletions},
               {"left_out", e.left_out},
               {"left_out_count", e.left_out_count},
               {"flags", e.flags},
               {"history", e.history},
               {"cli_version", e.cli_version},
               {"resumable", e.resumable},
               {"unknown_lines", e.unknown_lines}});
}

std::string to_column(const SessionTerms& terms) {
  json j = {{"only", terms.only}, {"ranks", terms.ranks}};
  if (terms.max_parallel) j["max_parallel"] = *terms.max_parallel;
  if (terms.max_cost_usd) j["max_cost_usd"] = *terms.max_cost_usd;
  return dump(j);
}

void from_column(const std::string& text, SessionTerms& terms) {
  terms = {};
  const auto j = parse(text);
  if (!j.is_object()) return;
  if (j.contains("max_parallel")) terms.max_parallel = get(j, "max_parallel", 0);
  if (j.contains("max_cost_usd")) terms.max_cost_usd = get(j, "max_cost_usd", 0.0);
  terms.only = get(j, "only", terms.only);
  terms.ranks = get(j, "ranks", terms.ranks);
}

void from_column(const std::string& text, std::optional<spawners::ExitRecord>& record) {
  record = spawners::parse_exit_record(text);
}

void from_column(const std::string& text, Evidence& e) {
  e = {};
  const auto j = parse(text);
  if (!j.is_object()) return;
  for (const auto& check : get(j, "checks", json::array()))
    e.checks.push_back(check_from(check));
  e.changed = get(j, "changed", e.changed);
  e.changed_files = get(j, "changed_files", e.changed_files);
  e.insertions = get(j, "insertions", e.insertions);
  e.deletions = get(j, "deletions", e.deletions);
  e.left_out = get(j, "left_out", e.left_out);
  e.left_out_count = get(j, "left_out_count", e.left_out_count);
  e.flags = get(j, "flags", e.flags);
  e.history = get(j, "history", e.history);
  e.cli_version = get(j, "cli_version", e.cli_version);
  e.resumable = get(j, "resumable", e.resumable);
  e.unknown_lines = get(j, "unknown_lines", e.unknown_lines);
}

}  // namespace orchestrate
