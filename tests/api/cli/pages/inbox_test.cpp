// Pages of what waits for people.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/api/cli/pages/shown.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using test::shown;

json item() {
  return json::parse(
      R"({"id": 3, "kind": "base_red", "task": 7, "run": 9, "times": 1, "title": "Task 7 \u001b[2J",
    "status": "open", "answer": "", "note": "", "options": ["retry", "done", "cancel"], "default": "retry",
    "created_at": "2026-11-21T03:10:00Z", "packet": [{"heading": "Why", "text": "`make` fails\non the base\u001b[2J"},
    {"heading": "Where", "text": "here"}]})");
}

TEST(InboxPages, OfTheListMarkTheDefaultAndSayWhatToTypeNext) {
  EXPECT_EQ(shown("inbox.list", json::array({item()})),
            "N  KIND      TASK  TIMES  TITLE        OPTIONS\n"
            "3  base_red  7     1      Task 7 \xEF\xBF\xBD[2J  retry* | done | cancel\n"
            "\norchestrate inbox show N   shows one with its evidence\n");
  EXPECT_EQ(shown("inbox.list", json::array()), "nothing is waiting for you\n");
}

TEST(InboxPages, OfWhatIsClosedSayTheAnswerInsteadOfTheOptions) {
  json closed = item();
  closed["status"] = "answered";
  closed["answer"] = "cancel";
  closed["task"] = nullptr;
  const std::string page = shown("inbox.list", json::array({closed}));
  EXPECT_NE(page.find("3  base_red  -     1"), std::string::npos) << page;
  EXPECT_NE(page.find("  answered: cancel\n"), std::string::npos) << page;
  EXPECT_EQ(page.find("retry*"), std::string::npos) << page;
}

TEST(InboxPages, OfAnItemHaveItsEvidencePartByPart) {
  EXPECT_EQ(shown("inbox.show", item()),
            "3  Task 7 \xEF\xBF\xBD[2J\n"
            "base_red, open, since 2026-11-21T03:10:00Z\n"
            "\nWhy\n  `make` fails\n  on the base\xEF\xBF\xBD[2J\n"
            "\nWhere\n  here\n"
            "\nOptions\n  retry  (default)\n  done\n  cancel\n");
  json again = item();
  again["times"] = 4;
  EXPECT_NE(shown("inbox.show", again).find("since 2026-11-21T03:10:00Z, 4 times\n"), std::string::npos);
  EXPECT_NE(shown("inbox.show", again, true).find("\x1B["), std::string::npos) << "headings stand out";
}

TEST(InboxPages, OfAnAnswerAreALine) {
  EXPECT_EQ(shown("inbox.answer", {{"id", 3}, {"answer", "retry"}}), "item 3: retry\n");
  EXPECT_EQ(shown("inbox.done", {{"id", 3}, {"answer", "done"}}), "item 3: done\n");
  EXPECT_EQ(shown("inbox.archive", {{"archived", 0}}), "0 items archived\n");
  EXPECT_EQ(shown("inbox.archive", {{"archived", 1}}), "1 item archived\n");
  EXPECT_EQ(shown("inbox.archive", {{"archived", 2}}), "2 items archived\n");
}

}  // namespace
}  // namespace orchestrate::api
