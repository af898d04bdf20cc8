// The way into an operation: who calls, what is given, what is filled in, and what must be there.
#include "api/operations/call.h"

#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

std::vector<Field> fields() {
  return {{"id", shape::id(), "The number", true},
          {"rank", shape::priority(), "How urgent", false, "P2"},
          {"many", shape::whole(1, 9), "How many", false, "3"},
          {"dry", shape::yes_no(), "Whether", false, "no"},
          {"when", shape::or_null(shape::moment()), "A time that may be cleared"},
          {"note", shape::text(4), "A word"}};
}

json complete(const json& given) {
  return completed(fields(), given, 1'794'999'600'000);
}

std::string refused(const json& given) {
  try {
    (void)complete(given);
  } catch (const Refused& e) {
    EXPECT_EQ(e.code(), Code::usage);
    return std::string(e.what()) + (e.fix().empty() ? "" : " | " + e.fix());
  }
  return "not refused";
}

TEST(Completed, HasTheDefaultsOfWhatWasNotGivenAndNothingElse) {
  EXPECT_EQ(complete({{"id", 1}}), json::parse(R"({"id": 1, "rank": "P2", "many": 3, "dry": false})"));
  EXPECT_EQ(complete({{"id", 1}, {"many", 9}, {"dry", true}, {"note", "x"}}),
            json::parse(R"({"id": 1, "rank": "P2", "many": 9, "dry": true, "note": "x"})"));
}

TEST(Completed, NullIsWhatWasNotGivenUnlessTheFieldKnowsIt) {
  EXPECT_EQ(complete({{"id", 1}, {"many", nullptr}, {"note", nullptr}}), complete({{"id", 1}}));
  EXPECT_TRUE(complete({{"id", 1}, {"when", nullptr}}).at("when").is_null()) << "it is cleared";
  EXPECT_TRUE(complete({{"id", 1}, {"when", ""}}).at("when").is_null());
  EXPECT_FALSE(complete({{"id", 1}}).contains("when"));
  EXPECT_EQ(refused({{"id", nullptr}}), "`id` is missing | The number");
}

TEST(Completed, WhatIsNoObjectOrHasAnotherMemberIsRefused) {
  for (const json& given : {json(), json(1), json("x"), json::array(), json::array({1})})
    EXPECT_EQ(refused(given), "what is given must be an object with the fields as members") << given;
  EXPECT_EQ(refused(json::object()), "`id` is missing | The number");
  EXPECT_EQ(refused({{"id", 1}, {"mony", 1}}), "unknown field `mony` | did you mean `many`?");
  EXPECT_EQ(refused({{"id", 1}, {"zzzzzz", 1}}), "unknown field `zzzzzz`");
  EXPECT_EQ(refused({{"many", 99}, {"zzzzzz", 1}}), "unknown field `zzzzzz`") << "before anything is judged";
}

TEST(Completed, AValueThatDoesNotFitIsRefusedByItsName) {
  EXPECT_EQ(refused({{"id", 1}, {"many", 10}}), "invalid many `10`: use a whole number from 1 to 9");
  EXPECT_EQ(refused({{"id", "1"}}), "invalid id `1`: use a whole number from 1");
  EXPECT_EQ(refused({{"id", 1}, {"dry", "yes"}}), "invalid dry `yes`: use yes or no");
  EXPECT_EQ(refused({{"id", 1}, {"note", "12345"}}), "invalid note `12345`: use a text of at most 4 bytes");
}

// What it was called with.
json seen;

Operation operation_for(Who who, Opens opens = Opens::nothing) {
  Operation operation;
  operation.name = "some.thing";
  operation.who = who;
  operation.opens = opens;
  operation.fields = fields();
  operation.handler = [](Desk&, const json& given) {
    seen = given;
    return json({{"done", true}});
  };
  return operation;
}

TEST(Call, GivesTheHandlerCompleteValuesAndItsAnswerBack) {
  Desk desk;
  EXPECT_EQ(call(operation_for(Who::owner), desk, {{"id", 4}}), json({{"done", true}}));
  EXPECT_EQ(seen, complete({{"id", 4}}));
}

TEST(Call, IsForThoseWhoMay) {
  const std::string needs_owner = "`some.thing` may only be called by the owner";
  const std::string needs_agent = "`some.thing` may only be called by the agent";
  struct Case {
    Who caller, needed;
    std::string refusal;
  };
  for (const Case& c : std::vector<Case>{{Who::reader, Who::reader, ""},
                                         {Who::reader, Who::agent, needs_agent},
                                         {Who::reader, Who::owner, needs_owner},
                                         {Who::agent, Who::agent, ""},
                                         {Who::agent, Who::owner, needs_owner},
                                         {Who::owner, Who::reader, ""},
                                         {Who::owner, Who::agent, ""}}) {
    Desk desk;
    desk.caller.who = c.caller;
    seen = nullptr;
    std::string said;
    try {
      (void)call(operation_for(c.needed), desk, {{"id", 1}});
    } catch (const Refused& e) {
      EXPECT_EQ(e.code(), Code::forbidden);
      said = e.what();
    }
    EXPECT_EQ(said, c.refusal);
    EXPECT_EQ(seen.is_null(), !c.refusal.empty()) << "nothing is done for who may not";
  }
}

TEST(Call, ThatNeedsAConfigurationIsRefusedWithEveryProblemOfIt) {
  Project project;
  Desk desk;
  desk.project = &project;
  const Operation needs = operation_for(Who::reader, Opens::configuration);
  EXPECT_NO_THROW((void)call(needs, desk, {{"id", 1}}));
  project.errors = {{"agents.toml", 3, 1, 2, "unknown key `x`", "", ""},
                    {"routing.toml", 0, 0, 0, "bad", "", ""}};
  try {
    (void)call(needs, desk, {{"id", 1}});
    ADD_FAILURE() << "it was done";
  } catch (const Refused& e) {
    EXPECT_EQ(e.code(), Code::usage);
    EXPECT_STREQ(e.what(), "the configuration has errors; nothing was started");
    EXPECT_EQ(e.fix(), "fix them, and check with `orchestrate config check`");
    EXPECT_EQ(e.problems().size(), 2U);
  }
  EXPECT_NO_THROW((void)call(operation_for(Who::reader, Opens::store), desk, {{"id", 1}}));
}

TEST(Call, WordsOfEffectsAndCallers) {
  EXPECT_EQ(to_string(Effect::reads) + to_string(Effect::writes) + to_string(Effect::asks),
            "readswritesasks");
  EXPECT_EQ(to_string(Who::reader) + to_string(Who::agent) + to_string(Who::owner), "readeragentowner");
}

}  // namespace
}  // namespace orchestrate::api
