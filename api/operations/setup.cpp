// Operations that check a project and the machine, and say what this program is.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "api/operations/call.h"
#include "api/operations/operation.h"
#include "api/operations/rows/json.h"
#include "api/operations/rows/shapes.h"
#include "orchestrator/doctor/examine.h"
#include "orchestrator/session/process/session_lock.h"
#include "text/words.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using namespace shape;

const char* const kGroup = "Set up";

json config_check(Desk& desk, const json&) {
  const Project& project = *desk.project;
  return {{"ok", project.errors.empty()},
          {"errors", problems_json(project.errors)},
          {"agent_types", project.config.agent_types.size()},
          {"rules", project.config.rules.rules.size()}};
}

Finding config_finding(const Project& project) {
  const std::size_t n = project.errors.size();
  if (n == 0) return {Health::ok, "configuration", "clean", ""};
  return {Health::fail, "configuration", text::counted(static_cast<std::int64_t>(n), "problem", "problems"),
          "orchestrate config check"};
}

// Who works here now, and what a session that died has left.
Findings session_findings(const Project& project, Store& store) {
  Findings all;
  const auto runs = store.runs.open().size();
  if (session_runs(project.paths.state)) {
    const auto session = store.sessions.find(std::nullopt);
    const std::string who = session ? " (pid " + std::to_string(session->pid) + ")" : "";
    all.push_back({Health::warn, "session", "one is running" + who + ": a second would not start",
                   "orchestrate status, or orchestrate stop"});
  } else if (runs > 0) {
    all.push_back(
        {Health::warn, "session",
         text::counted(static_cast<std::int64_t>(runs), "run was", "runs were") + " left by one that died",
         "orchestrate run, which takes them up again"});
  }
  if (const std::string paused = store.sessions.paused(); !paused.empty())
    all.push_back({Health::warn, "session", "nothing is started: " + paused, "orchestrate resume"});
  return all;
}

void add_store_findings(const Project& project, Findings& all) {
  if (!std::filesystem::exists(project.paths.state + "/state.db")) {
    all.push_back({Health::ok, "database", "not made yet: the first task makes it", ""});
    return;
  }
  try {
    Store store(project.paths.state);
    all.push_back({Health::ok, "database", project.paths.state + "/state.db opens", ""});
    for (auto& finding : session_findings(project, store))
      all.push_back(std::move(finding));
  } catch (const std::exception& e) {
    all.push_back({Health::fail, "database", e.what(),
                   "restore state.db from a backup; moved away, it begins anew and empty"});
  }
}

Findings examine(const Desk& desk) {
  const std::string directory = find_project(desk.directory);
  if (directory.empty()) {
    return {{Health::fail, "project",
             "there is no .orchestrate/ in " +
                 std::filesystem::absolute(desk.directory).lexically_normal().string() + " or above it",
             "orchestrate init"}};
  }
  const Project project = load_project(directory);
  const Base base = read_base(project);
  Findings all{{Health::ok, "project", directory, ""}, config_finding(project)};
  for (const auto& more : {examine_machine(project, base, desk.environment),
                           examine_agent_types(project, base, desk.environment)})
    all.insert(all.end(), more.begin(), more.end());
  add_store_findings(project, all);
  return all;
}

json doctor(Desk& desk, const json&) {
  json list = json::array();
  for (const Finding& f : examine(desk))
    list.push_back(
        {{"subject", f.subject}, {"status", to_string(f.health)}, {"text", f.text}, {"fix", f.fix}});
  return list;
}

json version(Desk&, const json&) {
  return {{"version", ORCHESTRATE_VERSION}};
}

json describe(Desk&, const json&) {
  return described();
}

Operation set_up(const std::string& name, const std::string& verb, const std::string& route,
                 const std::string& does, Opens opens, Shape gives, Handler handler) {
  Operation operation;
  operation.name = name;
  operation.verb = verb;
  operation.route = "GET /api/v1/" + route;
  operation.group = kGroup;
  operation.does = does;
  operation.example = "orchestrate " + verb;
  operation.opens = opens;
  operation.gives = std::move(gives);
  operation.handler = handler;
  return operation;
}

Operation doctor_operation() {
  const Shape finding = object(
      {{"subject", text()}, {"status", one_of({"ok", "warn", "FAIL"})}, {"text", text()}, {"fix", text()}});
  Operation operation =
      set_up("doctor.check", "doctor", "doctor",
             "Check the machine and each agent type for what would fail tonight; exit 1 when something would",
             Opens::nothing, list_of(finding), doctor);
  operation.more =
      "Every line is ok, warn or FAIL; what is not ok is followed by its fix. Runs no agent and no model: a CLI is "
      "only asked for its --version.";
  return operation;
}

Shape operations_shape() {
  const Shape field = object(
      {{"name", text()}, {"shape", any()}, {"does", text()}, {"needed", yes_no()}, {"default", any()}});
  Shape operation = object({{"name", text()},
                            {"verb", text()},
                            {"route", text()},
                            {"group", text()},
                            {"does", text()},
                            {"effect", one_of({"reads", "writes", "asks"})},
                            {"who", one_of({"reader", "agent", "owner"})},
                            {"fields", list_of(field)},
                            {"gives", any()}});
  return object({{"operations", list_of(operation)}});
}

}  // namespace

std::vector<Operation> setup_operations() {
  const Shape check = object({{"ok", yes_no()},
                              {"errors", list_of(problem_shape())},
                              {"agent_types", whole(0)},
                              {"rules", whole(0)}});
  return {
      set_up("config.check", "config check", "config/check",
             "Show every problem of the three files, with place and caret; exit 2 when there is one",
             Opens::files, check, config_check),
      transcript_operation(), doctor_operation(),
      set_up("api.describe", "api", "operations", "Print the table of operations, for programs that use it",
             Opens::nothing, operations_shape(), describe),
      set_up("api.version", "version", "version", "Print the version", Opens::nothing,
             object({{"version", text()}}), version)};
}

}  // namespace orchestrate::api
