#include "api/operations/rows/shapes.h"

#include <algorithm>

#include "api/operations/rows/task_values.h"
#include "orchestrator/store/rows/task.h"

namespace orchestrate::api {
namespace {

using namespace shape;

Shape count() {
  return whole(0);
}

void append(std::vector<Member>& members, std::vector<Member> more) {
  for (Member& member : more)
    members.push_back(std::move(member));
}

std::vector<Member> task_members() {
  return {{"id", id()},
          {"title", text()},
          {"state", state_shape()},
          {"priority", priority()},
          {"type", text()},
          {"needs", texts_shape()},
          {"labels", texts_shape()},
          {"source", text()},
          {"agent_type", text()},
          {"attempts", count()},
          {"verified", or_null(yes_no())},
          {"reason", text()},
          {"created_at", moment()},
          {"updated_at", moment()}};
}

Shape exit_shape() {
  return object({{"code", whole(-1e9)},
                 {"signal", count()},
                 {"reason", text()},
                 {"error", text()},
                 {"wall_s", real()},
                 {"cpu_s", real()},
                 {"max_rss_kib", count()},
                 {"swept", count()},
                 {"left", count()},
                 {"stdout_bytes", count()},
                 {"stderr_bytes", count()},
                 {"dropped_bytes", count()}});
}

Shape check_shape() {
  return object({{"command", text()},
                 {"exit_code", whole(-1e9)},
                 {"passed", yes_no()},
                 {"how", text()},
                 {"of_project", yes_no()},
                 {"red_on_base", yes_no()},
                 {"output_tail", text()}});
}

Shape report_lines() {
  return list_of(object({{"id", id()},
                         {"title", text()},
                         {"priority", priority()},
                         {"why", text()},
                         {"branch", text()},
                         {"cost_usd", real()}}));
}

std::vector<Member> route_members() {
  return {{"to", text()},
          {"agent_type", or_null(text())},
          {"rule", text()},
          {"why", text()},
          {"waits_for", texts_shape()},
          {"reasons", list_of(object({{"rule", text()}, {"matched", yes_no()}, {"text", text()}}))}};
}

}  // namespace

Shape state_shape() {
  return one_of({std::begin(Words<TaskState>::all), std::end(Words<TaskState>::all)});
}

Shape texts_shape() {
  return list_of(text());
}

Shape task_shape() {
  return object(task_members());
}

Shape whole_task_shape() {
  auto members = task_members();
  for (const TaskField& field : task_fields()) {
    const bool there = std::any_of(members.begin(), members.end(),
                                   [&field](const Member& member) { return member.name == field.name; });
    if (!there) members.push_back({std::string(field.name), or_null(shape_of(field))});
  }
  append(members, {{"held", yes_no()},
                   {"ledger", object({{"attempts", count()},
                                      {"waits", count()},
                                      {"wall_s", real()},
                                      {"tokens", count()},
                                      {"cost_usd", real()}})},
                   {"runs", list_of(run_shape())}});
  return object(std::move(members));
}

Shape run_shape() {
  return object({{"id", id()},
                 {"n", count()},
                 {"session", count()},
                 {"agent_type", text()},
                 {"driver", text()},
                 {"rule", text()},
                 {"phase", text()},
                 {"outcome", text()},
                 {"verdict", text()},
                 {"why", text()},
                 {"started_at", moment()},
                 {"ended_at", or_null(moment())},
                 {"pid", or_null(whole(0))},
                 {"exit", or_null(exit_shape())},
                 {"session_id", text()},
                 {"model", text()},
                 {"tokens_in", count()},
                 {"tokens_out", count()},
                 {"cost_usd", real()},
                 {"branch", text()},
                 {"workspace", text()},
                 {"base", text()},
                 {"commit", text()},
                 {"tree", text()},
                 {"summary", text()},
                 {"changed", texts_shape()},
                 {"changed_files", count()},
                 {"insertions", count()},
                 {"deletions", count()},
                 {"left_out", texts_shape()},
                 {"flags", texts_shape()},
                 {"history", text()},
                 {"cli_version", text()},
                 {"unknown_lines", count()},
                 {"checks", list_of(check_shape())}});
}

Shape item_shape(bool whole_item) {
  std::vector<Member> members = {{"id", id()},
                                 {"task", or_null(id())},
                                 {"run", or_null(id())},
                                 {"kind", text()},
                                 {"title", text()},
                                 {"status", text()},
                                 {"answer", text()},
                                 {"note", text()},
                                 {"times", count()},
                                 {"options", texts_shape()},
                                 {"default", text()},
                                 {"deadline", or_null(moment())},
                                 {"created_at", moment()}};
  if (whole_item) members.push_back({"packet", list_of(object({{"heading", text()}, {"text", text()}}))});
  return object(std::move(members));
}

Shape report_shape() {
  std::vector<Member> members = {{"session", id()},
                                 {"started_at", moment()},
                                 {"ended_at", or_null(moment())},
                                 {"exit_status", or_null(count())},
                                 {"stop_reason", text()},
                                 {"tasks", object({{"done_verified", count()},
                                                   {"done_unverified", count()},
                                                   {"failed", count()},
                                                   {"waiting_human", count()},
                                                   {"not_attempted", count()}})}};
  for (const char* part : {"done_verified", "done_unverified", "failed", "waiting_human", "not_attempted"})
    members.push_back({part, report_lines()});
  append(members, {{"runs", count()},
                   {"runs_without_cost", count()},
                   {"cost_usd", real()},
                   {"tokens", count()},
                   {"throughput_per_hour", real()},
                   {"success_rate", real()},
                   {"average_s", real()},
                   {"agents_used", texts_shape()},
                   {"lost_time", list_of(object({{"cause", text()}, {"seconds", real()}}))},
                   {"inbox", list_of(item_shape(false))}});
  return object(std::move(members));
}

Shape route_shape() {
  return object(route_members());
}

Shape planned_shape() {
  auto members = route_members();
  append(members, {{"id", id()},
                   {"title", text()},
                   {"priority", priority()},
                   {"starts_now", yes_no()},
                   {"holds", texts_shape()},
                   {"order", id()},
                   {"inbox_kind", text(), false}});
  return object(std::move(members));
}

Shape problem_shape() {
  return object({{"file", text()},
                 {"line", count()},
                 {"column", count()},
                 {"width", count()},
                 {"message", text()},
                 {"hint", text()},
                 {"source", text()}});
}

Shape event_shape() {
  Shape event = object({{"seq", id()},
                        {"at", moment()},
                        {"kind", text()},
                        {"session", or_null(id())},
                        {"task", or_null(id())},
                        {"run", or_null(id())}});
  event.open = true;
  return event;
}

}  // namespace orchestrate::api
