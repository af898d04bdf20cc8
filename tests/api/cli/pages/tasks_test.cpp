// Pages of tasks and of the queue: each word of them, and that nothing hostile gets through.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/api/cli/pages/shown.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using test::noted;
using test::shown;
using test::status_of;

TEST(TaskPages, OfWhatWasChangedAreALineForEachTask) {
  EXPECT_EQ(shown("tasks.add", {{"id", 7}}), "7\n") << "which scripts read";
  EXPECT_EQ(shown("tasks.edit", {{"id", 7}}), "task 7 changed\n");
  const json two = json::parse(R"([{"id": 3, "state": "queued"}, {"id": 1, "state": "queued"}])");
  EXPECT_EQ(shown("tasks.hold", two),
            "task 3 is on hold: nothing starts it until it is released\n"
            "task 1 is on hold: nothing starts it until it is released\n");
  EXPECT_EQ(shown("tasks.release", two), "task 3 released\ntask 1 released\n");
  EXPECT_EQ(shown("tasks.retry", two),
            "task 3 queued again (attempts and budget reset)\n"
            "task 1 queued again (attempts and budget reset)\n");
  for (const char* operation : {"tasks.hold", "tasks.release", "tasks.retry"})
    EXPECT_EQ(status_of(operation, two), 0);
}

TEST(TaskPages, OfAnImportAreTheIdsAndBesideThemWhatStayedAsItIs) {
  const json answer = json::parse(
      R"({"ids": [4, 2], "existing": [2], "kept": [{"id": 2, "key": "a\u001b[2J"}], "skipped": 2})");
  EXPECT_EQ(shown("tasks.import", answer), "4\n2\n");
  EXPECT_EQ(noted("tasks.import", answer),
            "task 2 has the key a\xEF\xBF\xBD[2J already: it stays as it is\n2 ticked items skipped\n");
  EXPECT_EQ(noted("tasks.import", json::parse(R"({"ids": [], "kept": [], "skipped": 1})")),
            "1 ticked item skipped\n");
  EXPECT_EQ(noted("tasks.import", json::parse(R"({"ids": [1], "kept": [], "skipped": 0})")), "");
}

TEST(TaskPages, OfADryRunShowWhatWouldBeQueued) {
  const json answer = json::parse(R"({"kept": [], "skipped": 0, "tasks": [
    {"n": 1, "title": "First", "priority": "P0-CRITICAL", "type": "FIX", "needs": ["a", "b"], "depends_on": [],
     "existing": null},
    {"n": 2, "title": "Second \u001b[2J", "priority": "P2-MEDIUM", "type": "IMPLEMENT", "needs": [],
     "depends_on": ["#1", "9"], "existing": 5}]})");
  EXPECT_EQ(shown("tasks.import", answer),
            "#  PRI  TYPE       TITLE                     NEEDS  DEPENDS ON\n"
            "1  P0   FIX        First                     a, b\n"
            "2  P2   IMPLEMENT  Second \xEF\xBF\xBD[2J  (is task 5)         #1, 9\n")
      << shown("tasks.import", answer);
}

json listed(const char* state, const json& verified, const std::string& reason = "") {
  return {{"id", 1},       {"priority", "P2-MEDIUM"}, {"state", state},  {"verified", verified},
          {"attempts", 2}, {"title", "Title"},        {"reason", reason}};
}

TEST(TaskPages, OfAListSayWhoSaysThatATaskIsDone) {
  const auto row = [](const json& task) {
    const std::string page = shown("tasks.list", json::array({task}));
    return page.substr(page.find('\n') + 1);
  };
  EXPECT_EQ(row(listed("done", true)), "1     P2   done (verified)  2      Title\n");
  EXPECT_EQ(row(listed("done", false)), "1     P2   done (unverified)  2      Title\n");
  EXPECT_EQ(row(listed("done", nullptr)), "1     P2   done (by a person)  2      Title\n");
  EXPECT_EQ(row(listed("queued", nullptr, "no \x1B slot")),
            "1     P2   queued  2      Title  no \xEF\xBF\xBD slot\n");
  EXPECT_EQ(shown("tasks.list", json::array()), "no tasks\n");
}

