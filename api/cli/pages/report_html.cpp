#include "api/cli/pages/report_text.h"

#include <nlohmann/json.hpp>

#include "text/display.h"
#include "text/list.h"

namespace orchestrate::api {
namespace {

using text::printable;

using nlohmann::json;

constexpr const char* kHead = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>orchestrate report</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; border-left: .4rem solid; padding-left: .5rem }
table { border-collapse: collapse; width: 100% } td, th { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0 }
tr + tr { border-top: 1px solid #ddd } td:first-child { white-space: nowrap } code { font-size: .9em }
.good { border-color: #2a7d2a } .open { border-color: #b07d00 } .bad { border-color: #b02a2a } .plain { border-color: #888 }
</style></head><body>
)";

// Titles and reasons were written by people and agents: nothing of them is markup.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : printable(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string row(const std::vector<std::string>& cells) {
  std::string out = "<tr>";
  for (const auto& cell : cells)
    out += "<td>" + escaped(cell) + "</td>";
  return out + "</tr>\n";
}

std::string text_in(const json& object, const char* name) {
  return object[name].get<std::string>();
}

// `count`: of all of them; the lines may be the first.
std::string section(const std::string& title, const char* kind, const json& lines, const json& count) {
  if (lines.empty()) return {};
  std::string out =
      std::string("<h2 class=\"") + kind + "\">" + title + " (" + count.dump() + ")</h2>\n<table>\n";
  for (const json& line : lines) {
    out += row({line["id"].dump(), text_in(line, "priority").substr(0, 2), line["title"], line["why"],
                line["branch"]});
  }
  if (const auto more = count.get<std::ptrdiff_t>() - std::ssize(lines); more > 0)
    out += row({"and " + std::to_string(more) + " more"});
  return out + "</table>\n";
}

std::string decisions(const json& r) {
  if (r["inbox"].empty()) return {};
  std::string out = "<h2 class=\"open\">Waiting for your decision (" + std::to_string(r["inbox"].size()) +
                    ")</h2>\n<table>\n";
  for (const json& item : r["inbox"]) {
    out += row({item["id"].dump(), item["kind"], item["title"],
                text::join(item["options"].get<std::vector<std::string>>(), " | ")});
  }
  return out + "</table>\n";
}

std::string facts(const json& r) {
  const std::string lost = lost_time_text(r);
  const std::string agents = text::join(r["agents_used"].get<std::vector<std::string>>(), ", ");
  return "<h2 class=\"plain\">The night in numbers</h2>\n<table>\n" +
         row({"cost", cost_text(r["cost_usd"], r["runs_without_cost"].get<std::ptrdiff_t>()) + ", " +
                          r["tokens"].dump() + " tokens, " + r["runs"].dump() + " runs"}) +
         row({"agents", agents.empty() ? "none" : agents}) +
         row({"time lost", lost.empty() ? "none" : lost}) + "</table>\n";
}

}  // namespace

std::string report_html(const json& r) {
  std::string out = kHead;
  out += "<h1>Session " + r["session"].dump() + "</h1>\n<p>" + text_in(r, "started_at") + " - " +
         (r["ended_at"].is_null() ? "still running, or cut off" : text_in(r, "ended_at"));
  if (!text_in(r, "stop_reason").empty()) out += "<br>ended early: " + escaped(text_in(r, "stop_reason"));
  out += "</p>\n";
  out += section("Done, verified", "good", r["done_verified"], r["tasks"]["done_verified"]);
  out += section("Done, unverified: no check configured", "open", r["done_unverified"],
                 r["tasks"]["done_unverified"]);
  out += section("Failed", "bad", r["failed"], r["tasks"]["failed"]);
  out += section("Waiting for you", "open", r["waiting_human"], r["tasks"]["waiting_human"]);
  out += section("Not started", "plain", r["not_attempted"], r["tasks"]["not_attempted"]);
  return out + decisions(r) + facts(r) + "</body></html>\n";
}

}  // namespace orchestrate::api
