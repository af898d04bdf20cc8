// Operations on the session: how it stands, pausing and stopping it, its report, and the events.
#include <sys/stat.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/operations/operation.h"
#include "api/operations/orphans.h"
#include "api/operations/rows/json.h"
#include "api/operations/rows/shapes.h"
#include "orchestrator/session/process/session_lock.h"
#include "spawners/step/step_id.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using text::local_time;
using text::utc_time;

using nlohmann::json;
using namespace shape;

const char* const kGroup = "Session";

// Sign of life of a running step, from the only place that cannot lie: the file it writes to.
std::int64_t silent_ms(const Desk& desk, const Run& run) {
  const std::string step =
      spawners::step_id(run.id, desk.store->steps.agent_of(run.id), spawners::kAgentStep);
  struct stat st {};
  const std::string file = desk.project->paths.runs + "/" + step + "/stdout";
  if (::stat(file.c_str(), &st) != 0) return desk.now_ms - run.started_ms;
  return desk.now_ms - (static_cast<std::int64_t>(st.st_mtim.tv_sec) * 1000 + st.st_mtim.tv_nsec / 1'000'000);
}

json running_json(Desk& desk) {
  json running = json::array();
  for (const auto& run : desk.store->runs.open()) {
    running.push_back({{"task", run.task},
                       {"run", run.id},
                       {"agent_type", run.agent_type},
                       {"phase", run.phase.text()},
                       {"pid", run.pid ? json(*run.pid) : json()},
                       {"age_s", (desk.now_ms - run.started_ms) / 1000},
                       {"silent_s", std::max<std::int64_t>(silent_ms(desk, run), 0) / 1000},
                       {"tokens", run.tokens_in + run.tokens_out},
                       {"cost_usd", run.cost_usd}});
  }
  return running;
}

json parks_json(Desk& desk) {
  json parks = json::array();
  for (const auto& park : desk.store->parks.in_force(desk.now_ms)) {
    parks.push_back({{"provider", park.provider},
                     {"until", park.until_ms ? json(utc_time(*park.until_ms)) : json()},
                     {"why", park.why}});
  }
  return parks;
}

// Absent: none runs. One that died has written no end: its lock says it.
std::optional<Session> running_session(const Desk& desk) {
  auto session = desk.store->sessions.find(std::nullopt);
  if (session && (session->ended_ms || !session_runs(desk.project->paths.state))) session.reset();
  return session;
}

json status(Desk& desk, const json&) {
  const auto counts = desk.store->tasks.counts();
  const std::string paused = desk.store->sessions.paused();
  const auto& errors = desk.project->errors;
  const auto session = running_session(desk);
  return {
      {"session", session ? json(session->id) : json()},
      {"closed", session && !session->closed.empty() ? json(session->closed) : json()},
      {"paused", paused.empty() ? json() : json(paused)},
      {"running", running_json(desk)},
      {"queued",
       {{"P0", counts.by_rank[0]},
        {"P1", counts.by_rank[1]},
        {"P2", counts.by_rank[2]},
        {"P3", counts.by_rank[3]}}},
      {"parks", parks_json(desk)},
      {"inbox", desk.store->inbox.list("open").size()},
      {"config_error", errors.empty() ? json() : json(errors.front().file + ": " + errors.front().message)}};
}

Shape status_shape() {
  const Shape running = object({{"task", id()},
                                {"run", id()},
                                {"agent_type", text()},
                                {"phase", text()},
                                {"pid", or_null(whole(0))},
                                {"age_s", real()},
                                {"silent_s", real()},
                                {"tokens", whole(0)},
                                {"cost_usd", real()}});
  const Shape park = object({{"provider", text()}, {"until", or_null(moment())}, {"why", text()}});
  return object({{"session", or_null(id())},
                 {"closed", or_null(text())},
                 {"paused", or_null(text())},
                 {"running", list_of(running)},
                 {"queued", object({{"P0", whole(0)}, {"P1", whole(0)}, {"P2", whole(0)}, {"P3", whole(0)}})},
                 {"parks", list_of(park)},
                 {"inbox", whole(0)},
                 {"config_error", or_null(text())}});
}

json pause(Desk& desk, const json& given) {
  const std::string why = given.value("why", std::string());
  const std::string text = "paused since " + local_time(desk.now_ms, desk.now_ms) +
                           (why.empty() ? "" : ": " + why) + " (`orchestrate resume` goes on)";
  desk.store->write([&] { desk.store->sessions.pause(text, desk.now_ms); });
  return {{"paused", text}};
}

json resume(Desk& desk, const json&) {
  const bool paused = !desk.store->sessions.paused().empty();
  if (paused) desk.store->write([&] { desk.store->sessions.resume(desk.now_ms); });
  const auto session = running_session(desk);
  return {{"was_paused", paused}, {"session", session ? json(session->id) : json()}};
}

