#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/damage.h"
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
  for (const std::string& line : lines)
    fold(notes, goose().read(permitted(permissions), file, line));
  return notes;
}

struct Expected {
  std::string scenario;
  bool finished = true;
  bool ok = false;
  Failure failure = Failure::none;
  std::int64_t tokens_in = 0;
  std::int64_t tokens_out = 0;
  double cost_usd = 0;
  std::string text;  // the last one begins with this
};

void PrintTo(const Expected& expected, std::ostream* out) {
  *out << expected.scenario;
}

class GooseTranscript : public testing::TestWithParam<Expected> {};

TEST_P(GooseTranscript, IsUnderstood) {
  const Expected& expected = GetParam();
  const Notes notes = notes_of(transcript("goose", expected.scenario));
  ASSERT_EQ(notes.finished.has_value(), expected.finished);
  if (notes.finished) {
    EXPECT_EQ(notes.finished->ok, expected.ok);
    EXPECT_EQ(notes.finished->failure, expected.failure);
    EXPECT_EQ(notes.finished->text.rfind(expected.text, 0), 0U) << notes.finished->text;
    EXPECT_FALSE(notes.finished->text.empty());
  }
  EXPECT_EQ(notes.rate_limit.has_value(), expected.failure == Failure::rate_limit);
  EXPECT_EQ(notes.tokens_in, expected.tokens_in);
  EXPECT_EQ(notes.tokens_out, expected.tokens_out);
  EXPECT_NEAR(notes.cost_usd, expected.cost_usd, 1e-9);
  EXPECT_EQ(notes.cumulative, expected.tokens_in > 0);
}

constexpr bool finished = true;
constexpr bool ok = true;

INSTANTIATE_TEST_SUITE_P(
    Recorded, GooseTranscript,
    testing::Values(
        Expected{"text", finished, ok, Failure::none, 2200, 34, 0.00459, "Hello from the scripted model."},
        Expected{"tool", finished, ok, Failure::none, 6600, 102, 0.01377, "Both are there."},
        Expected{"chat", finished, ok, Failure::none, 6600, 102, 0.01377, "Both are there."},
        Expected{"anthropic-text", finished, ok, Failure::none, 2200, 34, 0.00441,
                 "Hello from the scripted model."},
        Expected{"resume1", finished, ok, Failure::none, 4400, 68, 0.00918, "First done."},
        Expected{"resume2", finished, ok, Failure::none, 8800, 136, 0.01836, "Second done."},
        // Nothing tells it from a short answer.
        Expected{"anthropic-garbage", finished, ok, Failure::none, 2200, 1, 0.003915, "word 0 word 1"},
        Expected{"401", finished, !ok, Failure::auth, 0, 0, 0, "Ran into this error: Authentication"},
        Expected{"403", finished, !ok, Failure::auth, 0, 0, 0, "Ran into this error: Authentication"},
        Expected{"no-key", finished, !ok, Failure::auth, 0, 0, 0, "Error Configuration value not found"},
        Expected{"no-provider", finished, !ok, Failure::other, 0, 0, 0, "Error Unknown provider: nosuch"},
        Expected{"429", finished, !ok, Failure::rate_limit, 0, 0, 0, "Ran into this error: Rate limit"},
        Expected{"usage", finished, !ok, Failure::rate_limit, 0, 0, 0, "Ran into this error: Rate limit"},
        Expected{"anthropic-usage", finished, !ok, Failure::rate_limit, 0, 0, 0,
                 "Ran into this error: Rate limit"},
        Expected{"credit", finished, !ok, Failure::credit, 0, 0, 0, "Ran into this error: Rate limit"},
        Expected{"anthropic-credit", finished, !ok, Failure::credit, 0, 0, 0,
                 "Ran into this error: Request failed"},
        Expected{"400", finished, !ok, Failure::context_too_long, 0, 0, 0,
                 "Ran into this error trying to compact"},
        Expected{"500", finished, !ok, Failure::overloaded, 0, 0, 0, "Ran into this error: Server error"},
        Expected{"503", finished, !ok, Failure::overloaded, 0, 0, 0, "Ran into this error: Server error"},
        Expected{"anthropic-529", finished, !ok, Failure::overloaded, 0, 0, 0,
                 "Ran into this error: Server error"},
        Expected{"cut", finished, !ok, Failure::overloaded, 0, 0, 0, "Network error"},
        Expected{"garbage", finished, !ok, Failure::overloaded, 0, 0, 0, "Network error"},
        Expected{"empty", finished, !ok, Failure::other, 0, 0, 0, "The model returned an empty response"},
        Expected{"max-turns", finished, !ok, Failure::max_turns, 2200, 34, 0.00459,
                 "I've reached the maximum"},
        Expected{"sigint", finished, !ok, Failure::other, 0, 0, 0, "Headless run interrupted"},
        Expected{"sigterm", !finished, !ok, Failure::none, 0, 0, 0, ""}));

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

std::vector<std::string> recorded_records() {
  std::vector<std::string> lines;
  for (const std::string scenario : {"tool", "400", "401", "429", "max-turns", "cut", "chat"}) {
    for (std::string& line : transcript("goose", scenario)) {
      if (!line.empty()) lines.push_back(std::move(line));
    }
  }
  return lines;
}

void expect_bounded(const Notes& notes) {
  EXPECT_LE(notes.last_activity.size(), 200U);
  EXPECT_EQ(notes.last_activity.find_first_of("\n\x1b"), std::string::npos);
  EXPECT_LE(notes.last_text.size(), 64U << 10);
  EXPECT_GE(notes.tokens_in, 0);
  EXPECT_GE(notes.cost_usd, 0);
  EXPECT_NO_THROW(static_cast<void>(json(notes.last_activity + notes.last_text).dump()));
  EXPECT_NO_THROW(static_cast<void>(json(notes.finished ? notes.finished->text : "").dump()));
}

TEST(GooseFuzz, DamagedBytesAreSurvived) {
  const auto lines = recorded_records();
  Damage damage;
  for (const std::string file : {"stdout", "stderr"}) {
    Notes notes;
    for (int i = 0; i < 1000; ++i)
      fold(notes, goose().read(Profile(), file, damage.bytes(lines[damage.below(lines.size())])));
    expect_bounded(notes);
    EXPECT_EQ(notes.unknown_lines > 0, file == "stdout");
    EXPECT_LT(notes.unknown_lines, notes.lines);
  }
}

TEST(GooseFuzz, WrongTypesAreSurvived) {
  const auto lines = recorded_records();
  Damage damage;
  for (int i = 0; i < 2000; ++i) {
    json record = json::parse(lines[damage.below(lines.size())]);
    const json type = record["type"];
    damage.types(record);
    if (damage.below(4) != 0) record["type"] = type;
    expect_bounded(notes_of({record.dump()}));
  }
}

TEST(GooseFuzz, DepthAndLengthAreSurvived) {
  std::string deep = R"({"type":"message","message":)";
  for (int i = 0; i < 50'000; ++i)
    deep += R"({"a":)";
  EXPECT_FALSE(goose().read(Profile(), "stdout", deep).known);
  EXPECT_TRUE(goose().read(Profile(), "stdout", deep + "1" + std::string(50'001, '}')).notes.empty());
  expect_bounded(notes_of({said(std::string(3 << 20, 'x'))}));
  std::vector<std::string> pieces(200, said(std::string(1000, 'x')));
  expect_bounded(notes_of(pieces));
}

}  // namespace
}  // namespace orchestrate::spawners
