// The morning page, on made-up rows.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/cli/pages/report_text.h"
#include "api/operations/rows/json.h"

namespace orchestrate::api {
namespace {

ReportLine line(std::int64_t id, int rank, const std::string& title, const std::string& why) {
  ReportLine l;
  l.task.id = id;
  l.task.rank = rank;
  l.task.title = title;
  l.why = why;
  return l;
}

Report night() {
  Report r;
  r.session.id = 3;
  r.session.started_ms = 1'794'999'600'000;
  r.session.ended_ms = r.session.started_ms + 2 * 3'600'000 + 600'000;
  ReportLine verified = line(7, 1, "Handle a missing unit", "checks passed");
  verified.run.emplace();
  verified.run->branch = "orchestrate/7";
  r.done_verified = {verified};
  r.failed = {line(12, 2, "Caf\u00e9 \x1B[2J menu", "exit 1")};
  r.not_attempted = {line(100, 3, std::string(60, 'x'), "no slot")};
  r.not_attempted_count = 1;
  InboxItem item;
  item.id = 4;
  item.kind = InboxKind::no_route;
  item.title = "Who does this?";
  item.options = {"retry", "cancel"};
  r.inbox = {item};
  r.cost_usd = 1.25;
  r.tokens = 4200;
  r.runs = 3;
  r.success_rate = 0.5;
  r.throughput_per_hour = 0.46;
  r.average_s = 61.25;
  r.agents_used = {"alpha", "beta"};
  r.lost_time = {{"exit 1", 65'000}};
  return r;
}

TEST(ReportHtml, NothingThatAnAgentWroteIsMarkup) {
  Report r = night();
  r.failed = {line(1, 0, "<script>alert(1)</script>", "a & \"b\" \x1B[2J")};
  const std::string page = report_html(report_json(r));
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;alert(1)&lt;/script&gt;"), std::string::npos);
  EXPECT_NE(page.find("a &amp; &quot;b&quot;"), std::string::npos);
  EXPECT_EQ(page.find('\x1B'), std::string::npos);
}

TEST(Report, SaysHowManyRunsStateNoCost) {
  Report r = night();
  EXPECT_NE(report_text(report_json(r), false).find("$1.25, 4200 tokens"), std::string::npos);
  r.unpriced = 2;
  EXPECT_NE(report_text(report_json(r), false).find("$1.25 (2 runs state no cost), 4200 tokens"),
            std::string::npos);
  EXPECT_NE(report_html(report_json(r)).find("$1.25 (2 runs state no cost)"), std::string::npos);
  EXPECT_NE(summary_line(report_json(r)).find("$1.25 (2 runs state no cost)"), std::string::npos);
}

TEST(ReportHtml, NeedsNothingFromOutside) {
  const std::string page = report_html(report_json(night()));
  EXPECT_EQ(page.find("http://"), std::string::npos);
  EXPECT_EQ(page.find("https://"), std::string::npos);
  EXPECT_EQ(page.find("src="), std::string::npos);
}

TEST(ReportText, IsThisPage) {
  EXPECT_EQ(report_text(report_json(night()), false),
            "Session 3  2026-11-18T11:00:00Z - 2026-11-18T13:10:00Z  (2 h 10 min)\n"
            "\n"
            "Done, verified (1)\n"
            "  7  P1  Handle a missing unit  checks passed  [orchestrate/7]\n"
            "\n"
            "Failed (1)\n"
            "  12  P2  Caf\u00e9 \uFFFD[2J menu  exit 1\n"
            "\n"
            "Not started (1)\n"
            "  100  P3  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\u2026  no slot\n"
            "\n"
            "Waiting for your decision (1)   orchestrate inbox show N\n"
            "  4  no_route  Who does this?  retry | cancel\n"
            "\n"
            "  cost       $1.25, 4200 tokens, 3 runs\n"
            "  success    50 % of the tasks attempted; 0.5 done per hour; 61.2 s per accepted run\n"
            "  agents     alpha, beta\n"
            "  time lost  exit 1 65 s\n"
            "\n");
}

TEST(ReportText, SaysHowManyMoreThereAre) {
  Report night_of_many = night();
  night_of_many.not_attempted_count = 1'000'000;
  const nlohmann::json r = report_json(night_of_many);
  EXPECT_NE(report_text(r, false).find("Not started (1000000)\n"), std::string::npos);
  EXPECT_NE(report_text(r, false).find("  and 999999 more\n"), std::string::npos);
  EXPECT_NE(report_html(r).find("and 999999 more"), std::string::npos);
}

TEST(ReportText, OfASessionThatWasCutOffSaysSo) {
  Report r = night();
  r.session.ended_ms.reset();
  r.session.stop_reason = "the budget\x1B is used up";
  const std::string text = report_text(report_json(r), false);
  EXPECT_NE(text.find("still running, or cut off"), std::string::npos);
  EXPECT_NE(text.find("ended early: the budget\uFFFD is used up"), std::string::npos);
}

TEST(ReportText, HasNoEscapeSequenceWithoutColour) {
  EXPECT_EQ(report_text(report_json(night()), false).find('\x1B'), std::string::npos);
  EXPECT_NE(report_text(report_json(night()), true).find('\x1B'), std::string::npos);
}

TEST(SummaryLine, CountsEveryEndAndNamesTheNextStep) {
  EXPECT_EQ(summary_line(report_json(night())),
            "1 done (verified), 0 done (unverified), 1 failed, 0 waiting for you, 1 not started; $1.25\n"
            "Next: orchestrate report, orchestrate inbox");
}

}  // namespace
}  // namespace orchestrate::api
