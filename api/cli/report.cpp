#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/report_text.h"
#include "api/cli/verbs.h"
#include "api/operations/json.h"
#include "text/display.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

std::string percent(double share) {
  return std::to_string(std::lround(share * 100)) + " %";
}

std::string one_decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string section(const std::string& title, const std::vector<ReportLine>& lines, Colour colour,
                    bool enabled) {
  if (lines.empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const auto& line : lines) {
    std::string note = line.why;
    if (line.run && !line.run->branch.empty()) note += "  [" + line.run->branch + "]";
    rows.push_back({"  " + std::to_string(line.task.id), priority_short(line.task.rank),
                    shortened(printable(line.task.title), 44), shortened(printable(note), 120)});
  }
  return coloured(title + " (" + std::to_string(lines.size()) + ")", colour, enabled) + "\n" + table(rows) +
         "\n";
}

std::string facts(const Report& r) {
  std::vector<std::vector<std::string>> rows = {
      {"  cost", cost_text(r.cost_usd, r.unpriced) + ", " + std::to_string(r.tokens) + " tokens, " +
                     std::to_string(r.runs) + " runs"},
      {"  success", percent(r.success_rate) + " of the tasks attempted; " +
                        one_decimal(r.throughput_per_hour) + " done per hour; " + one_decimal(r.average_s) +
                        " s per accepted run"},
  };
  const std::string agents = joined(r.agents_used, ", ");
  rows.push_back({"  agents", agents.empty() ? "none" : agents});
  const std::string lost = lost_time_text(r);
  rows.push_back({"  time lost", lost.empty() ? "none" : lost});
  return table(rows) + "\n";
}

std::string decisions(const Report& r, bool colour) {
  if (r.inbox.empty()) return {};
  std::vector<std::vector<std::string>> rows;
  for (const auto& item : r.inbox) {
    const std::string options = joined(item.options, " | ");
    rows.push_back(
        {"  " + std::to_string(item.id), item.kind, shortened(printable(item.title), 70), options});
  }
  return coloured("Decisions owed (" + std::to_string(r.inbox.size()) + ")", Colour::yellow, colour) +
         "   orchestrate inbox show N\n" + table(rows) + "\n";
}

}  // namespace

std::string lost_time_text(const Report& r) {
  std::vector<std::string> causes;
  for (const auto& [cause, ms] : r.lost_time)
    causes.push_back(cause + " " + duration(ms));
  return joined(causes, "; ");
}

std::string cost_text(double usd, std::ptrdiff_t unpriced_runs) {
  if (unpriced_runs == 0) return money(usd);
  return money(usd) + " (" + std::to_string(unpriced_runs) +
         (unpriced_runs == 1 ? " run states" : " runs state") + " no cost)";
}

std::string summary_line(const Report& r) {
  const auto count = [](std::size_t n, const char* what) { return std::to_string(n) + " " + what; };
  const std::string early =
      r.session.stop_reason.empty() ? "" : "ended early: " + printable(r.session.stop_reason) + "\n";
  return early + count(r.done_verified.size(), "done (verified), ") +
         count(r.done_unverified.size(), "done (unverified), ") + count(r.failed.size(), "failed, ") +
         count(r.waiting_human.size(), "waiting for people, ") +
         count(r.not_attempted.size(), "not attempted; ") + cost_text(r.cost_usd, r.unpriced) +
         "\nNext: orchestrate report" + (r.inbox.empty() ? "" : ", orchestrate inbox");
}

std::string report_text(const Report& r, bool colour) {
  std::string text = coloured("Session " + std::to_string(r.session.id), Colour::bold, colour) + "  " +
                     utc_time(r.session.started_ms);
  text += r.session.ended_ms ? " - " + utc_time(*r.session.ended_ms) + "  (" +
                                   duration(*r.session.ended_ms - r.session.started_ms) + ")"
                             : "  still running, or cut off";
  if (!r.session.stop_reason.empty()) text += "\nended early: " + printable(r.session.stop_reason);
  text += "\n\n";
  text += section("Done, verified", r.done_verified, Colour::green, colour);
  text += section("Done, unverified: no check was configured", r.done_unverified, Colour::yellow, colour);
  text += section("Failed", r.failed, Colour::red, colour);
  text += section("Waiting for people", r.waiting_human, Colour::yellow, colour);
  text += section("Not attempted, or not yet", r.not_attempted, Colour::plain, colour);
  return text + decisions(r, colour) + facts(r);
}

int report(const Context& context, std::optional<std::int64_t> id, const std::string& html_file) {
  auto opened = open_project(context);
  const auto session = opened.store->sessions.find(id);
  if (!session) {
    throw Refused(id ? "there is no session " + std::to_string(*id)
                     : "no session has been run yet\n  start one with `orchestrate run`");
  }
  const Report r = make_report(*session, opened.project, *opened.store, wall_ms(), context.environment);
  if (!html_file.empty()) {
    std::ofstream file(html_file, std::ios::binary | std::ios::trunc);
    file << report_html(r);
    file.close();
    if (!file) throw Refused("cannot write " + html_file);
    *context.out << html_file << "\n";
    return 0;
  }
  *context.out << (context.json ? text_of(report_json(r)) : report_text(r, context.colour));
  return 0;
}

}  // namespace orchestrate::api
