// Answers as pages for people: each is made of the JSON alone, and hostile bytes stay harmless.
#include "api/cli/pages/pages.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "api/operations/call.h"
#include "tests/api/cli/pages/shown.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using test::shown;

TEST(Pages, AreOfOperationsThatThereAreAndNoOperationHasTwo) {
  std::set<std::string> names;
  for (const auto& part : {task_pages, session_pages, inbox_pages, setup_pages}) {
    for (const Page& page : part()) {
      EXPECT_NE(find_operation(page.operation), nullptr) << page.operation;
      EXPECT_TRUE(names.insert(page.operation).second) << page.operation;
    }
  }
}

TEST(Pages, OfTheStatusShowsWhatRunsWaitsAndRests) {
  const json status = json::parse(R"({
    "session": 3, "closed": "stopped by `orchestrate stop`", "paused": "paused since 12:00: lunch",
    "inbox": 2, "config_error": "unknown key `x`",
    "queued": {"P0": 1, "P1": 0, "P2": 4, "P3": 0},
    "parks": [{"provider": "anthropic", "until": "2026-11-22T03:10:00Z", "why": "usage limit"},
              {"provider": "openai", "until": null, "why": "no login"}],
    "running": [{"task": 7, "run": 9, "agent_type": "coder", "phase": "running", "pid": null, "age_s": 65, "silent_s": 2,
                 "tokens": 1200, "cost_usd": 0.5}]})");
  const std::string page = shown("session.status", status);
  for (const char* words :
       {"session  3", "CLOSED   nothing new starts: stopped by `orchestrate stop`",
        "PAUSED   paused since 12:00: lunch", "P0 1   P1 0   P2 4   P3 0", "inbox    2 open",
        "CONFIG   broken: unknown key `x`", "paused   anthropic until 2026-11-22T03:10:00Z: usage limit",
        "paused   openai until you have answered: no login"})
    EXPECT_NE(page.find(words), std::string::npos) << words << "\n" << page;
  EXPECT_NE(page.find("7     9    coder"), std::string::npos) << page;
}

TEST(Pages, OfAPlanSaysToWhomAndWhen) {
  const json route = json::parse(
      R"({"agent_type": "coder", "rule": "r", "why": "it fits", "waits_for": [], "reasons": []})");
  json plan = json::array();
  const auto add = [&](json more) {
    json each = route;
    each.update(more);
    each.update(
        {{"id", 10 + plan.size()}, {"order", plan.size() + 1}, {"priority", "P1-HIGH"}, {"title", "T"}});
    plan.push_back(each);
  };
  add({{"to", "coder"}, {"starts_now", true}, {"holds", json::array()}});
  add({{"to", "coder"}, {"starts_now", false}, {"holds", {"busy", "paused"}}});
  add({{"to", "human"}, {"starts_now", false}, {"holds", json::array()}, {"inbox_kind", "manual"}});
  add({{"to", ""}, {"starts_now", false}, {"holds", {"nobody"}}});
  EXPECT_EQ(shown("tasks.plan", plan),
            "#  TASK  PRI  TITLE  TO              RULE  WHEN\n"
            "1  10    P1   T      coder           r     now\n"
            "2  11    P1   T      coder           r     waits: busy; paused\n"
            "3  12    P1   T      human (manual)  r     inbox\n"
            "4  13    P1   T      -               r     waits: nobody\n"
            "\n10: it fits\n11: it fits\n12: it fits\n13: it fits\n");
  EXPECT_EQ(shown("tasks.plan", json::array()), "the queue is empty\n");
}

TEST(Pages, OfACancelSayWhatCameTooLate) {
  const Page& page = *find_page("tasks.cancel");
  const json both = json::parse(R"([{"id": 1, "state": "cancelled"}, {"id": 2, "state": "done"}])");
  EXPECT_EQ(page.status(both), 1);
  EXPECT_EQ(page.status(json::array({both[0]})), 0);
  EXPECT_EQ(shown("tasks.cancel", both), "task 1 cancelled\n");
  std::ostringstream err;
  Context context;
  context.err = &err;
  page.note(context, both);
  EXPECT_EQ(err.str(), "orchestrate: too late: task 2 is already done\n");
}

