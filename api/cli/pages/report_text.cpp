#include "api/cli/pages/report_text.h"

#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "text/display.h"
#include "text/list.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using text::Colour;
using text::coloured;
using text::duration;
using text::money;
using text::parse_time_ms;
using text::printable;
using text::shortened;
using text::table;

using nlohmann::json;
using Rows = std::vector<std::vector<std::string>>;

std::string text_in(const json& object, const char* name) {
  return object[name].get<std::string>();
}

std::string percent(double share) {
  return std::to_string(std::lround(share * 100)) + " %";
}

std::string one_decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

// `count`: of all of them; the lines may be the first.
std::string section(const std::string& title, const json& lines, const json& count, Colour colour,
                    bool enabled) {
  if (lines.empty()) return {};
  Rows rows;
  for (const json& line : lines) {
    std::string note = text_in(line, "why");
    if (!text_in(line, "branch").empty()) note += "  [" + text_in(line, "branch") + "]";
    rows.push_back({"  " + line["id"].dump(), text_in(line, "priority").substr(0, 2),
                    shortened(printable(text_in(line, "title")), 44), shortened(printable(note), 120)});
  }
  if (const auto more = count.get<std::ptrdiff_t>() - std::ssize(lines); more > 0)
    rows.push_back({"  and " + std::to_string(more) + " more"});
  return coloured(title + " (" + count.dump() + ")", colour, enabled) + "\n" + table(rows) + "\n";
}

std::string or_none(const std::string& text) {
  return text.empty() ? "none" : text;
}

std::string cost_of(const json& r) {
  return cost_text(r["cost_usd"], r["runs_without_cost"].get<std::ptrdiff_t>());
}

std::string facts(const json& r) {
  const Rows rows = {
      {"  cost", cost_of(r) + ", " + r["tokens"].dump() + " tokens, " + r["runs"].dump() + " runs"},
      {"  success", percent(r["success_rate"]) + " of the tasks attempted; " +
                        one_decimal(r["throughput_per_hour"]) + " done per hour; " +
                        one_decimal(r["average_s"]) + " s per accepted run"},
      {"  agents", or_none(text::join(r["agents_used"].get<std::vector<std::string>>(), ", "))},
      {"  time lost", or_none(lost_time_text(r))}};
  return table(rows) + "\n";
}

std::string decisions(const json& r, bool colour) {
  if (r["inbox"].empty()) return {};
  Rows rows;
  for (const json& item : r["inbox"]) {
    rows.push_back({"  " + item["id"].dump(), item["kind"], shortened(printable(text_in(item, "title")), 70),
                    text::join(item["options"].get<std::vector<std::string>>(), " | ")});
  }
  return coloured("Waiting for your decision (" + std::to_string(r["inbox"].size()) + ")", Colour::yellow,
                  colour) +
         "   orchestrate inbox show N\n" + table(rows) + "\n";
}

// Between two times as JSON has them: whole seconds.
std::string span(const json& r) {
  const auto begin = parse_time_ms(text_in(r, "started_at"), 0);
  const auto end = parse_time_ms(text_in(r, "ended_at"), 0);
  return begin && end ? "  (" + duration(*end - *begin) + ")" : "";
}

}  // namespace

std::string lost_time_text(const json& r) {
  std::vector<std::string> causes;
  for (const json& lost : r["lost_time"])
    causes.push_back(text_in(lost, "cause") + " " +
                     duration(std::llround(lost["seconds"].get<double>() * 1000)));
  return text::join(causes, "; ");
}

std::string cost_text(double usd, std::ptrdiff_t unpriced_runs) {
  if (unpriced_runs == 0) return money(usd);
  return money(usd) + " (" + std::to_string(unpriced_runs) +
         (unpriced_runs == 1 ? " run states" : " runs state") + " no cost)";
}

std::string summary_line(const json& r) {
  const json& tasks = r["tasks"];
  const auto count = [&tasks](const char* name, const char* what) { return tasks[name].dump() + " " + what; };
  const std::string early =
      text_in(r, "stop_reason").empty() ? "" : "ended early: " + printable(text_in(r, "stop_reason")) + "\n";
  return early + count("done_verified", "done (verified), ") +
         count("done_unverified", "done (unverified), ") + count("failed", "failed, ") +
         count("waiting_human", "waiting for you, ") + count("not_attempted", "not started; ") + cost_of(r) +
         "\nNext: orchestrate report" + (r["inbox"].empty() ? "" : ", orchestrate inbox");
}

std::string report_text(const json& r, bool colour) {
  std::string text =
      coloured("Session " + r["session"].dump(), Colour::bold, colour) + "  " + text_in(r, "started_at");
  text += r["ended_at"].is_null() ? "  still running, or cut off" : " - " + text_in(r, "ended_at") + span(r);
  if (!text_in(r, "stop_reason").empty()) text += "\nended early: " + printable(text_in(r, "stop_reason"));
  text += "\n\n";
  text += section("Done, verified", r["done_verified"], r["tasks"]["done_verified"], Colour::green, colour);
  text += section("Done, unverified: no check configured", r["done_unverified"],
                  r["tasks"]["done_unverified"], Colour::yellow, colour);
  text += section("Failed", r["failed"], r["tasks"]["failed"], Colour::red, colour);
  text += section("Waiting for you", r["waiting_human"], r["tasks"]["waiting_human"], Colour::yellow, colour);
  text += section("Not started", r["not_attempted"], r["tasks"]["not_attempted"], Colour::plain, colour);
  return text + decisions(r, colour) + facts(r);
}

}  // namespace orchestrate::api
