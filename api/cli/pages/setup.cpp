// What checks a project and the machine, for people.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/pages/pages.h"
#include "text/display.h"
#include "text/list.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using text::Colour;
using text::coloured;
using text::money;
using text::printable;
using text::shortened;
using text::table;
using text::utc_time;

using nlohmann::json;

constexpr std::size_t kColumns = 100;

std::string text_in(const json& object, const char* name) {
  return object[name].get<std::string>();
}

// ---- config check

config::Diagnostic problem(const json& p) {
  return {p["file"], p["line"], p["column"], p["width"], p["message"], p["hint"], p["source"]};
}

void print_config(const Context& context, const json& answer, const json&) {
  if (answer["ok"] == true) {
    *context.out << "the configuration is valid: " << answer["agent_types"] << " agent types, "
                 << answer["rules"] << " rules\n";
    return;
  }
  std::vector<config::Diagnostic> problems;
  for (const json& p : answer["errors"])
    problems.push_back(problem(p));
  *context.out << config::render(problems, context.colour) << problems.size()
               << (problems.size() == 1 ? " problem\n" : " problems\n");
}

int config_status(const json& answer) {
  return answer["ok"] == true ? 0 : 2;
}

// ---- doctor

std::size_t count(const json& findings, const char* status) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [status](const json& finding) { return finding["status"] == status; }));
}

std::string plural(std::size_t n, const std::string& what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::string summary(const json& findings) {
  const std::size_t problems = count(findings, "FAIL");
  const std::size_t warnings = count(findings, "warn");
  return (problems == 0 ? "ready" : "not ready: " + plural(problems, "problem")) +
         (warnings == 0 ? "" : (problems == 0 ? ": " : ", ") + plural(warnings, "warning"));
}

void print_doctor(const Context& context, const json& findings, const json&) {
  std::vector<std::vector<std::string>> rows;
  for (const json& f : findings)
    rows.push_back({f["status"], f["subject"], f["text"]});
  // One row of the table per finding; its fix stands below it.
  const std::string text = table(rows);
  auto finding = findings.begin();
  for (std::size_t at = 0; at < text.size(); ++finding) {
    const std::size_t end = text.find('\n', at) + 1;
    const Colour colour = (*finding)["status"] == "ok"     ? Colour::plain
                          : (*finding)["status"] == "warn" ? Colour::yellow
                                                           : Colour::red;
    *context.out << coloured(text.substr(at, end - at - 1), colour, context.colour) << "\n";
    if (!text_in(*finding, "fix").empty())
      *context.out << "      -> " << printable(text_in(*finding, "fix")) << "\n";
    at = end;
  }
  *context.out << "\n" << summary(findings) << "\n";
}

int doctor_status(const json& findings) {
  return count(findings, "FAIL") == 0 ? 0 : 1;
}

void print_version(const Context& context, const json& answer, const json&) {
  *context.out << "orchestrate " << text_in(answer, "version") << "\n";
}

// ---- agent test

std::string until_text(const json& until_ms) {
  return until_ms.is_null() ? "" : " until " + utc_time(until_ms);
}

std::string usage_text(const json& note) {
  std::string tokens;
  if (!note["tokens_in"].is_null()) tokens += " " + note["tokens_in"].dump() + " in";
  if (!note["tokens_out"].is_null()) tokens += " " + note["tokens_out"].dump() + " out";
  if (!tokens.empty()) tokens = "tokens" + tokens;
  const std::string cost = note["cost_usd"].is_null() ? "" : "cost " + money(note["cost_usd"]);
  return (note["adds"] == true ? "+ " : "") + tokens + (tokens.empty() || cost.empty() ? "" : ", ") + cost;
}

// One note for people.
std::string note_text(const json& note) {
  const std::string kind = note["kind"];
  if (kind == "session") return "session " + text_in(note, "id");
  if (kind == "text") return "text " + text_in(note, "text");
  if (kind == "tool")
    return "tool " + text_in(note, "name") +
           (text_in(note, "summary").empty() ? "" : ": " + text_in(note, "summary"));
  if (kind == "usage") return usage_text(note);
  if (kind == "rate_limit")
    return "rate limited" + until_text(note["until_ms"]) + ": " + text_in(note, "why");
  if (kind == "denied") return "refused " + text_in(note, "tool");
  if (kind == "error") return "error (" + text_in(note, "failure") + "): " + text_in(note, "text");
  if (kind == "request") return note["answered"] == true ? "the model answered" : "the model is asked";
  return note["ok"] == true ? "finished ok" : "failed: " + text_in(note, "text");
}

std::string line_text(const json& line) {
  if (line["known"] == false) return "?";
  std::string text;
  for (const json& note : line["notes"])
    text += (text.empty() ? "" : "; ") + shortened(printable(note_text(note)), kColumns);
  return text.empty() ? "-" : text;
}

std::string totals_text(const json& totals) {
  std::vector<std::vector<std::string>> rows = {
      {"session", text_in(totals, "session_id").empty() ? "none" : text_in(totals, "session_id")},
      {"tokens", totals["tokens_in"].dump() + " in, " + totals["tokens_out"].dump() + " out"},
      {"cost", money(totals["cost_usd"])}};
  if (totals["rate_limited"] == true)
    rows.push_back({"limit", "stands" + until_text(totals["rate_limited_until_ms"]) + ": " +
                                 text_in(totals, "rate_limited_why")});
  rows.push_back({"lines", totals["lines"].dump() + ", " + totals["unknown_lines"].dump() + " unknown"});
  rows.push_back({"end", shortened(printable(text_in(totals, "ending")), 4 * kColumns)});
  return table(rows);
}

void print_transcript(const Context& context, const json& answer, const json&) {
  for (const json& line : answer["lines"]) {
    const std::string number = line["line"].dump();
    *context.out << std::string(number.size() < 5 ? 5 - number.size() : 0, ' ') << number << "  "
                 << line_text(line) << "\n";
  }
  *context.out << "\n" << totals_text(answer["totals"]);
}

// ---- backup, restore

void print_backup(const Context& context, const json& answer, const json&) {
  *context.out << "copied to " << printable(text_in(answer, "file")) << "\n";
}

std::string ids_in(const json& list) {
  std::vector<std::string> ids;
  for (const json& each : list)
    ids.push_back(each.dump());
  return text::join_first(ids);
}

void print_restore(const Context& context, const json& answer, const json&) {
  std::ostream& out = *context.out;
  out << "the state is that of " << printable(text_in(answer, "file")) << "\n";
  const std::string saved = text_in(answer, "saved");
  if (!saved.empty()) out << "  what was there is kept:  " << printable(saved) << "\n";
  if (!answer["lost_tasks"].empty())
    out << "  queued after the copy:   tasks " << ids_in(answer["lost_tasks"])
        << ", which are in that file alone; queue them again\n";
  if (!answer["later_runs"].empty())
    out << "  began after the copy:    runs " << ids_in(answer["later_runs"])
        << "; the next session asks you about their tasks, and starts none of them by itself\n";
}

}  // namespace

std::vector<Page> setup_pages() {
  return {{"config.check", print_config, config_status},
          {"doctor.check", print_doctor, doctor_status},
          {"agents.test", print_transcript},
          {"state.backup", print_backup},
          {"state.restore", print_restore},
          {"api.version", print_version}};
}

}  // namespace orchestrate::api
