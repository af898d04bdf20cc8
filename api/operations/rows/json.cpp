#include "api/operations/rows/json.h"

#include <nlohmann/json.hpp>

#include "orchestrator/store/rows/event.h"
#include "text/priority.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using text::utc_time;

using nlohmann::json;

template <typename T>
json maybe(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

json maybe_time(const std::optional<std::int64_t>& ms) {
  return ms ? json(utc_time(*ms)) : json(nullptr);
}

json exit_of(const Run& run) {
  if (!run.exit) return nullptr;
  const auto& e = *run.exit;
  return {{"code", e.code},
          {"signal", e.signal},
          {"reason", spawners::to_string(e.reason)},
          {"error", e.error},
          {"wall_s", static_cast<double>(e.wall_ms) / 1000},
          {"cpu_s", static_cast<double>(e.user_ms + e.system_ms) / 1000},
          {"max_rss_kib", e.max_rss_kib},
          {"swept", e.swept},
          {"left", e.left},
          {"stdout_bytes", e.stdout_bytes},
          {"stderr_bytes", e.stderr_bytes},
          {"dropped_bytes", e.dropped_bytes}};
}

json checks_of(const Run& run) {
  json list = json::array();
  for (const auto& c : run.evidence.checks) {
    list.push_back({{"command", c.command},
                    {"exit_code", c.exit_code},
                    {"passed", c.passed},
                    {"how", c.how},
                    {"of_project", c.of_project},
                    {"red_on_base", c.red_on_base},
                    {"output_tail", c.output_tail}});
  }
  return list;
}

json lines_of(const std::vector<ReportLine>& lines) {
  json list = json::array();
  for (const auto& line : lines) {
    list.push_back({{"id", line.task.id},
                    {"title", line.task.title},
                    {"priority", text::priority_name(line.task.rank)},
                    {"why", line.why},
                    {"branch", line.run ? line.run->branch : ""},
                    {"cost_usd", line.run ? line.run->cost_usd : 0.0}});
  }
  return list;
}

}  // namespace

json task_json(const Task& t, const std::string& agent_type, const std::string& reason) {
  return {{"id", t.id},
          {"title", t.title},
          {"state", to_string(t.state)},
          {"priority", text::priority_name(t.rank)},
          {"type", t.type},
          {"needs", t.needs},
          {"labels", t.labels},
          {"source", t.source},
          {"agent_type", agent_type},
          {"attempts", t.ledger.attempts},
          {"verified", maybe(t.verified)},
          {"reason", reason},
          {"created_at", utc_time(t.created_ms)},
          {"updated_at", utc_time(t.updated_ms)}};
}

json run_json(const Run& r) {
  return {{"id", r.id},
          {"n", r.n},
          {"session", r.session},
          {"agent_type", r.agent_type},
          {"driver", r.driver},
          {"rule", r.rule},
          {"phase", r.phase.text()},
          {"outcome", r.outcome},
          {"verdict", r.verdict.text()},
          {"why", r.why},
          {"started_at", utc_time(r.started_ms)},
          {"ended_at", maybe_time(r.ended_ms)},
          {"pid", maybe(r.pid)},
          {"exit", exit_of(r)},
          {"session_id", r.session_id},
          {"model", r.model},
          {"tokens_in", r.tokens_in},
          {"tokens_out", r.tokens_out},
          {"cost_usd", r.cost_usd},
          {"branch", r.branch},
          {"workspace", r.workspace},
          {"base", r.base},
          {"commit", r.commit},
          {"tree", r.tree},
          {"summary", r.summary},
          {"changed", r.evidence.changed},
          {"changed_files", r.evidence.changed_files},
          {"insertions", r.evidence.insertions},
          {"deletions", r.evidence.deletions},
          {"left_out", r.evidence.left_out},
          {"flags", r.evidence.flags},
          {"history", r.evidence.history},
          {"cli_version", r.evidence.cli_version},
          {"unknown_lines", r.evidence.unknown_lines},
          {"checks", checks_of(r)}};
}

json item_json(const InboxItem& i, bool whole) {
  json j = {{"id", i.id},
            {"task", maybe(i.task)},
            {"run", maybe(i.run)},
            {"kind", i.kind.text()},
            {"title", i.title},
            {"status", i.status},
            {"answer", i.answer},
            {"note", i.note},
            {"times", i.times},
            {"options", i.options},
            {"default", i.default_option},
            {"deadline", maybe_time(i.deadline_ms)},
            {"created_at", utc_time(i.created_ms)}};
  if (!whole) return j;
  j["packet"] = json::array();
  for (const auto& [heading, text] : i.packet)
    j["packet"].push_back({{"heading", heading}, {"text", text}});
  return j;
}

json report_json(const Report& r) {
  json lost = json::array();
  for (const auto& [cause, ms] : r.lost_time)
    lost.push_back({{"cause", cause}, {"seconds", static_cast<double>(ms) / 1000}});
  json inbox = json::array();
  for (const auto& item : r.inbox)
    inbox.push_back(item_json(item, false));
  return {{"session", r.session.id},
          {"started_at", utc_time(r.session.started_ms)},
          {"ended_at", maybe_time(r.session.ended_ms)},
          {"exit_status", maybe(r.session.exit_status)},
          {"stop_reason", r.session.stop_reason},
          {"tasks",
           {{"done_verified", r.done_verified.size()},
            {"done_unverified", r.done_unverified.size()},
            {"failed", r.failed.size()},
            {"waiting_human", r.waiting_human_count},
            {"not_attempted", r.not_attempted_count}}},
          {"done_verified", lines_of(r.done_verified)},
          {"done_unverified", lines_of(r.done_unverified)},
          {"failed", lines_of(r.failed)},
          {"waiting_human", lines_of(r.waiting_human)},
          {"not_attempted", lines_of(r.not_attempted)},
          {"runs", r.runs},
          {"runs_without_cost", r.unpriced},
          {"cost_usd", r.cost_usd},
          {"tokens", r.tokens},
          {"throughput_per_hour", r.throughput_per_hour},
          {"success_rate", r.success_rate},
          {"average_s", r.average_s},
          {"agents_used", r.agents_used},
          {"lost_time", lost},
          {"inbox", inbox}};
}

json route_json(const routing::Route& route) {
  json reasons = json::array();
  for (const auto& r : route.reasons)
    reasons.push_back({{"rule", r.rule}, {"matched", r.matched}, {"text", r.text}});
  const bool nobody = route.to.empty() && !route.waits_for.empty();
  return {{"to", nobody ? route.waits_for.front() : route.to},
          {"agent_type", route.to == routing::kHuman || route.to.empty() ? json(nullptr) : json(route.to)},
          {"rule", route.rule},
          {"why", route.why},
          {"waits_for", route.waits_for},
          {"reasons", reasons}};
}

json event_json(const EventRow& row) {
  json event = json::parse(event_line(row));
  event["session"] = maybe(row.session);
  return event;
}

json problems_json(const std::vector<config::Diagnostic>& problems) {
  json list = json::array();
  for (const auto& p : problems) {
    list.push_back({{"file", p.file},
                    {"line", p.line},
                    {"column", p.column},
                    {"width", p.width},
                    {"message", p.message},
                    {"hint", p.hint},
                    {"source", p.source}});
  }
  return list;
}

std::string text_of(const json& document) {
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string line_of(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace orchestrate::api
