// Checking a project, and what this program says of itself.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "api/operations/call.h"
#include "orchestrator/session/process/session_lock.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

class SetupOperations : public testing::Test {
 protected:
  // What the doctor says about it.
  json about(const std::string& subject) {
    json found = json::array();
    for (const json& finding : sample.call("doctor.check")) {
      if (finding["subject"] == subject) found.push_back(finding);
    }
    return found;
  }
  json only(const std::string& subject) {
    const json found = about(subject);
    EXPECT_EQ(found.size(), 1U) << subject << " " << found;
    return found.empty() ? json::object() : found[0];
  }

  test::Sample sample;
};

TEST_F(SetupOperations, AConfigurationThatHoldsIsCounted) {
  sample.write(".orchestrate/routing.toml", "default = \"worker\"\n[[rule]]\nname = \"a\"\nto = \"human\"\n");
  EXPECT_EQ(sample.call("config.check"),
            json::parse(R"({"ok": true, "errors": [], "agent_types": 1, "rules": 1})"));
}

TEST_F(SetupOperations, EveryProblemOfAConfigurationHasItsPlace) {
  sample.write(".orchestrate/routing.toml", "default = \"workr\"\n");
  sample.write(".orchestrate/orchestrate.toml", "[dispatch]\nmax_parallel = 0\n");
  const json answer = sample.call("config.check");
  EXPECT_EQ(answer["ok"], false);
  ASSERT_EQ(answer["errors"].size(), 2U) << answer;
  std::vector<std::string> places;
  for (const json& error : answer["errors"])
    places.push_back(error["file"].get<std::string>() + ":" + error["line"].dump() + ":" +
                     error["column"].dump());
  std::sort(places.begin(), places.end());
  EXPECT_TRUE(places[0].ends_with("orchestrate.toml:2:16")) << places[0];
  EXPECT_TRUE(places[1].ends_with("routing.toml:1:11")) << places[1];
}

TEST_F(SetupOperations, WithoutAProjectTheDoctorSaysHowToMakeOne) {
  Desk desk;
  desk.directory = "/";
  const json findings = call(*find_operation("doctor.check"), desk, json::object());
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0]["status"], "FAIL");
  EXPECT_EQ(findings[0]["text"], "there is no .orchestrate/ in / or above it");
  EXPECT_EQ(findings[0]["fix"], "orchestrate init");
}

TEST_F(SetupOperations, TheDoctorLooksAtProjectConfigurationMachineAgentTypesAndDatabase) {
  std::vector<std::string> subjects;
  for (const json& finding : sample.call("doctor.check"))
    subjects.push_back(finding["subject"]);
  for (const char* subject :
       {"project", "configuration", "git", "shim", "clock", "disk", "worker", "worker: login", "database"})
    EXPECT_NE(std::find(subjects.begin(), subjects.end(), subject), subjects.end()) << subject;
  EXPECT_EQ(only("project")["text"], std::filesystem::canonical(sample.root()).string());
  EXPECT_EQ(only("configuration")["text"], "clean");
}

TEST_F(SetupOperations, ABrokenConfigurationFailsWithItsNumberOfProblems) {
  sample.write(".orchestrate/routing.toml", "default = \"workr\"\n");
  EXPECT_EQ(only("configuration")["text"], "1 problem");
  EXPECT_EQ(only("configuration")["status"], "FAIL");
  EXPECT_EQ(only("configuration")["fix"], "orchestrate config check");
  sample.write(".orchestrate/orchestrate.toml", "[dispatch]\nmax_parallel = 0\n");
  EXPECT_EQ(only("configuration")["text"], "2 problems");
}

TEST_F(SetupOperations, ADatabaseIsMadeByTheFirstTaskAndNotByTheDoctor) {
  Desk desk;
  desk.directory = sample.root();
  const auto database = [&] {
    for (const json& finding : call(*find_operation("doctor.check"), desk, json::object())) {
      if (finding["subject"] == "database") return finding;
    }
    return json();
  };
  EXPECT_EQ(database()["text"], "not made yet: the first task makes it");
  EXPECT_FALSE(std::filesystem::exists(sample.root() + "/.orchestrate/state"));
  (void)sample.call("tasks.add", {{"title", "x"}});
  EXPECT_EQ(database()["status"], "ok");
  EXPECT_TRUE(database()["text"].get<std::string>().ends_with("/state.db opens"));
}

TEST_F(SetupOperations, ADatabaseThatCannotBeReadFailsWithTheWayOut) {
  std::filesystem::create_directories(sample.root() + "/.orchestrate/state");
  sample.write(".orchestrate/state/state.db", std::string(8192, 'x'));
  Desk desk;
  desk.directory = sample.root();
  const json findings = call(*find_operation("doctor.check"), desk, json::object());
  EXPECT_EQ(findings.back()["subject"], "database");
  EXPECT_EQ(findings.back()["status"], "FAIL");
  EXPECT_EQ(findings.back()["fix"], "restore state.db from a backup; moved away, it begins anew and empty");
}

TEST_F(SetupOperations, ASessionThatRunsAPauseAndRunsThatWereLeftAreWarnings) {
  (void)sample.call("tasks.add", {{"title", "x"}});
  EXPECT_EQ(about("session"), json::array());
  Store& store = sample.store();
  store.write([&] {
    orchestrate::Run run;
    run.session = store.sessions.start(4711, 1);
    run.task = 1;
    run.started_ms = 1;
    (void)store.runs.start(run);
  });
  EXPECT_EQ(only("session")["text"], "1 run was left by one that died");
  {
    const SessionLock lock(sample.desk().project->paths.state);
    EXPECT_EQ(only("session")["text"], "one is running (pid 4711): a second would not start");
    EXPECT_EQ(only("session")["status"], "warn");
  }
  (void)sample.call("session.pause", {{"why", "lunch"}});
  const json both = about("session");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_NE(both[1]["text"].get<std::string>().find("lunch"), std::string::npos);
  EXPECT_EQ(both[1]["fix"], "orchestrate resume");
}

TEST_F(SetupOperations, TheVersionIsOneLine) {
  const std::string version = sample.call("api.version")["version"];
  EXPECT_FALSE(version.empty());
  EXPECT_EQ(version.find('\n'), std::string::npos);
  EXPECT_EQ(sample.type({"version"}), 0);
  EXPECT_EQ(sample.out(), "orchestrate " + version + "\n");
}

TEST_F(SetupOperations, TheTableIsAnsweredWithoutAProject) {
  Desk nothing;
  const json table = call(*find_operation("api.describe"), nothing, json::object());
  EXPECT_EQ(table, described());
  EXPECT_EQ(table["operations"].size(), operations().size());
}

}  // namespace
}  // namespace orchestrate::api
