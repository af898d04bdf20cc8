// `run` as a program: its exit status, what it prints, and that there is one of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "orchestrator/session/process/session_lock.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

TEST(RunVerb, ExitsWith5WhileAnotherSessionRuns) {
  test::Sample sample;
  (void)sample.call("tasks.add", {{"title", "x"}, {"run", "true"}});
  const SessionLock other(sample.desk().project->paths.state);
  ASSERT_TRUE(other.held());
  EXPECT_EQ(sample.type({"run"}), 5);
  EXPECT_TRUE(sample.err().starts_with("orchestrate: another session is running in this project: pid "))
      << sample.err();
  EXPECT_TRUE(sample.err().ends_with("\n  `orchestrate status` shows what it does\n")) << sample.err();
  EXPECT_EQ(sample.out(), "");
  EXPECT_FALSE(sample.store().sessions.find(std::nullopt)) << "it began none";
  EXPECT_EQ(sample.call("tasks.show", {{"id", 1}})["state"], "queued");
}

TEST(RunVerb, ExitsWith0WhenNothingIsDueAndSaysSo) {
  test::Sample sample;
  EXPECT_EQ(sample.type({"run"}), 0) << sample.err();
  EXPECT_TRUE(
      sample.out().ends_with("\n0 done (verified), 0 done (unverified), 0 failed, 0 waiting for you, 0 not "
                             "started; $0.00\nNext: orchestrate report\n"))
      << sample.out();
  const auto session = sample.store().sessions.find(std::nullopt);
  ASSERT_TRUE(session);
  EXPECT_EQ(session->exit_status, 0);
  EXPECT_TRUE(session->ended_ms);
}

TEST(RunVerb, RefusesANightWhoseFilesAreGoneSinceTheLastOne) {
  test::Sample sample;
  ASSERT_EQ(sample.type({"run", "--quiet"}), 0) << sample.err();
  (void)sample.type({"add", "x"});
  const std::string file = sample.root() + "/.orchestrate/agents.toml";
  for (const bool removed : {true, false}) {
    removed ? (void)std::filesystem::remove(file) : sample.write(".orchestrate/agents.toml", "\n");
    EXPECT_EQ(sample.type({"run", "--quiet"}), 2);
    EXPECT_NE(sample.err().find(".orchestrate/agents.toml: error: was there, and is gone or empty"),
              std::string::npos)
        << sample.err();
    ASSERT_EQ(sample.type({"list"}), 0);
    EXPECT_NE(sample.out().find("the configuration has errors"), std::string::npos) << sample.out();
  }
  EXPECT_TRUE(sample.store().inbox.list("open").empty());
  sample.write(".orchestrate/agents.toml", "# nobody\n");
  EXPECT_EQ(sample.type({"run", "--quiet"}), 3) << "it is meant: " << sample.err();
}

TEST(RunVerb, RefusesANightWhoseDatabaseIsGoneFromBesideItsRuns) {
  test::Sample sample;
  std::filesystem::create_directories(sample.root() + "/.orchestrate/state/runs/1/01-agent");
  for (const char* file : {"state.db", "state.db-wal", "state.db-shm"})
    std::filesystem::remove(sample.root() + "/.orchestrate/state/" + file);
  EXPECT_EQ(sample.type({"run", "--quiet"}), 2);
  EXPECT_EQ(sample.err().find("orchestrate: state.db is gone or empty, but "), 0U) << sample.err();
  EXPECT_EQ(sample.err().find("nothing is lost"), std::string::npos) << sample.err();
}

TEST(RunVerb, RefusesANightThatNamesNothing) {
  test::Sample sample;
  EXPECT_EQ(sample.type({"run", "--only", "777"}), 1);
  EXPECT_NE(sample.err().find("there is no task 777"), std::string::npos) << sample.err();
  for (const char* flag : {"--priority", "--only", "--until", "--max-cost", "--max-tasks"}) {
    EXPECT_EQ(sample.type({"run", flag, ""}), 2);
    EXPECT_NE(sample.err().find(std::string("an empty ") + (flag + 2) + ": leave it out"), std::string::npos)
        << sample.err();
  }
  EXPECT_FALSE(sample.store().sessions.find(std::nullopt)) << "none was begun";
}

TEST(RunVerb, ExitsWith3WhenDecisionsWait) {
  test::Sample sample;
  (void)sample.call("tasks.add", {{"title", "Water the plants"}, {"manual", true}});
  EXPECT_EQ(sample.type({"run"}), 3) << sample.err();
  EXPECT_NE(sample.out().find("human     1  Water the plants"), std::string::npos) << sample.out();
  EXPECT_NE(sample.out().find("1 waiting for you"), std::string::npos) << sample.out();
  EXPECT_TRUE(sample.out().ends_with("Next: orchestrate report, orchestrate inbox\n")) << sample.out();
}