// Which session was asked to stop. Null: none runs; then `ended` says how many agents of a dead one were
// ended.
json stop(Desk& desk, const json& given) {
  const json session =
      session_runs(desk.project->paths.state) ? json(desk.store->sessions.find(std::nullopt)->id) : json();
  if (session.is_null()) return {{"session", session}, {"ended", given["now"] ? end_orphans(desk) : 0}};
  desk.store->write([&] { (void)desk.store->sessions.ask_stop(given["now"], desk.now_ms); });
  return {{"session", session}, {"ended", 0}};
}

json stopped(Desk& desk, const json&) {
  // Another one may have begun meanwhile, which nobody asked.
  const auto last = desk.store->sessions.find(std::nullopt);
  const bool is_asked = last && !last->ended_ms && !last->stop_asked.empty();
  if (!is_asked || !session_runs(desk.project->paths.state)) {
    return {{"settled", true}, {"answer", json()}, {"waiting_for", json::array()}};
  }
  json running = json::array();
  for (const auto& run : desk.store->runs.open())
    running.push_back(waited_for(run, desk.now_ms));
  return {{"settled", false}, {"answer", json()}, {"waiting_for", running}};
}

json report(Desk& desk, const json& given) {
  const auto id =
      given.contains("session") ? std::optional(given["session"].get<std::int64_t>()) : std::nullopt;
  const auto session = desk.store->sessions.find(id);
  if (!session) {
    throw id ? Refused(Code::not_found, "there is no session " + std::to_string(*id))
             : Refused(Code::not_found, "no session has been run yet", "start one with `orchestrate run`");
  }
  return report_json(make_report(*session, *desk.project, *desk.store, desk.now_ms, desk.environment,
                                 session_runs(desk.project->paths.state)));
}

json events(Desk& desk, const json& given) {
  const int limit = given["limit"];
  const std::int64_t last = desk.store->events.last();
  const std::int64_t after =
      given.contains("after") ? given["after"].get<std::int64_t>() : std::max<std::int64_t>(last - limit, 0);
  json list = json::array();
  for (const auto& row : desk.store->events.after(after, limit))
    list.push_back(event_json(row));
  return list;
}

Operation steer(const std::string& verb, const std::string& does, std::vector<Field> fields, Shape gives,
                Handler handler) {
  Operation operation;
  operation.name = "session." + verb;
  operation.verb = verb;
  operation.route = "POST /api/v1/session/" + verb;
  operation.group = kGroup;
  operation.does = does;
  operation.example = "orchestrate " + verb;
  operation.effect = Effect::writes;
  operation.who = Who::owner;
  operation.fields = std::move(fields);
  operation.gives = std::move(gives);
  operation.handler = handler;
  return operation;
}

Operation pause_operation() {
  Field why{"why", text(), "Shown wherever somebody asks why nothing starts"};
  why.typed.may_be_empty = true;
  Operation operation = steer("pause", "Start nothing new until `resume`; running agents go on", {why},
                              object({{"paused", text()}}), pause);
  operation.example = "orchestrate pause --why \"the test server is down\"";
  operation.more =
      "A session that is paused while it runs waits. One that finds the queue paused when it starts says so and ends "
      "with status 4, unless it was started with --watch: nobody may be there to resume it.";
  return operation;
}

Operation stop_operation() {
  Operation operation =
      steer("stop", "End the session: start nothing new and wait for the running agents",
            {{"now", yes_no(), "Stop running agents too; that uses up no attempt", false, "no"}},
            object({{"session", or_null(id())}, {"ended", whole(0)}}), stop);
  operation.effect = Effect::asks;
  operation.outcome = stopped;
  return operation;
}

Operation look(const std::string& name, const std::string& verb, const std::string& group,
               const std::string& does, std::vector<Field> fields, Shape gives, Handler handler) {
  Operation operation;
  operation.name = name;
  operation.verb = verb;
  operation.route = "GET /api/v1/" + verb;
  operation.group = group;
  operation.does = does;
  operation.example = "orchestrate " + verb;
  operation.fields = std::move(fields);
  operation.gives = std::move(gives);
  operation.handler = handler;
  return operation;
}

Operation report_operation() {
  Operation operation =
      look("session.report", "report", kGroup, "Show what the last session did",
           {{"session", id(), "An earlier session", false, "", {"", "N"}}}, report_shape(), report);
  operation.example = "orchestrate report --session 12";
  operation.opens = Opens::configuration;
  return operation;
}

Operation events_operation() {
  Operation operation = look("events.list", "events", "Look", "List what happened, one event a line",
                             {{"after",
                               whole(0),
                               "Only events with a greater sequence number (default: the last ones)",
                               false,
                               "",
                               {"", "SEQ"}},
                              {"limit", whole(1, 1000), "At most so many", false, "100", {"", "N"}}},
                             list_of(event_shape()), events);
  operation.example = "orchestrate events --after 120 --json";
  return operation;
}

}  // namespace

std::vector<Operation> session_operations() {
  return {look("session.status", "status", kGroup, "Show what is running, waiting and paused", {},
               status_shape(), status),
          pause_operation(),
          steer("resume", "Start tasks again after `pause`", {},
                object({{"was_paused", yes_no()}, {"session", or_null(id())}}), resume),
          stop_operation(),
          report_operation(),
          events_operation()};
}

}  // namespace orchestrate::api
