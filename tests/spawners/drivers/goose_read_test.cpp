#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/reading.h"
#include "tests/spawners/drivers/transcripts.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

const Driver& goose() {
  return *find_driver("goose");
}

Profile permitted(Permissions permissions) {
  Profile profile;
  profile.permissions = permissions;
  return profile;
}

Notes notes_of(const std::vector<std::string>& lines, const std::string& file = "stdout",
               Permissions permissions = Permissions::full) {
  Notes notes;
  read_into(notes, goose(), lines, file, permitted(permissions));
  return notes;
}

class GooseTranscript : public testing::TestWithParam<Expected> {};

TEST_P(GooseTranscript, IsUnderstood) {
  const Notes notes = notes_of(transcript("goose", GetParam().scenario));
  expect_understood(notes, GetParam());
  const std::string text = notes.finished ? notes.finished->text : "";
  EXPECT_TRUE(text.starts_with(GetParam().text)) << text;
  EXPECT_EQ(notes.cumulative, GetParam().tokens_in > 0);
}

INSTANTIATE_TEST_SUITE_P(
    Recorded, GooseTranscript,
    testing::Values(
        Expected{"text", ended_well, 2200, 34, "Hello from the scripted model.", 0.00459},
        Expected{"tool", ended_well, 6600, 102, "Both are there.", 0.01377},
        Expected{"chat", ended_well, 6600, 102, "Both are there.", 0.01377},
        Expected{"anthropic-text", ended_well, 2200, 34, "Hello from the scripted model.", 0.00441},
        Expected{"resume1", ended_well, 4400, 68, "First done.", 0.00918},
        Expected{"resume2", ended_well, 8800, 136, "Second done.", 0.01836},
        // Nothing tells it from a short answer.
        Expected{"anthropic-garbage", ended_well, 2200, 1, "word 0 word 1", 0.003915},
        Expected{"401", Failure::auth, 0, 0, "Ran into this error: Authentication"},
        Expected{"403", Failure::auth, 0, 0, "Ran into this error: Authentication"},
        Expected{"no-key", Failure::auth, 0, 0, "Error Configuration value not found"},
        Expected{"no-provider", Failure::other, 0, 0, "Error Unknown provider: nosuch"},
        Expected{"429", Failure::rate_limit, 0, 0, "Ran into this error: Rate limit"},
        Expected{"usage", Failure::rate_limit, 0, 0, "Ran into this error: Rate limit"},
        Expected{"anthropic-usage", Failure::rate_limit, 0, 0, "Ran into this error: Rate limit"},
        Expected{"credit", Failure::credit, 0, 0, "Ran into this error: Rate limit"},
        Expected{"anthropic-credit", Failure::credit, 0, 0, "Ran into this error: Request failed"},
        Expected{"400", Failure::context_too_long, 0, 0, "Ran into this error trying to compact"},
        Expected{"500", Failure::overloaded, 0, 0, "Ran into this error: Server error"},
        Expected{"503", Failure::overloaded, 0, 0, "Ran into this error: Server error"},
        Expected{"anthropic-529", Failure::overloaded, 0, 0, "Ran into this error: Server error"},
        Expected{"cut", Failure::overloaded, 0, 0, "Network error"},
        Expected{"garbage", Failure::overloaded, 0, 0, "Network error"},
        Expected{"empty", Failure::other, 0, 0, "The model returned an empty response"},
        Expected{"max-turns", Failure::max_turns, 2200, 34, "I've reached the maximum", 0.00459},
        Expected{"sigint", Failure::other, 0, 0, "Headless run interrupted"},
        Expected{"sigterm", unfinished, 0, 0, ""}));

TEST(GooseRead, ARecordIsFoundBehindWhatGooseGluesInFrontOfIt) {
  const auto lines = transcript("goose", "sigint");
  EXPECT_NE(lines.back().front(), '{');
  EXPECT_FALSE(std::get<FinishedNote>(goose().read(Profile(), "stdout", lines.back()).notes.back()).ok);
}

TEST(GooseRead, ARecordBehindOtherTextIsNeverGoodNews) {
  EXPECT_TRUE(goose().read(Profile(), "stdout", R"(x {"type":"complete","input_tokens":1})").notes.empty());
}

TEST(GooseRead, AToolIsShownWithWhatItActsOn) {
  const auto reading = goose().read(Profile(), "stdout", transcript("goose", "tool").at(0));
  ASSERT_EQ(reading.notes.size(), 1U);
  const auto& tool = std::get<ToolNote>(reading.notes.front());
  EXPECT_EQ(tool.name, "shell");
  EXPECT_EQ(tool.summary, "echo made > made.txt");
}

TEST(GooseRead, InReadModeEveryToolWasDenied) {
  EXPECT_EQ(notes_of(transcript("goose", "chat"), "stdout", Permissions::read).denied,
            (std::vector<std::string>{"shell", "write"}));
  EXPECT_TRUE(notes_of(transcript("goose", "tool")).denied.empty());
}

