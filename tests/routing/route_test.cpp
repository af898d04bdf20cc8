#include "routing/route.h"

#include <gtest/gtest.h>

namespace orchestrate::routing {
namespace {

using Names = std::vector<std::string>;

Candidate free_one(std::string name, Names fallback = {}) {
  return {std::move(name), std::move(fallback), false, true, ""};
}
Candidate parked(std::string name, Names fallback = {}) {
  return {std::move(name), std::move(fallback), true, true, "until 03:10"};
}
Candidate full(std::string name, Names fallback = {}) {
  return {std::move(name), std::move(fallback), false, false, "2 of 2 busy"};
}

Rule rule(std::string name, When when, Names to) {
  return {std::move(name), std::move(when), std::move(to), 0};
}

When type_is(const char* type) {
  When when;
  when.type = {type};
  return when;
}

Rules everything_to(Names to) {
  Rules rules;
  rules.rules = {rule("all", {}, std::move(to))};
  return rules;
}

// The routing of the document that the product began with.
Rules shop_rules() {
  Rules rules;
  rules.rules = {rule("strategy", type_is("ARCHITECTURE"), {kHuman})};
  rules.capabilities = {{"backend", "backend-specialist", 1}, {"ui", "ui-specialist-pro", 2}};
  rules.fallback = "development-lead";
  return rules;
}

std::vector<Candidate> shop_people() {
  return {free_one("backend-specialist"), free_one("ui-specialist-pro"), free_one("development-lead")};
}

TEST(Route, AManualTaskGoesToAPersonWhateverTheRulesSay) {
  Query query;
  query.manual = true;
  query.agent = "development-lead";
  const Route route = routing::route(everything_to({"development-lead"}), query, shop_people());
  EXPECT_EQ(route.to, kHuman);
  EXPECT_EQ(route.rule, "task");
  EXPECT_EQ(route.why, "the task is flagged for a person: a person decides");
}

TEST(Route, ATaskThatNamesItsAgentTypeGetsIt) {
  Query query;
  query.type = "ARCHITECTURE";
  query.agent = "ui-specialist-pro";
  const Route route = routing::route(shop_rules(), query, shop_people());
  EXPECT_EQ(route.to, "ui-specialist-pro");
  ASSERT_EQ(route.reasons.size(), 1U);
  EXPECT_TRUE(route.reasons[0].matched);
}

TEST(Route, ANamedAgentTypeThatIsParkedIsStoodInForByItsFallback) {
  Query query;
  query.agent = "a";
  const Route route = routing::route({}, query, {parked("a", {"b"}), free_one("b")});
  EXPECT_EQ(route.to, "b");
  EXPECT_EQ(route.why, "the task asks for a: a is parked (until 03:10), so b takes it");
}

TEST(Route, AnEmptyAgentNameMeansNone) {
  Query query;
  query.agent = "";
  EXPECT_EQ(routing::route(shop_rules(), query, shop_people()).rule, "default");
}

TEST(Route, TheFirstMatchingRuleWinsAndTheOnesBeforeItSayWhyNot) {
  Rules rules = shop_rules();
  rules.rules.push_back(rule("first", type_is("TEST"), {"ui-specialist-pro"}));
  rules.rules.push_back(rule("second", type_is("TEST"), {"backend-specialist"}));
  Query query;
  query.type = "test";
  const Route route = routing::route(rules, query, shop_people());
  EXPECT_EQ(route.to, "ui-specialist-pro");
  EXPECT_EQ(route.rule, "first");
  ASSERT_EQ(route.reasons.size(), 2U);
  EXPECT_FALSE(route.reasons[0].matched);
  EXPECT_EQ(route.reasons[0].text, "type is test, not ARCHITECTURE");
  EXPECT_TRUE(route.reasons[1].matched);
}

TEST(Route, RulesComeBeforeTheCapabilityMap) {
  Query query;
  query.type = "ARCHITECTURE";
  query.needs = {"backend"};
  EXPECT_EQ(routing::route(shop_rules(), query, shop_people()).to, kHuman);
}

TEST(Route, TheFirstNeededCapabilityThatIsListedDecides) {
  Query query;
  query.needs = {"quantum", "ui", "backend"};
  const Route route = routing::route(shop_rules(), query, shop_people());
  EXPECT_EQ(route.to, "ui-specialist-pro");
  EXPECT_EQ(route.rule, "capability ui");
  ASSERT_EQ(route.reasons.size(), 3U);
  EXPECT_EQ(route.reasons[1].text, "nobody is listed for quantum");
}

TEST(Route, TheDefaultTakesWhatNothingElseMatches) {
  const Route route = routing::route(shop_rules(), {}, shop_people());
  EXPECT_EQ(route.to, "development-lead");
  EXPECT_EQ(route.rule, "default");
  EXPECT_EQ(route.why, "nothing else matched: development-lead takes it");
}

TEST(Route, WithoutAnyRulesAPersonDecides) {
  EXPECT_EQ(routing::route({}, {}, {}).to, kHuman);
  EXPECT_FALSE(routing::route({}, {}, {}).no_route);
}

TEST(Route, OfSeveralTheFirstThatCanStartIsTaken) {
  const Route route =
      routing::route(everything_to({"a", "b", "c"}), {}, {parked("a"), full("b"), free_one("c")});
  EXPECT_EQ(route.to, "c");
  EXPECT_TRUE(route.waits_for.empty());
  EXPECT_EQ(route.why,
            "matches every task: a is parked (until 03:10), b has no free slot (2 of 2 busy), so c takes it");
}

TEST(Route, AListedOneIsPreferredToAFallback) {
  const std::vector<Candidate> candidates = {parked("a", {"z"}), free_one("b"), free_one("z")};
  EXPECT_EQ(routing::route(everything_to({"a", "b"}), {}, candidates).to, "b");
}

TEST(Route, OneThatIsMerelyFullIsWaitedFor) {
  const Route route = routing::route(everything_to({"a"}), {}, {full("a", {"b"}), free_one("b")});
  EXPECT_EQ(route.to, "");
  EXPECT_EQ(route.waits_for, Names({"a"}));
  EXPECT_FALSE(route.no_route);
}

TEST(Route, FallbacksOfParkedFallbacksAreTriedInOrder) {
  const std::vector<Candidate> candidates = {parked("a", {"b", "d"}), parked("b", {"c"}), free_one("c"),
                                             free_one("d")};
  EXPECT_EQ(routing::route(everything_to({"a"}), {}, candidates).to, "c");
}

TEST(Route, FallbacksInACircleEnd) {
  const std::vector<Candidate> candidates = {parked("a", {"b"}), parked("b", {"a", "b"})};
  const Route route = routing::route(everything_to({"a"}), {}, candidates);
  EXPECT_EQ(route.to, "");
  EXPECT_EQ(route.waits_for, Names({"a", "b"}));
}

TEST(Route, AVeryLongChainOfFallbacksIsFollowed) {
  std::vector<Candidate> candidates;
  for (int i = 0; i < 1000; ++i)
    candidates.push_back(parked(std::to_string(i), {std::to_string(i + 1)}));
  candidates.push_back(free_one("1000"));
  EXPECT_EQ(routing::route(everything_to({"0"}), {}, candidates).to, "1000");
}

TEST(Route, WhoCouldServeIsNamedInOrderOfPreferenceWhenNobodyIsFree) {
  const std::vector<Candidate> candidates = {full("a"), parked("b", {"c"}), full("c", {"d"}), free_one("d")};
  const Route route = routing::route(everything_to({"a", "b"}), {}, candidates);
  EXPECT_EQ(route.to, "");
  EXPECT_EQ(route.waits_for, Names({"a", "b", "c"}));
}

TEST(Route, ATargetThatDoesNotExistIsNoRoute) {
  const Route route = routing::route(everything_to({"ghost"}), {}, shop_people());
  EXPECT_TRUE(route.no_route);
  EXPECT_EQ(route.to, "");
  EXPECT_EQ(route.why, "matches every task: ghost does not exist");

  Query query;
  query.agent = "ghost";
  EXPECT_TRUE(routing::route({}, query, shop_people()).no_route);
}

TEST(Route, ARuleWithoutTargetsIsNoRoute) {
  EXPECT_TRUE(routing::route(everything_to({}), {}, {}).no_route);
}

TEST(Route, ATargetThatDoesNotExistIsPassedOverForOneThatDoes) {
  EXPECT_EQ(routing::route(everything_to({"ghost", "a"}), {}, {free_one("a")}).to, "a");
  const Route waiting = routing::route(everything_to({"ghost", "a"}), {}, {full("a")});
  EXPECT_FALSE(waiting.no_route);
  EXPECT_EQ(waiting.waits_for, Names({"a"}));
}

// "rule yes|no text" of every reason, then who was named and why.
std::string told(const Route& route) {
  std::string text;
  for (const Reason& reason : route.reasons)
    text += reason.rule + (reason.matched ? " yes " : " no ") + reason.text + "\n";
  for (const std::string& name : route.names)
    text += "[" + name + "]";
  return text + " " + route.rule + ": " + route.why;
}

TEST(Route, HasEveryStepOfTheDecisionInItsOrder) {
  Query query;
  query.needs = {"quantum", "Backend"};
  EXPECT_EQ(told(routing::route(shop_rules(), query, shop_people())),
            "strategy no type is not set, not ARCHITECTURE\n"
            "capability quantum no nobody is listed for quantum\n"
            "capability Backend yes needs Backend\n"
            "[backend-specialist] capability Backend: needs Backend: backend-specialist takes it");
  query.needs.clear();
  EXPECT_EQ(told(routing::route(shop_rules(), query, shop_people())),
            "strategy no type is not set, not ARCHITECTURE\n"
            "default yes nothing else matched\n"
            "[development-lead] default: nothing else matched: development-lead takes it");
}

TEST(Route, SaysInWordsWhyNobodyTakesIt) {
  EXPECT_EQ(
      routing::route(everything_to({"a", "b"}), {}, {full("a"), parked("b")}).why,
      "matches every task: nobody is free: a has no free slot (2 of 2 busy), b is parked (until 03:10)");
  EXPECT_EQ(routing::route(everything_to({}), {}, {}).why, "matches every task: no agent type is named");
  EXPECT_EQ(routing::route(everything_to({"a", kHuman}), {}, {parked("a")}).why,
            "matches every task: a is parked (until 03:10), so a person decides");
}

TEST(Route, OfOneCapabilityTheFirstEntryCounts) {
  Rules rules;
  rules.capabilities = {{"BACKEND", "a", 1}, {"backend", "b", 2}};
  Query query;
  query.needs = {"backend"};
  EXPECT_EQ(routing::route(rules, query, {free_one("a"), free_one("b")}).to, "a");
}

TEST(Route, EveryRuleThatAskedWhoIsFreeIsRemembered) {
  Rules rules;
  When first, second;
  first.agent_available = {"a"};
  second.agent_available = {"b"};
  rules.rules = {rule("one", first, {"a"}), rule("two", second, {"b"}), rule("three", first, {"a"})};
  const Route route = routing::route(rules, {}, {full("a"), free_one("b")});
  EXPECT_EQ(route.rule, "two");
  EXPECT_EQ(route.asked, (std::vector<std::pair<std::string, bool>>{{"a", false}, {"b", true}}));
}

TEST(Route, TheFallbacksOfEachListedOneAreTriedInTheirOrder) {
  const std::vector<Candidate> candidates = {parked("a", {"x"}), parked("b", {"y", "z"}), full("x"),
                                             full("y"), free_one("z")};
  EXPECT_EQ(routing::route(everything_to({"a", "b"}), {}, candidates).to, "z");
  EXPECT_EQ(routing::route(everything_to({"a"}), {}, candidates).waits_for, Names({"a", "x"}));
}

TEST(Route, HostileTaskTextStaysOnOneLine) {
  Rules rules;
  When when;
  when.title = "x";
  rules.rules = {rule("r", when, {kHuman})};
  Query query;
  query.title = std::string("a\nb\x1b[2J\0c", 9) + std::string(5000, 'z');
  query.needs = {"x\ny"};
  query.agent = std::nullopt;
  const Route route = routing::route(rules, query, {});
  for (const Reason& reason : route.reasons) {
    EXPECT_EQ(reason.text.find_first_of("\n\x1b"), std::string::npos);
    EXPECT_LT(reason.text.size(), 1100U);
    EXPECT_EQ(reason.rule.find('\n'), std::string::npos);
  }
}

TEST(Route, TheSameQuestionHasTheSameAnswer) {
  Query query;
  query.needs = {"backend"};
  const Route one = routing::route(shop_rules(), query, shop_people());
  const Route two = routing::route(shop_rules(), query, shop_people());
  EXPECT_EQ(one.to, two.to);
  EXPECT_EQ(one.why, two.why);
}

}  // namespace
}  // namespace orchestrate::routing
