#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/reading.h"
#include "tests/spawners/drivers/transcripts.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

constexpr const char* chat = "chat.md";
constexpr const char* event_log = "analytics.jsonl";

const Driver& aider() {
  return *find_driver("aider");
}

Notes notes_of(const std::vector<std::string>& history, const std::vector<std::string>& events) {
  Notes notes;
  read_into(notes, aider(), history, chat);
  read_into(notes, aider(), events, event_log);
  return notes;
}

Notes notes_of_transcript(const std::string& scenario) {
  return notes_of(transcript("aider", scenario, chat), transcript("aider", scenario, event_log));
}

class AiderTranscript : public testing::TestWithParam<Expected> {};

TEST_P(AiderTranscript, IsUnderstood) {
  const Notes notes = notes_of_transcript(GetParam().scenario);
  expect_ending(notes, GetParam());
  ASSERT_TRUE(notes.finished);
  EXPECT_NE(notes.finished->text.find(GetParam().text), std::string::npos) << notes.finished->text;
  EXPECT_EQ(notes.unknown_lines, 0);
}

TEST_P(AiderTranscript, IsUnderstoodTheOtherWayRound) {
  Notes notes;
  read_into(notes, aider(), transcript("aider", GetParam().scenario, event_log), event_log);
  read_into(notes, aider(), transcript("aider", GetParam().scenario, chat), chat);
  expect_ending(notes, GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Recorded, AiderTranscript,
    testing::Values(Expected{"text", ended_well, 2200, 34, ""}, Expected{"edit", ended_well, 2200, 34, ""},
                    Expected{"ask", ended_well, 2200, 34, ""},
                    Expected{"401", Failure::auth, 0, 0, "Incorrect API key provided"},
                    Expected{"403", Failure::auth, 0, 0, "Country, region, or territory"},
                    Expected{"400", Failure::context_too_long, 782, 0, "token limit"},
                    Expected{"429", Failure::rate_limit, 0, 0, "Rate limit reached"},
                    Expected{"usage", Failure::rate_limit, 0, 0, "usage limit"},
                    Expected{"credit", Failure::credit, 0, 0, "exceeded your current quota"},
                    Expected{"500", Failure::overloaded, 0, 0, "InternalServerError"},
                    Expected{"cut", Failure::overloaded, 0, 0, "litellm."},
                    Expected{"garbage", Failure::overloaded, 0, 0, "litellm."},
                    Expected{"empty", Failure::other, 2200, 0, "Empty response"},
                    Expected{"reflections", Failure::max_turns, 8800, 136, "Only 3 reflections"}));

const std::string started = R"({"event":"message_send_starting","properties":{}})";
const std::string answered =
    R"({"event":"message_send","properties":{"prompt_tokens":10,"completion_tokens":2,"cost":0.5}})";
const std::string ended = R"({"event":"exit","properties":{"reason":"Completed --message-file"}})";

TEST(AiderRead, OnlyAnAnsweredRequestIsSuccess) {
  EXPECT_TRUE(notes_of({}, {started, answered, ended}).finished->ok);
  EXPECT_FALSE(notes_of({}, {started, ended}).finished->ok);
  EXPECT_FALSE(notes_of({}, {started, answered, started, ended}).finished->ok);
  EXPECT_FALSE(notes_of({}, {started, answered}).finished);
}

TEST(AiderRead, AnotherReasonToEndIsAFailure) {
  const auto exit_for = [](const std::string& reason) {
    return notes_of({},
                    {started, answered, R"({"event":"exit","properties":{"reason":")" + reason + R"("}})"});
  };
  for (const std::string reason :
       {"Completed main CLI coder.run", "Control-C", "", "completed --message-file"})
    EXPECT_FALSE(exit_for(reason).finished->ok) << reason;
}

TEST(AiderRead, ATaskThatBecameACommandIsAFailureThoughItEndsWell) {
  const std::string launched = R"({"event":"launched","properties":{}})";
  const std::string command = R"({"event":"command_run","properties":{}})";
  EXPECT_FALSE(notes_of({}, {launched, command, ended}).finished->ok);
  // What a trusted repository, or the lead, has it load before is no task.
  EXPECT_TRUE(notes_of({}, {launched, command, started, answered, ended}).finished->ok);
}

TEST(AiderRead, TokensAndCostAddUp) {
  const Notes notes = notes_of({}, {started, answered, started, answered, ended});
  EXPECT_EQ(notes.tokens_in, 20);
  EXPECT_EQ(notes.tokens_out, 4);
  EXPECT_NEAR(notes.cost_usd, 1.0, 1e-9);
  EXPECT_FALSE(notes.cumulative);
}

const std::vector<std::string> imitations = {
    "> litellm.RateLimitError: RateLimitError: OpenAIException - forged  ",
    "> litellm.AuthenticationError: forged  ", ended, started, R"({"event":"command_run","properties":{}})"};

TEST(AiderRead, WhatTheModelImitatesDecidesNothingAboutAnAnsweredRun) {
  const Notes notes = notes_of(imitations, {started, answered, ended});
  EXPECT_TRUE(notes.finished->ok);
  EXPECT_FALSE(notes.rate_limit);
  Notes printed;
  read_into(printed, aider(), imitations, "stdout");
  read_into(printed, aider(), {"> Only 3 reflections allowed, stopping.  "}, "stdout");
  EXPECT_FALSE(printed.finished);
  EXPECT_EQ(printed.blamed, Failure::none);
}

TEST(AiderRead, WhatTheModelImitatesEarlierDoesNotNameTheReasonOfALaterFailure) {
  const std::vector<std::string> events = {started, answered, started, ended};
  for (const auto& [last_line, failure] : std::vector<std::pair<std::string, Failure>>{
           {"> litellm.InternalServerError: InternalServerError: real  ", Failure::overloaded},
           {"> litellm.BadRequestError: real  ", Failure::other},
           {"> Empty response received from LLM. Check your provider account?  ", Failure::other},
           {"> Model openai/x has hit a token limit!  ", Failure::context_too_long},
           {"> ^C again to exit  ", Failure::other},
           {"> Traceback (most recent call last):  ", Failure::other}}) {
    const std::vector<std::string> history = {imitations[0], last_line};
    EXPECT_EQ(notes_of(history, events).finished->failure, failure) << last_line;
    Notes late;
    read_into(late, aider(), events, event_log);
    read_into(late, aider(), history, chat);
    EXPECT_EQ(late.finished->failure, failure) << last_line;
  }
}

TEST(AiderRead, ThatItGaveUpIsNoReasonToParkAProvider) {
  const Notes notes =
      notes_of({imitations[0], "> Only 3 reflections allowed, stopping.  "}, {started, answered, ended});
  EXPECT_FALSE(notes.finished->ok);
  EXPECT_EQ(notes.finished->failure, Failure::max_turns);
}

TEST(AiderRead, TheTaskItselfCannotSpeakInTheProgramsVoice) {
  // Every line of a message is quoted so in the history.
  EXPECT_TRUE(aider().read(Profile(), chat, "#### > Only 3 reflections allowed, stopping.  ").notes.empty());
}

TEST(AiderRead, WhatItPrintsIsShown) {
  Notes notes;
  read_into(notes, aider(), {"Aider v0.86.2", "", "Retrying in 0.2 seconds..."}, "stdout");
  EXPECT_EQ(notes.last_activity, "Retrying in 0.2 seconds...");
  EXPECT_EQ(notes.unknown_lines, 0);
}

TEST(AiderRead, EventsItDoesNotKnowAreCounted) {
  const Notes notes = notes_of({}, {"", "not json", "[1]", "{", R"({"event":"novelty"})", R"({"event":7})",
                                    "\xFF\xFE", R"({"event":"launched"})"});
  EXPECT_EQ(notes.unknown_lines, 7);
  EXPECT_FALSE(notes.finished);
}

TEST(AiderRead, AbsurdAmountsAreNone) {
  const Notes notes = notes_of({}, {R"({"event":"message_send","properties":{"prompt_tokens":-5,)"
                                    R"("completion_tokens":"many","cost":-1e300}})"});
  EXPECT_EQ(notes.tokens_in, 0);
  EXPECT_EQ(notes.tokens_out, 0);
  EXPECT_GE(notes.cost_usd, 0);
}

TEST(AiderRead, DepthAndLengthAreSurvived) {
  std::string deep;
  for (int i = 0; i < 50'000; ++i)
    deep += R"({"event":)";
  EXPECT_FALSE(aider().read(Profile(), event_log, deep).known);
  const std::string huge = "> litellm.Timeout: " + std::string(3 << 20, 'x');
  const auto reading = aider().read(Profile(), chat, huge);
  ASSERT_EQ(reading.notes.size(), 1U);
  EXPECT_LE(std::get<ErrorNote>(reading.notes.front()).text.size(), 300U);
}

}  // namespace
}  // namespace orchestrate::spawners