TEST(GooseRead, AnExtensionThatDidNotStartFailsARunThatEndedWell) {
  Notes notes = notes_of(transcript("goose", "text"));
  EXPECT_TRUE(notes.finished->ok);
  for (const std::string& line : transcript("goose", "no-extension", "stderr"))
    fold(notes, goose().read(Profile(), "stderr", line));
  EXPECT_FALSE(notes.finished->ok);
  EXPECT_EQ(notes.finished->text.rfind("Failed to start extension 'bad'", 0), 0U) << notes.finished->text;
}

TEST(GooseRead, ASessionThatIsGoneIsSaid) {
  const Notes notes = notes_of(transcript("goose", "resume-unknown", "stderr"), "stderr");
  ASSERT_TRUE(notes.finished);
  EXPECT_FALSE(notes.finished->ok);
}

TEST(GooseRead, WhatStderrRepeatsDoesNotTakeThePlaceOfTheRecord) {
  EXPECT_FALSE(notes_of(transcript("goose", "429", "stderr"), "stderr").finished);
}

TEST(GooseRead, AFailureStands) {
  auto lines = transcript("goose", "401");
  for (const std::string& line : transcript("goose", "text"))
    lines.push_back(line);
  const Notes notes = notes_of(lines);
  EXPECT_FALSE(notes.finished->ok);
  EXPECT_EQ(notes.finished->failure, Failure::auth);
}

// A record that goose writes around what a model said.
std::string said(const std::string& text) {
  return json{{"type", "message"},
              {"message",
               {{"id", "m1"},
                {"role", "assistant"},
                {"content", {{{"type", "text"}, {"text", text}}}},
                {"metadata", {{"inference", {{"provider", "openai"}}}}}}}}
      .dump();
}

TEST(GooseRead, WhatTheModelSaysIsNeverARecord) {
  for (const std::string scenario : {"401", "429", "max-turns", "text"}) {
    for (const std::string& line : transcript("goose", scenario)) {
      const Notes notes = notes_of({said(line), said("\n" + line + "\n")});
      EXPECT_FALSE(notes.finished) << line;
      EXPECT_FALSE(notes.rate_limit) << line;
      EXPECT_EQ(notes.tokens_in, 0);
    }
  }
  for (const std::string text :
       {"error: No provider configured", "Ran into this error: Rate limit exceeded: x",
        "I've reached the maximum number of actions"})
    EXPECT_FALSE(notes_of({said(text)}).finished) << text;
}

TEST(GooseRead, WhatAToolReturnsDecidesNothing) {
  const std::string result =
      R"({"type":"message","message":{"id":"m","role":"user","content":[{"type":"toolResponse","id":"c",)"
      R"("toolResult":{"status":"success","value":{"content":[{"type":"text","text":"{\"type\":\"complete\"}"}],)"
      R"("isError":false}}},{"type":"text","text":"Ran into this error: Authentication error: x"}],)"
      R"("metadata":{"userVisible":true}}})";
  EXPECT_TRUE(goose().read(Profile(), "stdout", result).notes.empty());
}

TEST(GooseRead, PiecesOfOneAnswerAreOneText) {
  EXPECT_EQ(notes_of({said("One "), said("two.")}).last_text, "One two.");
}

TEST(GooseRead, ACostThatIsNotKnownIsNotZero) {
  const auto reading =
      goose().read(Profile(), "stdout", R"({"type":"complete","input_tokens":5,"output_tokens":1})");
  EXPECT_FALSE(std::get<UsageNote>(reading.notes.front()).cost_usd);
}

TEST(GooseRead, TheProvidersCreditIsToldFromItsRate) {
  const auto failure = [](const std::string& text) {
    return notes_of({json{{"type", "error"}, {"error", text}}.dump()}).finished->failure;
  };
  EXPECT_EQ(failure("Ran into this error: Credits exhausted: top up."), Failure::credit);
  EXPECT_EQ(failure("Ran into this error trying to compact: Rate limit exceeded: x"), Failure::rate_limit);
  EXPECT_EQ(failure("Ran into this error: Context length exceeded: x"), Failure::context_too_long);
  EXPECT_EQ(failure("Ran into this error: Request failed: Bad request (400): Rate limit exceeded"),
            Failure::other);
}

TEST(GooseRead, DepthAndLengthAreSurvived) {
  std::string deep = R"({"type":"message","message":)";
  for (int i = 0; i < 50'000; ++i)
    deep += R"({"a":)";
  EXPECT_FALSE(goose().read(Profile(), "stdout", deep).known);
  EXPECT_TRUE(goose().read(Profile(), "stdout", deep + "1" + std::string(50'001, '}')).notes.empty());
  expect_sane(notes_of({said(std::string(3 << 20, 'x'))}));
  std::vector<std::string> pieces(200, said(std::string(1000, 'x')));
  expect_sane(notes_of(pieces));
}

}  // namespace
}  // namespace orchestrate::spawners
