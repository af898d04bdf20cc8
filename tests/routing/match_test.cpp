// Each condition of `when`, both ways, and the words it is explained with.
#include "routing/match.h"

#include <gtest/gtest.h>

namespace orchestrate::routing {
namespace {

Query payment_task() {
  Query query;
  query.title = "Fix the payment form";
  query.type = "IMPLEMENT";
  query.priority = "P1-HIGH";
  query.needs = {"backend", "database"};
  query.labels = {"urgent"};
  query.touches = {"src/pay/form.c", "docs/**"};
  query.source = "cli";
  query.attempts = 1;
  return query;
}

std::vector<Candidate> people() {
  return {{"free", {}, false, true, ""},
          {"parked", {}, true, true, "until 03:10"},
          {"full", {}, false, false, "2 of 2 busy"}};
}

struct Case {
  When when;
  bool matched;
  const char* text;
};

template <typename Set>
When when(Set set) {
  When conditions;
  set(conditions);
  return conditions;
}

TEST(Match, EveryConditionHoldsOrSaysWhyNot) {
  const std::vector<Case> cases = {
      {when([](When&) {}), true, "matches every task"},
      {when([](When& w) { w.type = {"implement"}; }), true, "type is IMPLEMENT"},
      {when([](When& w) {
         w.type = {"ARCHITECTURE", "STRATEGIC"};
       }),
       false, "type is IMPLEMENT, not ARCHITECTURE or STRATEGIC"},
      {when([](When& w) { w.priority = {"p1"}; }), true, "priority is P1"},
      {when([](When& w) {
         w.priority = {"P0-CRITICAL", "P2"};
       }),
       false, "priority is P1, not P0 or P2"},
      {when([](When& w) { w.touches = {"SRC/pay/*"}; }), true, "touches src/pay/form.c"},
      {when([](When& w) {
         w.touches = {"ci/*", "*.h"};
       }),
       false, "does not touch ci/* or *.h"},
      {when([](When& w) {
         w.needs_any = {"ui", "Backend"};
       }),
       true, "needs Backend"},
      {when([](When& w) {
         w.needs_any = {"ui", "api"};
       }),
       false, "does not need ui or api"},
      {when([](When& w) {
         w.needs_all = {"backend", "database"};
       }),
       true, "needs backend and database"},
      {when([](When& w) {
         w.needs_all = {"backend", "ui"};
       }),
       false, "does not need ui"},
      {when([](When& w) {
         w.label = {"urgent", "x"};
       }),
       true, "is labelled urgent"},
      {when([](When& w) { w.label = {"x"}; }), false, "is not labelled x"},
      {when([](When& w) { w.title = "*PAYMENT*"; }), true,
       "title \"Fix the payment form\" matches *PAYMENT*"},
      {when([](When& w) { w.title = "*login*"; }), false,
       "title \"Fix the payment form\" does not match *login*"},
      {when([](When& w) { w.source = {"cli"}; }), true, "source is cli"},
      {when([](When& w) {
         w.source = {"sql", "api"};
       }),
       false, "source is cli, not sql or api"},
      {when([](When& w) {
         w.agent_available = {"parked", "free"};
       }),
       true, "free is available"},
      {when([](When& w) {
         w.agent_available = {"parked", "full", "ghost"};
       }),
       false, "parked is parked (until 03:10), full has no free slot (2 of 2 busy) and ghost does not exist"},
      {when([](When& w) { w.attempts_at_least = 1; }), true, "attempts are 1"},
      {when([](When& w) { w.attempts_at_least = 2; }), false, "attempts are 1, fewer than 2"},
  };
  for (const Case& each : cases) {
    const Match found = match(each.when, payment_task(), people());
    EXPECT_EQ(found.matched, each.matched) << each.text;
    EXPECT_EQ(found.text, each.text);
  }
}

TEST(Match, ARuleThatCameCloseSaysWhatHeldAndWhatDidNot) {
  When conditions;
  conditions.needs_any = {"backend"};
  conditions.title = "*login*";
  EXPECT_EQ(match(conditions, payment_task(), {}).text,
            "needs backend, but title \"Fix the payment form\" does not match *login*");
}

TEST(Match, EverythingThatFailedIsSaidAfterEverythingThatHeld) {
  When conditions;
  conditions.type = {"IMPLEMENT"};
  conditions.source = {"cli"};
  conditions.label = {"x"};
  conditions.attempts_at_least = 2;
  const std::string failed = "is not labelled x and attempts are 1, fewer than 2";
  EXPECT_EQ(match(conditions, payment_task(), {}).text, "type is IMPLEMENT, source is cli, but " + failed);
  conditions.type.clear();
  conditions.source.clear();
  EXPECT_EQ(match(conditions, payment_task(), {}).text, failed);
}

TEST(Match, EveryWordThatBothNameIsSaid) {
  When conditions;
  conditions.needs_any = {"database", "ui", "backend"};
  conditions.label = {"URGENT"};
  conditions.touches = {"docs/*", "*.c"};
  EXPECT_EQ(match(conditions, payment_task(), {}).text,
            "needs database and backend, is labelled URGENT, touches src/pay/form.c and docs/**");
}

TEST(Match, WhoWasAskedForIsKnownWithTheAnswerWhereNothingElseFailed) {
  using Asked = std::vector<std::pair<std::string, bool>>;
  When conditions;
  conditions.agent_available = {"parked", "ghost", "free"};
  EXPECT_EQ(match(conditions, payment_task(), people()).asked, (Asked{{"parked", false}, {"free", true}}));
  conditions.agent_available = {"parked", "full"};
  EXPECT_EQ(match(conditions, payment_task(), people()).asked, (Asked{{"parked", false}, {"full", false}}))
      << "who is free may change it";
  conditions.attempts_at_least = 2;
  EXPECT_TRUE(match(conditions, payment_task(), people()).asked.empty()) << "whoever is free, it fails";
}

TEST(Match, ATitleIsMatchedWholeAndShownOnOneLine) {
  Query query;
  query.title = "a\nb" + std::string(200, 'z') + "!";
  When conditions;
  conditions.title = "*!";
  const Match found = match(conditions, query, {});
  EXPECT_TRUE(found.matched);
  EXPECT_EQ(found.text, "title \"a b" + std::string(74, 'z') + "\u2026\" matches *!");
}

TEST(WhyNot, SaysWhatIsInTheWay) {
  EXPECT_EQ(why_not({"a", {}, true, false, "until 03:10"}), "a is parked (until 03:10)");
  EXPECT_EQ(why_not({"a", {}, true, true, ""}), "a is parked");
  EXPECT_EQ(why_not({"a", {}, false, false, ""}), "a has no free slot");
  EXPECT_TRUE(can_start({"a", {}, false, true, "?"}));
  EXPECT_FALSE(can_start({"a", {}, true, true, ""}));
  EXPECT_FALSE(can_start({"a", {}, false, false, ""}));
}

TEST(Match, AnUnsetTypeIsNamedAsSuch) {
  When conditions;
  conditions.type = {"TEST"};
  Query query;
  EXPECT_EQ(match(conditions, query, {}).text, "type is not set, not TEST");
}

}  // namespace
}  // namespace orchestrate::routing
