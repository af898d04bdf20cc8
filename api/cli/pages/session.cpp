// The session and its report, for people.
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/pages/pages.h"
#include "api/cli/pages/report_text.h"
#include "api/operations/rows/json.h"
#include "text/display.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using text::duration;
using text::money;
using text::printable;
using text::table;

using nlohmann::json;

std::string text_in(const json& object, const char* name) {
  return object[name].get<std::string>();
}

std::string number_or_dash(const json& value) {
  return value.is_null() ? "-" : value.dump();
}

std::string seconds(const json& value) {
  return duration(static_cast<std::int64_t>(value.get<double>() * 1000));
}

void print_running(const Context& context, const json& running) {
  if (running.empty()) return;
  std::vector<std::vector<std::string>> rows = {
      {"TASK", "RUN", "AGENT TYPE", "PHASE", "PID", "AGE", "SILENT", "TOKENS", "COST"}};
  for (const json& r : running) {
    rows.push_back({r["task"].dump(), r["run"].dump(), r["agent_type"], r["phase"], number_or_dash(r["pid"]),
                    seconds(r["age_s"]), seconds(r["silent_s"]), r["tokens"].dump(), money(r["cost_usd"])});
  }
  *context.out << "\n" << table(rows);
}

void print_status(const Context& context, const json& s, const json&) {
  auto& out = *context.out;
  out << "session  " << (s["session"].is_null() ? "none running" : s["session"].dump()) << "\n";
  if (!s["closed"].is_null())
    out << "CLOSED   nothing new starts: " << printable(text_in(s, "closed")) << "\n";
  if (s["session"].is_null() && !s["running"].empty())
    out << "         what is below was left by a session that died; the next `orchestrate run` takes it up\n";
  if (!s["paused"].is_null()) out << "PAUSED   " << printable(text_in(s, "paused")) << "\n";
  const json& queued = s["queued"];
  out << "queued   P0 " << queued["P0"] << "   P1 " << queued["P1"] << "   P2 " << queued["P2"] << "   P3 "
      << queued["P3"] << "\n";
  out << "inbox    " << s["inbox"] << " open\n";
  if (!s["config_error"].is_null())
    out << "CONFIG   broken: " << printable(text_in(s, "config_error")) << "\n";
  for (const json& p : s["parks"]) {
    out << "paused   " << printable(text_in(p, "provider")) << " until "
        << (p["until"].is_null() ? "you have answered" : text_in(p, "until")) << ": "
        << printable(text_in(p, "why")) << "\n";
  }
  print_running(context, s["running"]);
}

void print_paused(const Context& context, const json&, const json&) {
  *context.out << "nothing new starts until `orchestrate resume`; running agents go on\n";
}

void print_resumed(const Context& context, const json& answer, const json&) {
  *context.out << (answer["was_paused"] == false ? "nothing was paused\n"
                   : answer["session"].is_null()
                       ? "resumed; no session is running: start one with `orchestrate run`\n"
                       : "resumed\n");
}

void print_stopped(const Context& context, const json& answer, const json&) {
  if (!answer["session"].is_null()) {
    *context.out << "session " << answer["session"] << " has ended\n";
  } else if (answer["ended"] == 0) {
    *context.out << "no session is running\n";
  } else {
    *context.out << "no session is running; stopped " << answer["ended"]
                 << " left by an earlier one; the next `orchestrate run` takes "
                 << (answer["ended"] == 1 ? "it" : "them") << " up\n";
  }
}

void print_report(const Context& context, const json& report, const json& given) {
  const std::string file = given.value("html", std::string());
  if (file.empty()) {
    *context.out << report_text(report, context.colour);
  } else if (file == "-") {
    *context.out << report_html(report);
  } else {
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << report_html(report);
    out.close();
    if (!out) throw Refused(Code::refused, "cannot write " + file);
    *context.out << file << "\n";
  }
}

// What an event tells beside what and when.
json data_of(json event) {
  for (const char* known : {"seq", "at", "kind", "session", "task", "run"})
    event.erase(known);
  return event;
}

void print_events(const Context& context, const json& events, const json&) {
  std::vector<std::vector<std::string>> rows = {{"SEQ", "AT", "TASK", "RUN", "KIND", "DATA"}};
  for (const json& event : events) {
    const json data = data_of(event);
    rows.push_back({event["seq"].dump(), event["at"], number_or_dash(event["task"]),
                    number_or_dash(event["run"]), event["kind"],
                    data.empty() ? "" : data.dump(-1, ' ', false, json::error_handler_t::replace)});
  }
  *context.out << (events.empty() ? "no events\n" : table(rows));
}

}  // namespace

std::vector<Page> session_pages() {
  Field html{"html", shape::text(), "Write the page to this file; - is standard output"};
  html.typed.value = "FILE";
  return {{"session.status", print_status},
          {"session.pause", print_paused},
          {"session.resume", print_resumed},
          {"session.stop", print_stopped},
          {"session.report", print_report, nullptr, {html}},
          {"events.list", print_events}};
}

}  // namespace orchestrate::api
