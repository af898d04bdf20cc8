// `log`: what an agent printed, as it is on disk, rendered for people, for scripts and as bytes.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "orchestrator/session/process/session_lock.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

const char* const kAgents = R"(
[agent_types.worker]
driver    = "script"
workspace = "scratch"

[agent_types.coder]
driver    = "claude"
workspace = "scratch"
)";

class Log : public testing::Test {
 protected:
  Log() : sample(kAgents) { (void)sample.call("tasks.add", {{"title", "x"}}); }

  // One more attempt at task 1, whose agent is its second step.
  orchestrate::Run begin(const std::string& agent_type = "worker", bool agent = true) {
    Store& store = sample.store();
    orchestrate::Run run;
    run.task = 1;
    run.agent_type = agent_type;
    run.driver = agent_type == "coder" ? "claude" : "script";
    run.started_ms = 1;
    store.write([&] {
      run.session = store.sessions.start(1, 1);
      run.id = store.runs.start(run);
      if (agent) store.steps.started(run.id, 2, "agent", 1);
    });
    run.n = store.runs.find(run.id)->n;
    std::filesystem::create_directories(sample.root() + "/" + dir(run));
    return run;
  }
  void end(orchestrate::Run run, const std::string& why = "exit 1") {
    run.verdict = VerdictKind::retry;
    run.why = why;
    Settlement again;
    sample.store().write([&] { (void)sample.store().end_run(run, again, 2); });
  }

  static std::string dir(const orchestrate::Run& run) {
    return ".orchestrate/state/runs/" + std::to_string(run.id) + "/02-agent";
  }
  void left(const orchestrate::Run& run, const std::string& file, const std::string& text) const {
    sample.write(dir(run) + "/" + file, text);
  }
  std::string shown(std::vector<std::string> words = {}) {
    words.insert(words.begin(), {"log", "1"});
    EXPECT_EQ(sample.type(words), 0) << sample.err();
    return sample.out();
  }

  test::Sample sample;
};

TEST_F(Log, ShowsTheLinesOfTheLastAttempt) {
  auto run = begin();
  left(run, "stdout", "first attempt\n");
  end(run);
  run = begin();
  left(run, "stdout", "one\ntwo\n");
  EXPECT_EQ(shown(), "one\ntwo\n");
  EXPECT_EQ(shown({"--run", "1"}), "first attempt\n");
  EXPECT_EQ(shown({"--run", "2"}), "one\ntwo\n");
}

TEST_F(Log, HostileBytesAreHarmlessUnlessTheyAreAskedFor) {
  const auto run = begin();
  left(run, "stdout", "a\x1B[2Jb\nlast");
  EXPECT_EQ(shown(), "a\xEF\xBF\xBD[2Jb\nlast\n") << "what has no newline ends its line all the same";
  EXPECT_EQ(shown({"--raw"}), "a\x1B[2Jb\nlast");
}

TEST_F(Log, ShowsStandardErrorAlone) {
  const auto run = begin("coder");
  left(run, "stdout", "{}\n");
  left(run, "stderr", "warning: {\"type\":\"result\"}\n");
  EXPECT_EQ(shown({"--stderr"}), "warning: {\"type\":\"result\"}\n") << "no driver reads it";
}

TEST_F(Log, RecordsOfACliAreRendered) {
  const auto run = begin("coder");
  left(
      run, "stdout",
      "{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"s\"}\n"
      "{\"type\":\"assistant\",\"message\":{\"id\":\"a\",\"content\":[{\"type\":\"text\",\"text\":\"Reading\\nit\"},"
      "{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"Bash\",\"input\":{\"command\":\"make test\"}}]}}\n"
      "no json\n"
      "{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"done\"}\n");
  EXPECT_EQ(shown(), "Reading\nit\n> Bash make test\n= finished\n");
}

TEST_F(Log, AFailedEndSaysWhy) {
  const auto run = begin("coder");
  left(
      run, "stdout",
      "{\"type\":\"result\",\"subtype\":\"error_during_execution\",\"is_error\":true,\"result\":\"gave up\"}\n");
  EXPECT_TRUE(shown().starts_with("= failed: ")) << sample.out();
}