TEST(TaskPages, OfAListShortenWhatIsLong) {
  json task = listed("queued", nullptr, std::string(300, 'r'));
  task["title"] = std::string(300, 't');
  const std::string page = shown("tasks.list", json::array({task}));
  EXPECT_NE(page.find(std::string(49, 't') + "\u2026  "), std::string::npos) << page;
  EXPECT_NE(page.find(std::string(79, 'r') + "\u2026\n"), std::string::npos) << page;
}

TEST(TaskPages, OfWhyAreTheReasonsAndTheLastRun) {
  EXPECT_EQ(shown("tasks.why", {{"reasons", json::array()}, {"last_run", nullptr}}),
            "nothing holds it back: the running session starts it next\n");
  EXPECT_EQ(shown("tasks.why", {{"reasons", {"a person holds it", "no \x1B slot"}}, {"last_run", "exit 1"}}),
            "a person holds it\nno \xEF\xBF\xBD slot\nits last run: exit 1\n");
}

TEST(TaskPages, OfARouteMarkWhatDecided) {
  const json route =
      json::parse(R"({"to": "human", "agent_type": null, "rule": "strategy", "why": "a person decides",
    "waits_for": [], "reasons": [{"rule": "a", "matched": false, "text": "no"}, {"rule": "strategy", "matched": true,
    "text": "yes"}]})");
  EXPECT_EQ(shown("tasks.route", route),
            "to    human\nrule  strategy\nwhy   a person decides\n\n  -  a         no\n  *  strategy  yes\n");
}

TEST(TaskPages, OfAPromptAreItsBytesAlone) {
  EXPECT_EQ(shown("tasks.prompt", {{"id", 1}, {"agent_type", "a"}, {"prompt", "# Title\n\nx"}}),
            "# Title\n\nx");
}

json whole_task() {
  return json::parse(
      R"({"id": 7, "title": "Fix it", "state": "done", "verified": true, "reason": "", "priority": "P1-HIGH",
    "type": "FIX", "needs": ["a", "b"], "labels": ["urgent"], "touches": ["src/*.c"], "specs": ["spec.md"], "run": "make all", "checks": ["make test"], "acceptance": ["It works"],
    "depends_on": [3], "description": "Line\nline", "runs": [],
    "ledger": {"attempts": 2, "waits": 0, "wall_s": 65.0, "tokens": 0, "cost_usd": 1.5}})");
}

TEST(TaskPages, OfATaskHaveEverythingThatAPersonWroteOnIt) {
  EXPECT_EQ(shown("tasks.show", whole_task()),
            "Task 7  Fix it\n"
            "  state       done (verified)\n"
            "  priority    P1-HIGH, type FIX\n"
            "  needs       a\n"
            "  needs       b\n"
            "  labels      urgent\n"
            "  touches     src/*.c\n"
            "  specs       spec.md\n"
            "  run         make all\n"
            "  check       make test\n"
            "  accept      It works\n"
            "  depends on  3\n"
            "  used up     2 attempts, 65 s, $1.50\n"
            "\n"
            "  Line\n"
            "  line\n");
}

TEST(TaskPages, OfATaskCutADescriptionWithoutEndAndKeepColourOut) {
  json task = whole_task();
  task["description"] = std::string(10'000, 'd');
  task["title"] = "Fix \x1B[2J it";
  const std::string page = shown("tasks.show", task);
  EXPECT_TRUE(page.ends_with("\n\n  " + std::string(4000, 'd') + "\n")) << page.size();
  EXPECT_EQ(page.find('\x1B'), std::string::npos);
  EXPECT_NE(shown("tasks.show", task, true).find("\x1B["), std::string::npos) << "ours alone";
  EXPECT_EQ(shown("tasks.show", task, true).find("\x1B[2J"), std::string::npos);
}

json run_of_it() {
  return json::parse(
      R"({"id": 5, "n": 2, "started_at": "2026-11-21T03:10:00Z", "phase": "ended", "agent_type": "coder",
    "driver": "claude", "cli_version": "", "rule": "default", "outcome": "exit 0", "verdict": "accept", "why": "passed",
    "session_id": "s-1", "tokens_in": 0, "tokens_out": 0, "cost_usd": 0.0, "branch": "", "commit": "", "tree": "",
    "workspace": "", "changed_files": 0, "insertions": 0, "deletions": 0, "left_out": ["big.bin: oversize"], "flags": [],
    "exit": {"wall_s": 125.0, "cpu_s": 0.4, "stdout_bytes": 10, "stderr_bytes": 5, "dropped_bytes": 3, "swept": 1},
    "checks": [{"command": "make", "passed": true, "how": "exit 0", "output_tail": "much"},
               {"command": "lint", "passed": false, "how": "exit 1", "output_tail": ""}]})");
}

