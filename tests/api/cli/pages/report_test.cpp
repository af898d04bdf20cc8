// The morning page, on made-up rows.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/cli/pages/report_text.h"
#include "api/operations/rows/json.h"
#include "text/list.h"

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

TEST(ReportHtml, IsThisPage) {
  const std::string page = report_html(report_json(night()));
  const std::size_t body = page.find("<body>\n");
  ASSERT_NE(body, std::string::npos);
  EXPECT_EQ(
      page.substr(body),
      "<body>\n"
      "<h1>Session 3</h1>\n<p>2026-11-18T11:00:00Z - 2026-11-18T13:10:00Z</p>\n"
      "<h2 class=\"good\">Done, verified (1)</h2>\n<table>\n"
      "<tr><td>7</td><td>P1</td><td>Handle a missing unit</td><td>checks passed</td>"
      "<td>orchestrate/7</td></tr>\n</table>\n"
      "<h2 class=\"bad\">Failed (1)</h2>\n<table>\n"
      "<tr><td>12</td><td>P2</td><td>Caf\u00e9 \uFFFD[2J menu</td><td>exit 1</td><td></td></tr>\n</table>\n"
      "<h2 class=\"plain\">Not started (1)</h2>\n<table>\n"
      "<tr><td>100</td><td>P3</td><td>" +
          std::string(60, 'x') +
          "</td><td>no slot</td><td></td></tr>\n</table>\n"
          "<h2 class=\"open\">Waiting for your decision (1)</h2>\n<table>\n"
          "<tr><td>4</td><td>no_route</td><td>Who does this?</td><td>retry | cancel</td></tr>\n</table>\n"
          "<h2 class=\"plain\">The night in numbers</h2>\n<table>\n"
          "<tr><td>cost</td><td>$1.25, 4200 tokens, 3 runs</td></tr>\n"
          "<tr><td>agents</td><td>alpha, beta</td></tr>\n"
          "<tr><td>time lost</td><td>exit 1 65 s</td></tr>\n</table>\n"
          "</body></html>\n");
}

TEST(ReportHtml, ItsHeadLetsNothingBeLoadedAndIsReadAsUtf8) {
  const std::string page = report_html(report_json(night()));
  EXPECT_EQ(page.find("<!doctype html>\n"
                      "<html lang=\"en\"><head><meta charset=\"utf-8\">"
                      "<meta name=\"viewport\" content=\"width=device-width\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" "
                      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
                      "<title>orchestrate report</title>\n<style>\n"),
            0U);
  EXPECT_NE(page.find("\n</style></head><body>\n<h1>"), std::string::npos);
}

// Of the page's elements, those that must be closed: which are still open at its end, or closed unopened.
std::string unbalanced(const std::string& page) {
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const std::size_t end = page.find_first_of(" >", at);
    const std::string name = page.substr(at + 1, end - at - 1);
    if (name == "meta" || name == "br" || name == "!doctype") continue;
    if (name.starts_with('/')) {
      if (open.empty() || open.back() != name.substr(1)) return name;
      open.pop_back();
    } else {
      open.push_back(name);
    }
  }
  return text::join(open, " ");
}

TEST(ReportHtml, TheTagsOfThePageBalance) {
  Report r = night();
  r.session.stop_reason = "the budget is used up";
  r.done_unverified = r.waiting_human = r.failed;
  EXPECT_EQ(unbalanced(report_html(report_json(r))), "");
  EXPECT_EQ(unbalanced(report_html(report_json(Report()))), "");
}

TEST(ReportHtml, ItsRulesBalanceAndColourEveryKindOfSection) {
  const std::string page = report_html(report_json(night()));
  const std::string style = page.substr(page.find("<style>"), page.find("</style>") - page.find("<style>"));
  EXPECT_EQ(std::count(style.begin(), style.end(), '{'), std::count(style.begin(), style.end(), '}'));
  for (const char* kind : {".good {", ".open {", ".bad {", ".plain {"})
    EXPECT_NE(style.find(kind), std::string::npos) << kind;
}

TEST(ReportHtml, EachKindOfTaskHasItsSection) {
  Report r = night();
  r.failed.clear();
  r.done_verified.clear();
  r.not_attempted.clear();
  r.inbox.clear();
  r.done_unverified = {line(1, 0, "A", "no check")};
  r.waiting_human = {line(2, 0, "B", "a question")};
  r.waiting_human_count = 1;
  const std::string page = report_html(report_json(r));
  EXPECT_NE(page.find("<h2 class=\"open\">Done, unverified: no check configured (1)</h2>\n<table>\n"
                      "<tr><td>1</td><td>P0</td><td>A</td><td>no check</td><td></td></tr>\n</table>\n"
                      "<h2 class=\"open\">Waiting for you (1)</h2>\n<table>\n"
                      "<tr><td>2</td><td>P0</td><td>B</td><td>a question</td><td></td></tr>\n</table>\n"
                      "<h2 class=\"plain\">The night in numbers</h2>"),
            std::string::npos)
      << page;
}

TEST(ReportHtml, OfASessionThatWasCutOffSaysSo) {
  Report r = night();
  r.session.ended_ms.reset();
  r.session.stop_reason = "the <budget> is used up";
  r.agents_used.clear();
  r.lost_time.clear();
  const std::string page = report_html(report_json(r));
  EXPECT_NE(page.find("<p>2026-11-18T11:00:00Z - still running, or cut off"
                      "<br>ended early: the &lt;budget&gt; is used up</p>\n"),
            std::string::npos);
  EXPECT_NE(page.find("<td>agents</td><td>none</td>"), std::string::npos);
  EXPECT_NE(page.find("<td>time lost</td><td>none</td>"), std::string::npos);
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

TEST(SummaryLine, SaysFirstThatANightEndedEarly) {
  Report r = night();
  r.session.stop_reason = "the budget\x1B is used up";
  r.inbox.clear();
  EXPECT_EQ(summary_line(report_json(r)),
            "ended early: the budget\uFFFD is used up\n"
            "1 done (verified), 0 done (unverified), 1 failed, 0 waiting for you, 1 not started; $1.25\n"
            "Next: orchestrate report");
}

TEST(Cost, SaysOfHowManyRunsItIsNot) {
  EXPECT_EQ(cost_text(1.5, 0), "$1.50");
  EXPECT_EQ(cost_text(1.5, 1), "$1.50 (1 run states no cost)");
  EXPECT_EQ(cost_text(0, 2), "$0.00 (2 runs state no cost)");
}

TEST(SummaryLine, CountsEveryEndAndNamesTheNextStep) {
  EXPECT_EQ(summary_line(report_json(night())),
            "1 done (verified), 0 done (unverified), 1 failed, 0 waiting for you, 1 not started; $1.25\n"
            "Next: orchestrate report, orchestrate inbox");
}

}  // namespace
}  // namespace orchestrate::api