TEST(RunVerb, ExitsWith4WhenItFindsItselfPausedAndSaysHowToGoOn) {
  test::Sample sample;
  sample.write(".orchestrate/routing.toml", "default = \"worker\"\n");
  (void)sample.call("tasks.add", {{"title", "x"}, {"run", "true"}});
  (void)sample.call("session.pause", {{"why", "lunch \x1B[2J"}});
  EXPECT_EQ(sample.type({"run", "--quiet"}), 4);
  EXPECT_TRUE(sample.err().starts_with("orchestrate: nothing is started: paused since ")) << sample.err();
  EXPECT_NE(sample.err().find("lunch \xEF\xBF\xBD[2J (`orchestrate resume` goes on)"), std::string::npos)
      << sample.err();
  EXPECT_EQ(sample.out(), "") << "it was asked to be quiet";
}

TEST(RunVerb, ExitsWith2WhenTheConfigurationIsBrokenAndBeginsNothing) {
  test::Sample sample;
  (void)sample.call("tasks.add", {{"title", "x"}, {"manual", true}});
  sample.write(".orchestrate/routing.toml", "default = \"workr\"\n");
  EXPECT_EQ(sample.type({"run"}), 2);
  EXPECT_NE(sample.err().find("the configuration has errors; nothing was started"), std::string::npos);
  EXPECT_FALSE(sample.store().sessions.find(std::nullopt));
}

TEST(RunVerb, PrintsItsEventsAsJsonLines) {
  test::Sample sample;
  (void)sample.call("tasks.add", {{"title", "x"}, {"manual", true}});
  EXPECT_EQ(sample.type({"run", "--json"}), 3) << sample.err();
  std::vector<std::string> kinds;
  std::istringstream lines(sample.out());
  for (std::string line; std::getline(lines, line);)
    kinds.push_back(json::parse(line)["kind"]);
  ASSERT_FALSE(kinds.empty());
  EXPECT_EQ(kinds.front(), "session_started");
  EXPECT_EQ(kinds.back(), "session_ended");
  EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "task_handed_to_human"), 1);
}

TEST(RunVerb, TakesOnlyThePrioritiesAndTasksThatItIsGiven) {
  test::Sample sample;
  for (const char* priority : {"P0", "P1", "P2", "P1"})
    (void)sample.call("tasks.add", {{"title", "x"}, {"manual", true}, {"priority", priority}});
  const auto waiting = [&] {
    std::vector<std::int64_t> ids;
    for (const json& task : sample.call("tasks.list", {{"state", "waiting_human"}}))
      ids.push_back(task["id"]);
    return ids;
  };
  using Ids = std::vector<std::int64_t>;
  EXPECT_EQ(sample.type({"run", "--quiet", "--only", "4"}), 3);
  EXPECT_EQ(waiting(), Ids{4});
  EXPECT_EQ(sample.type({"run", "--quiet", "--priority", "P0,p2"}), 3);
  EXPECT_EQ(waiting(), (Ids{1, 3, 4}));
}

TEST(RunVerb, RefusesWhatMakesNoSenseBeforeItLooksAtTheProject) {
  test::Sample sample;
  const auto refused = [&](const std::vector<std::string>& words) {
    std::vector<std::string> all = {"run"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_EQ(sample.type(all), 2);
    return sample.err();
  };
  for (const char* time : {"24:30", "24:00", "6", "06:60", "-1:30", "06:30x", "noon", "6.30"})
    EXPECT_EQ(refused({"--until=" + std::string(time)}),
              "orchestrate: invalid time of day `" + std::string(time) + "`: use HH:MM, like 06:30\n");
  for (const char* list : {"P9", "P0;P1", "high"})
    EXPECT_NE(refused({"--priority", list}).find("use P0, P1, P2 or P3, separated by commas"),
              std::string::npos)
        << list;
  EXPECT_EQ(refused({"--priority", "P0,P9"}),
            "orchestrate: invalid priority `P9`: use P0, P1, P2 or P3, separated by commas\n");
  EXPECT_EQ(refused({"--max-tasks", "0"}),
            "orchestrate: invalid max-tasks `0`: use a whole number from 1 to 1000000\n");
  EXPECT_EQ(refused({"--max-parallel", "0"}),
            "orchestrate: invalid max-parallel `0`: use a whole number from 1 to 10000\n");
  EXPECT_EQ(refused({"--only", "0"}), "orchestrate: invalid only `0`: use a whole number from 1\n");
  EXPECT_FALSE(sample.store().sessions.find(std::nullopt));
}

}  // namespace
}  // namespace orchestrate::api