TEST_F(Log, IsJsonALineWithHowItIsRendered) {
  const auto run = begin("coder");
  left(run, "stdout",
       "no json \xFF\n{\"type\":\"result\",\"subtype\":\"success\",\"is_error\":false,\"result\":\"\"}\n");
  const std::string lines = shown({"--json"});
  ASSERT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  const json first = json::parse(lines.substr(0, lines.find('\n')));
  EXPECT_EQ(first["stream"], "stdout");
  EXPECT_EQ(first["line"], "no json \xEF\xBF\xBD");
  EXPECT_EQ(first["text"], "");
  EXPECT_EQ(json::parse(lines.substr(lines.find('\n')))["text"], "= finished");
}

TEST_F(Log, WhatWasCutIsSaidAndTheTailFollows) {
  const auto run = begin();
  left(run, "stdout", "head\n");
  left(run, "stdout.1", "tail\n");
  spawners::ExitRecord record;
  record.code = 0;
  record.stdout_tail = {"stdout.1"};
  left(run, "exit.json", spawners::to_json(record));
  EXPECT_EQ(shown(), "head\n\n[... cut: the output limit was reached ...]\ntail\n");
  EXPECT_EQ(shown({"--json"}).find("cut:"), std::string::npos);
  EXPECT_EQ(shown({"--stderr"}), "");
}

TEST_F(Log, AFifoInThePlaceOfTheOutputIsNotWaitedFor) {
  const auto run = begin();
  ASSERT_EQ(::mkfifo((sample.root() + "/" + dir(run) + "/stdout").c_str(), 0600), 0);
  end(run);
  EXPECT_EQ(shown(), "");
}

TEST_F(Log, WithoutAnyOutputIsEmpty) {
  (void)begin();
  EXPECT_EQ(shown(), "");
}

TEST_F(Log, IsRefusedWhereThereIsNothingToShow) {
  const auto refused = [&](const std::vector<std::string>& words) {
    EXPECT_EQ(sample.type(words), 1);
    EXPECT_EQ(sample.out(), "");
    return sample.err();
  };
  EXPECT_EQ(refused({"log", "9"}),
            "orchestrate: there is no task 9\n  `orchestrate list` shows those there are\n");
  EXPECT_EQ(refused({"log", "1"}),
            "orchestrate: task 1 has not been run yet\n  `orchestrate why 1` shows why\n");
  const auto run = begin("worker", false);
  EXPECT_EQ(refused({"log", "1"}), "orchestrate: its agent has not been started yet: it is starting\n");
  EXPECT_EQ(refused({"log", "1", "--run", "2"}), "orchestrate: task 1 has no attempt 2: it had 1\n");
  end(run, "the workspace could not be made");
  EXPECT_EQ(refused({"log", "1"}),
            "orchestrate: its agent was not started: the workspace could not be made\n");
}

TEST_F(Log, FollowingAnAttemptThatIsOverShowsItAndHowItEnded) {
  const auto run = begin();
  left(run, "stdout", "one\ntwo");
  end(run, "exit 1: \x1B[2J");
  EXPECT_EQ(shown({"--follow"}), "one\ntwo\n");
  EXPECT_EQ(sample.err(), "attempt 1 of task 1: retry: exit 1: \xEF\xBF\xBD[2J\n");
}

TEST_F(Log, FollowingWhatADeadSessionLeftEndsAndSaysWhoTakesItUp) {
  const auto run = begin();
  left(run, "stdout", "half\n");
  EXPECT_EQ(shown({"--follow"}), "half\n");
  EXPECT_EQ(sample.err(), "attempt 1 of task 1: no session runs; the next `orchestrate run` takes it up\n");
}

TEST_F(Log, FollowingATaskThatIsOverWithoutARunIsRefused) {
  (void)sample.call("tasks.cancel", {{"ids", {1}}});
  EXPECT_EQ(sample.type({"log", "1", "--follow"}), 1);
  EXPECT_NE(sample.err().find("task 1 has not been run yet"), std::string::npos) << sample.err();
}

}  // namespace
}  // namespace orchestrate::api