TEST(Pages, OfTheDoctorCountAndPutTheFixBelow) {
  const json ok = {{"status", "ok"}, {"subject", "git"}, {"text", "2.39"}, {"fix", ""}};
  const json warn = {{"status", "warn"}, {"subject", "disk"}, {"text", "little"}, {"fix", "free some"}};
  const json fail = {{"status", "FAIL"}, {"subject", "coder"}, {"text", "no CLI"}, {"fix", "install it"}};
  EXPECT_EQ(shown("doctor.check", json::array({ok})), "ok  git  2.39\n\nready\n");
  EXPECT_NE(shown("doctor.check", json::array({ok, warn, warn})).find("\n\nready: 2 warnings\n"),
            std::string::npos);
  const std::string page = shown("doctor.check", json::array({fail, warn}));
  EXPECT_NE(page.find("no CLI\n      -> install it\n"), std::string::npos) << page;
  EXPECT_NE(page.find("\n\nnot ready: 1 problem, 1 warning\n"), std::string::npos) << page;
  EXPECT_EQ(find_page("doctor.check")->status(json::array({ok, warn})), 0);
  EXPECT_EQ(find_page("doctor.check")->status(json::array({fail})), 1);
}

TEST(Pages, OfAStopSayWhatEnded) {
  EXPECT_EQ(shown("session.stop", {{"session", 4}, {"ended", 0}}), "session 4 has ended\n");
  EXPECT_EQ(shown("session.stop", {{"session", nullptr}, {"ended", 0}}), "no session is running\n");
  EXPECT_EQ(
      shown("session.stop", {{"session", nullptr}, {"ended", 2}}),
      "no session is running; stopped 2 left by an earlier one; the next `orchestrate run` takes them up\n");
}

TEST(Pages, OfATaskHaveItsRunsWithTheOutputOfFailedChecks) {
  test::Sample sample;
  (void)sample.call("tasks.add",
                    {{"title", "Fix \x1B[2J it"}, {"description", "Why"}, {"checks", {"make test"}}});
  json task = sample.call("tasks.show", {{"id", 1}});
  task["runs"] = json::parse(
      R"([{"id": 5, "n": 1, "started_at": "2026-11-21T03:10:00Z", "phase": "ended", "agent_type": "coder",
    "driver": "claude", "cli_version": "2.1", "rule": "default", "outcome": "exit 0", "exit": null, "verdict": "retry",
    "why": "a check failed", "session_id": "", "tokens_in": 10, "tokens_out": 5, "cost_usd": 0.0, "branch": "b", "commit": "c",
    "tree": "t", "workspace": "/w", "changed_files": 2, "insertions": 3, "deletions": 1, "left_out": [], "flags": ["look"],
    "checks": [{"command": "make test", "passed": false, "how": "exit 1", "output_tail": "1 failed"}]}])");
  const std::string page = shown("tasks.show", task);
  for (const char* words :
       {"Task 1  Fix \xEF\xBF\xBD[2J it", "Run 5, attempt 1  2026-11-21T03:10:00Z  ended",
        "coder (claude 2.1), by rule: default", "2 files, +3 -1", "not stated", "FAILED  make test  (exit 1)",
        "  $ make test\n  | 1 failed\n", "(1 run states no cost)"})
    EXPECT_NE(page.find(words), std::string::npos) << words << "\n" << page;
}

TEST(Pages, OfARouteNameNobodyWhereThereIsNobodyNow) {
  json route =
      json::parse(R"({"to": "coder", "agent_type": null, "rule": "r", "why": "w", "waits_for": ["coder"],
    "reasons": [{"rule": "r", "matched": true, "text": "fits"}, {"rule": "s", "matched": false, "text": "does not"}]})");
  EXPECT_EQ(shown("tasks.route", route),
            "to    nobody now\nrule  r\nwhy   w\nwaits for coder\n\n  *  r  fits\n  -  s  does not\n");
}

}  // namespace
}  // namespace orchestrate::api