TEST(TaskPages, OfARunSayHowItsProcessEndedAndWhichChecksPassed) {
  json task = whole_task();
  task["runs"] = json::array({run_of_it()});
  const std::string page = shown("tasks.show", task);
  const std::string run = page.substr(page.find("\nRun 5"));
  EXPECT_EQ(run,
            "\nRun 5, attempt 2  2026-11-21T03:10:00Z  ended\n"
            "  agent type  coder (claude), by rule: default\n"
            "  outcome     exit 0\n"
            "  process     2 min 05 s, cpu 0.4 s, 15 bytes printed, 3 dropped, 1 processes swept\n"
            "  verdict     accept\n"
            "  why         passed\n"
            "  session     s-1\n"
            "  check       passed  make  (exit 0)\n"
            "  check       FAILED  lint  (exit 1)\n"
            "  left out    big.bin: oversize\n");
}

TEST(TaskPages, OfARunHaveEverythingThatIsKnownOfIt) {
  json run = run_of_it();
  run.update(json::parse(R"({"cli_version": "2.1", "verdict": "retry", "tokens_in": 10, "tokens_out": 5,
    "cost_usd": 0.5, "branch": "orchestrate/7", "commit": "c0ffee", "tree": "7ree", "workspace": "/w/task-7",
    "changed_files": 2, "insertions": 3, "deletions": 1, "left_out": [], "flags": ["look", "here"],
    "exit": null, "checks": [{"command": "make \u001b[2J", "passed": false, "how": "exit 1",
    "output_tail": "one\ntwo\n"}]})"));
  json task = whole_task();
  task["runs"] = json::array({run});
  const std::string page = shown("tasks.show", task);
  EXPECT_EQ(page.substr(page.find("\nRun 5")),
            "\nRun 5, attempt 2  2026-11-21T03:10:00Z  ended\n"
            "  agent type  coder (claude 2.1), by rule: default\n"
            "  outcome     exit 0\n"
            "  verdict     retry\n"
            "  why         passed\n"
            "  session     s-1\n"
            "  tokens      10 in, 5 out\n"
            "  cost        $0.50\n"
            "  branch      orchestrate/7\n"
            "  commit      c0ffee\n"
            "  tree        7ree\n"
            "  workspace   /w/task-7\n"
            "  changed     2 files, +3 -1\n"
            "  check       FAILED  make \uFFFD[2J  (exit 1)\n"
            "  look at     look\n"
            "  look at     here\n"
            "\n  $ make \uFFFD[2J\n  | one\n  | two\n");
}

TEST(TaskPages, OfATaskSayWhyItDoesNotStartAndWhoSaysThatItIsDone) {
  json task = whole_task();
  task["reason"] = "no slot";
  EXPECT_NE(shown("tasks.show", task).find("\n  why not now  no slot\n"), std::string::npos);
  task["verified"] = false;
  EXPECT_NE(shown("tasks.show", task).find("  done (unverified)\n"), std::string::npos);
  task["verified"] = nullptr;
  EXPECT_NE(shown("tasks.show", task).find("  done (by a person)\n"), std::string::npos);
  task["state"] = "waiting_human";
  EXPECT_NE(shown("tasks.show", task).find("  waiting_human\n"), std::string::npos);
}

TEST(TaskPages, OfARunThatStatesNoCostSaySo) {
  json task = whole_task();
  json run = run_of_it();
  run["tokens_in"] = 10;
  task["runs"] = json::array({run});
  EXPECT_NE(shown("tasks.show", task).find("  cost        not stated\n"), std::string::npos);
  EXPECT_NE(shown("tasks.show", task).find("$1.50 (1 run states no cost)"), std::string::npos);
  run["cost_usd"] = 0.5;
  task["runs"] = json::array({run});
  EXPECT_NE(shown("tasks.show", task).find("  cost        $0.50\n"), std::string::npos);
}

}  // namespace
}  // namespace orchestrate::api
