// Pages of the session, its events and the file that its report may become.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "api/operations/refused.h"
#include "tests/api/cli/pages/shown.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using test::shown;

TEST(SessionPages, OfAStatusInWhichNothingHappensAreThreeLines) {
  const json status = json::parse(
      R"({"session": null, "closed": null, "paused": null, "inbox": 0, "config_error": null, "running": [],
    "parks": [], "queued": {"P0": 0, "P1": 0, "P2": 0, "P3": 0}})");
  EXPECT_EQ(shown("session.status", status),
            "session  none running\nqueued   P0 0   P1 0   P2 0   P3 0\ninbox    0 open\n");
}

TEST(SessionPages, OfAStatusSayWhatKeepsTheQueueBeforeWhatRuns) {
  const json status = json::parse(R"({
    "session": 3, "closed": "the night ended at 06:30", "paused": "lunch\u001b", "inbox": 2, "config_error": "unknown key `x`",
    "queued": {"P0": 1, "P1": 2, "P2": 3, "P3": 4},
    "parks": [{"provider": "anthropic", "until": "2026-11-22T03:10:00Z", "why": "usage limit"},
              {"provider": "openai", "until": null, "why": "no login"}],
    "running": [{"task": 7, "run": 9, "agent_type": "coder", "phase": "running", "pid": null, "age_s": 65,
                 "silent_s": 2, "tokens": 1200, "cost_usd": 0.5}]})");
  EXPECT_EQ(shown("session.status", status),
            "session  3\n"
            "CLOSED   nothing new starts: the night ended at 06:30\n"
            "PAUSED   lunch\uFFFD\n"
            "queued   P0 1   P1 2   P2 3   P3 4\n"
            "inbox    2 open\n"
            "CONFIG   broken: unknown key `x`\n"
            "paused   anthropic until 2026-11-22T03:10:00Z: usage limit\n"
            "paused   openai until you have answered: no login\n"
            "\n"
            "TASK  RUN  AGENT TYPE  PHASE    PID  AGE   SILENT  TOKENS  COST\n"
            "7     9    coder       running  -    65 s  2.0 s   1200    $0.50\n");
}

TEST(SessionPages, OfARunningAgentAreARowWithItsAgeAndItsSilence) {
  const json status = json::parse(
      R"({"session": 3, "closed": null, "paused": null, "inbox": 0, "config_error": null, "parks": [],
    "queued": {"P0": 0, "P1": 0, "P2": 0, "P3": 0}, "running": [{"task": 7, "run": 9, "agent_type": "coder\u001b",
    "phase": "running", "pid": 4242, "age_s": 3725, "silent_s": 5, "tokens": 1200, "cost_usd": 0.5}]})");
  EXPECT_NE(
      shown("session.status", status)
          .find("\nTASK  RUN  AGENT TYPE  PHASE    PID   AGE          SILENT  TOKENS  COST\n"
                "7     9    coder\xEF\xBF\xBD      running  4242  62 min 05 s  5.0 s   1200    $0.50\n"),
      std::string::npos)
      << shown("session.status", status);
}

TEST(SessionPages, OfAPauseAndAResumeSayWhatIsNext) {
  EXPECT_EQ(shown("session.pause", {{"paused", "x"}}),
            "nothing new starts until `orchestrate resume`; running agents go on\n");
  EXPECT_EQ(shown("session.resume", {{"was_paused", false}, {"session", 1}}), "nothing was paused\n");
  EXPECT_EQ(shown("session.resume", {{"was_paused", true}, {"session", 1}}), "resumed\n");
  EXPECT_EQ(shown("session.resume", {{"was_paused", true}, {"session", nullptr}}),
            "resumed; no session is running: start one with `orchestrate run`\n");
}

TEST(SessionPages, OfAStopThatEndedOneAgentSpeakOfOne) {
  EXPECT_EQ(
      shown("session.stop", {{"session", nullptr}, {"ended", 1}}),
      "no session is running; stopped 1 left by an earlier one; the next `orchestrate run` takes it up\n");
}

TEST(SessionPages, OfEventsHaveWhatEachTellsBesideWhatAllHave) {
  const json events = json::parse(R"([
    {"seq": 4, "at": "2026-11-21T03:10:00Z", "kind": "run_started", "session": 1, "task": 7, "run": 9, "rule": "a"},
    {"seq": 5, "at": "2026-11-21T03:11:00Z", "kind": "resumed", "session": null, "task": null, "run": null}])");
  EXPECT_EQ(shown("events.list", events),
            "SEQ  AT                    TASK  RUN  KIND         DATA\n"
            "4    2026-11-21T03:10:00Z  7     9    run_started  {\"rule\":\"a\"}\n"
            "5    2026-11-21T03:11:00Z  -     -    resumed\n");
  EXPECT_EQ(shown("events.list", json::array()), "no events\n");
}

class ReportPage : public testing::Test {
 protected:
  ReportPage() {
    sample.store().write([&] { (void)sample.store().sessions.start(1, 1'794'999'600'000); });
    report = sample.call("session.report");
  }

  test::Sample sample;
  json report;
};

TEST_F(ReportPage, IsTextUnlessAFileIsNamed) {
  EXPECT_TRUE(shown("session.report", report).starts_with("Session 1  2026-11-18T11:00:00Z"))
      << shown("session.report", report);
  EXPECT_TRUE(shown("session.report", report, json{{"html", "-"}}).starts_with("<!doctype html>"));
}

TEST_F(ReportPage, InAFileReplacesWhatStoodThereAndItsNameIsPrinted) {
  const std::string file = sample.root() + "/report.html";
  sample.write("report.html", std::string(100'000, 'x'));
  EXPECT_EQ(shown("session.report", report, json{{"html", file}}), file + "\n");
  std::ifstream in(file);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(text, shown("session.report", report, json{{"html", "-"}}));
}

TEST_F(ReportPage, InAFileThatCannotBeWrittenIsRefused) {
  const std::string file = sample.root() + "/absent/report.html";
  try {
    (void)shown("session.report", report, json{{"html", file}});
    ADD_FAILURE() << "it was written";
  } catch (const Refused& e) {
    EXPECT_EQ(e.code(), Code::refused);
    EXPECT_EQ(e.what(), "cannot write " + file);
  }
}

TEST_F(ReportPage, NamedOnTheCommandLineIsWrittenThoughJsonIsAskedFor) {
  EXPECT_EQ(sample.type({"report", "--html", "-", "--json"}), 0) << sample.err();
  EXPECT_TRUE(sample.out().starts_with("<!doctype html>")) << "the page is what was asked for by name";
  EXPECT_EQ(sample.type({"report", "--json"}), 0);
  EXPECT_EQ(json::parse(sample.out())["session"], 1);
}

}  // namespace
}  // namespace orchestrate::api
