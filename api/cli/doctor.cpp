// What would fail tonight, and the way out: for people, and for scripts.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/verbs.h"
#include "api/operations/json.h"
#include "orchestrator/doctor/examine.h"
#include "orchestrator/session/session_lock.h"
#include "text/display.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

Finding config_finding(const Project& project) {
  const std::size_t n = project.errors.size();
  if (n == 0) return {Health::ok, "configuration", "clean", ""};
  return {Health::fail, "configuration", std::to_string(n) + (n == 1 ? " problem" : " problems"),
          "orchestrate config check"};
}

// Who works here now, and what a session that died has left.
void add_session_findings(const Project& project, Findings& all) {
  if (!std::filesystem::exists(project.paths.state + "/state.db")) {
    all.push_back({Health::ok, "database", "not made yet: the first task makes it", ""});
    return;
  }
  try {
    Store store(project.paths.state);
    const auto runs = store.runs.open().size();
    all.push_back({Health::ok, "database", project.paths.state + "/state.db opens", ""});
    if (session_runs(project.paths.state)) {
      const auto session = store.sessions.find(std::nullopt);
      const std::string who = session ? " (pid " + std::to_string(session->pid) + ")" : "";
      all.push_back({Health::warn, "session", "one runs now" + who + ": a second would not start",
                     "orchestrate status, or orchestrate stop"});
    } else if (runs > 0) {
      all.push_back({Health::warn, "session", std::to_string(runs) + " runs were left by one that died",
                     "orchestrate run, which takes them up again"});
    }
    if (const std::string paused = store.sessions.paused(); !paused.empty())
      all.push_back({Health::warn, "session", "nothing is started: " + paused, "orchestrate resume"});
  } catch (const std::exception& e) {
    all.push_back({Health::fail, "database", e.what(),
                   "restore state.db from a backup; moved away, it begins anew and empty"});
  }
}

Findings examine(const Context& context) {
  const std::string directory = find_project(context.directory);
  if (directory.empty()) {
    return {{Health::fail, "project",
             "there is no .orchestrate/ in " +
                 std::filesystem::absolute(context.directory).lexically_normal().string() + " or above it",
             "orchestrate init"}};
  }
  const Project project = load_project(directory);
  const Base base = read_base(project);
  Findings all{{Health::ok, "project", directory, ""}, config_finding(project)};
  for (const auto& more : {examine_machine(project, base, context.environment),
                           examine_agent_types(project, base, context.environment)})
    all.insert(all.end(), more.begin(), more.end());
  add_session_findings(project, all);
  return all;
}

json finding_json(const Finding& f) {
  return {{"subject", f.subject}, {"status", to_string(f.health)}, {"text", f.text}, {"fix", f.fix}};
}

void print(const Context& context, const Findings& all) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& f : all)
    rows.push_back({std::string(to_string(f.health)), f.subject, f.text});
  // One row of the table per finding; its way out stands below it.
  const std::string text = table(rows);
  auto finding = all.begin();
  for (std::size_t at = 0; at < text.size(); ++finding) {
    const std::size_t end = text.find('\n', at) + 1;
    const Colour colour = finding->health == Health::ok     ? Colour::plain
                          : finding->health == Health::warn ? Colour::yellow
                                                            : Colour::red;
    *context.out << coloured(text.substr(at, end - at - 1), colour, context.colour) << "\n";
    if (!finding->fix.empty()) *context.out << "      -> " << printable(finding->fix) << "\n";
    at = end;
  }
}

std::string summary(const Findings& all) {
  const auto count = [&all](Health health) {
    return std::to_string(
        std::count_if(all.begin(), all.end(), [health](const Finding& f) { return f.health == health; }));
  };
  return count(Health::fail) + " would fail tonight, " + count(Health::warn) + " to look at, " +
         count(Health::ok) + " ok";
}

}  // namespace

int doctor(const Context& context) {
  const Findings all = examine(context);
  if (context.json) {
    json list = json::array();
    for (const auto& f : all)
      list.push_back(finding_json(f));
    *context.out << text_of(list);
  } else {
    print(context, all);
    *context.out << "\n" << summary(all) << "\n";
  }
  return std::any_of(all.begin(), all.end(), [](const Finding& f) { return f.health == Health::fail; }) ? 1
                                                                                                        : 0;
}

}  // namespace orchestrate::api
