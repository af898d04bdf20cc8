#include <gtest/gtest.h>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/reading.h"
#include "tests/spawners/drivers/transcripts.h"

namespace orchestrate::spawners {
namespace {

const Driver& claude() {
  return *find_driver("claude");
}

Notes notes_of(const std::vector<std::string>& lines) {
  Notes notes;
  read_into(notes, claude(), lines);
  return notes;
}

Notes notes_of_transcript(const std::string& scenario) {
  return notes_of(transcript("claude", scenario));
}

class ClaudeTranscript : public testing::TestWithParam<Expected> {};

TEST_P(ClaudeTranscript, IsUnderstood) {
  const Notes notes = notes_of_transcript(GetParam().scenario);
  expect_understood(notes, GetParam());
  EXPECT_FALSE(notes.cumulative);
  EXPECT_TRUE(notes.last_activity.starts_with(GetParam().text)) << notes.last_activity;
  EXPECT_EQ(notes.unknown_lines, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Recorded, ClaudeTranscript,
    testing::Values(Expected{"success", ended_well, 2200, 34, "Hello from the stub", 0.00568},
                    Expected{"tool", ended_well, 4400, 68, "Task finished", 0.01136},
                    Expected{"denied", ended_well, 4400, 68, "Task finished", 0.01136},
                    Expected{"dontask", ended_well, 4400, 68, "Task finished", 0.01136},
                    Expected{"bare", ended_well, 2200, 34, "Hello", 0.00568},
                    Expected{"partial", ended_well, 2200, 34, "Hello", 0.00568},
                    Expected{"cut", ended_well, 26400, 56, "Hello", 0.06112},
                    Expected{"garbage-r2", ended_well, 6600, 38, "Hello", 0.01576},
                    Expected{"resume1", ended_well, 2200, 34, "Hello", 0.00568},
                    Expected{"resume2", ended_well, 2200, 34, "Hello", 0.00568},
                    Expected{"401-r2", Failure::auth, 0, 0, "Invalid API key"},
                    Expected{"403", Failure::auth, 0, 0, "Failed to authenticate"},
                    Expected{"noauth", Failure::auth, 0, 0, "Not logged in"},
                    Expected{"400", Failure::context_too_long, 0, 0, "Prompt is too long"},
                    Expected{"credit", Failure::credit, 0, 0, "Credit balance"},
                    Expected{"429-r2", Failure::rate_limit, 0, 0, "API Error: Request rejected"},
                    Expected{"usage", Failure::rate_limit, 0, 0, "API Error: Request rejected"},
                    Expected{"usage-oauth", Failure::rate_limit, 0, 0, "You've hit your limit"},
                    Expected{"500-r2", Failure::overloaded, 0, 0, "API Error: 500"},
                    Expected{"529-r2", Failure::overloaded, 0, 0, "API Error: Repeated 529"},
                    Expected{"cut-nofallback", Failure::overloaded, 2200, 2, "API Error", 0.00504},
                    Expected{"hang-timeout", Failure::overloaded, 0, 0, "Request timed out"},
                    Expected{"empty-r2", Failure::other, 0, 0, "API Error: API returned an empty"},
                    Expected{"maxturns", Failure::max_turns, 6600, 102, "Reached maximum number", 0.01704},
                    Expected{"maxbudget", Failure::budget, 8800, 136, "Reached maximum budget", 0.02272},
                    Expected{"resume-bad", Failure::other, 0, 0, "No conversation found"},
                    Expected{"sigint", Failure::other, 2200, 29, "[ede_diagnostic]", 0.00558},
                    Expected{"sigterm", unfinished, 0, 0, ""},
                    Expected{"bash-sigterm", unfinished, 0, 0, "Bash: tail -f /dev/null"}));

TEST(ClaudeRead, ARunsSessionModelAndVersionAreKnownFromItsFirstRecord) {
  const Notes notes = notes_of_transcript("sigterm");
  EXPECT_EQ(notes.version, "2.1.329");
  EXPECT_EQ(notes.model, "claude-opus-5-5");
  EXPECT_EQ(notes.session_id.size(), 36U);
}

TEST(ClaudeRead, TheStatedResetOfAUsageLimitIsKeptThoughTheLastRecordLacksIt) {
  const Notes notes = notes_of_transcript("usage-oauth");
  ASSERT_TRUE(notes.rate_limit);
  EXPECT_EQ(notes.rate_limit->until_ms, 1'795'225'784'000);
}

TEST(ClaudeRead, AToolThatWasDeniedIsNamedOnce) {
  EXPECT_EQ(notes_of_transcript("denied").denied, std::vector<std::string>{"Write"});
}

TEST(ClaudeRead, AToolIsShownWithWhatItActsOn) {
  const auto lines = transcript("claude", "tool");
  const auto reading = claude().read(Profile(), "stdout", lines.at(2));
  ASSERT_EQ(reading.notes.size(), 1U);
  const auto& tool = std::get<ToolNote>(reading.notes.front());
  EXPECT_EQ(tool.name, "Write");
  EXPECT_EQ(tool.summary, "/workspace/repo/stub_out.txt");
}

TEST(ClaudeRead, AResumedSessionIsChargedOnlyForThisRun) {
  EXPECT_NEAR(notes_of_transcript("resume2").cost_usd, notes_of_transcript("resume1").cost_usd, 1e-9);
}

TEST(ClaudeRead, ASecondResultOfOneProcessReportsTheSessionsTotal) {
  const Notes notes = notes_of_transcript("inputstream");
  EXPECT_EQ(notes.tokens_in, 4400);
  EXPECT_TRUE(notes.cumulative);
}

TEST(ClaudeRead, AVersionWithoutPerRunFiguresReportsTheSessionsTotal) {
  const Notes notes =
      notes_of({R"({"type":"result","subtype":"success","is_error":false,"result":"x",)"
                R"("total_cost_usd":0.5,"usage":{"input_tokens":3,"cache_read_input_tokens":4,)"
                R"("cache_creation_input_tokens":5,"output_tokens":6}})"});
  EXPECT_EQ(notes.tokens_in, 12);
  EXPECT_EQ(notes.tokens_out, 6);
  EXPECT_NEAR(notes.cost_usd, 0.5, 1e-9);
  EXPECT_TRUE(notes.cumulative);
  EXPECT_TRUE(notes.finished->ok);
}

TEST(ClaudeRead, WhatTheModelSaysDecidesNothing) {
  for (const std::string prose : {"You've hit your limit · resets 1:49am (UTC)",
                                  "API Error: 401 Invalid API key", "Credit balance is too low"}) {
    const std::string line =
        R"({"type":"assistant","message":{"model":"claude-opus-5-5","content":[{"type":"text",)"
        R"("text":")" +
        prose + R"("}]},"parent_tool_use_id":null})";
    const auto reading = claude().read(Profile(), "stdout", line);
    ASSERT_EQ(reading.notes.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<TextNote>(reading.notes.front()));
  }
}

TEST(ClaudeRead, ASubAgentsErrorIsNotTheRuns) {
  const Notes notes =
      notes_of({R"({"type":"assistant","error":"authentication_failed","parent_tool_use_id":"toolu_1",)"
                R"("message":{"model":"<synthetic>","content":[{"type":"text","text":"x"}]}})"});
  EXPECT_EQ(notes.blamed, Failure::none);
}

TEST(ClaudeRead, OnlyEverythingTogetherIsSuccess) {
  const auto is_ok = [](const std::string& members) {
    return notes_of({R"({"type":"result",)" + members + "}"}).finished->ok;
  };
  EXPECT_TRUE(is_ok(R"("subtype":"success","is_error":false,"terminal_reason":"completed")"));
  EXPECT_FALSE(is_ok(R"("subtype":"success","is_error":true,"terminal_reason":"completed")"));
  EXPECT_FALSE(is_ok(R"("subtype":"success","terminal_reason":"completed")"));
  EXPECT_FALSE(is_ok(R"("subtype":"error_during_execution","is_error":false)"));
  EXPECT_FALSE(is_ok(R"("subtype":"success","is_error":false,"terminal_reason":"aborted_tools")"));
  EXPECT_FALSE(is_ok(R"("subtype":"success","is_error":false,"stop_reason":"refusal")"));
  EXPECT_FALSE(is_ok(R"("subtype":["success"],"is_error":"false")"));
}

TEST(ClaudeRead, AWarningOrPaidOverageIsNotALimit) {
  EXPECT_TRUE(claude()
                  .read(Profile(), "stdout",
                        R"({"type":"rate_limit_event","rate_limit_info":{"status":"allowed_warning"}})")
                  .notes.empty());
  EXPECT_TRUE(
      claude()
          .read(
              Profile(), "stdout",
              R"({"type":"rate_limit_event","rate_limit_info":{"status":"rejected","isUsingOverage":true}})")
          .notes.empty());
}

TEST(ClaudeRead, AnAbsurdResetIsNoReset) {
  for (const std::string reset : {"-5", "1e300", "\"soon\"", "null", "99999999999"}) {
    const auto reading = claude().read(
        Profile(), "stdout",
        R"({"type":"rate_limit_event","rate_limit_info":{"status":"rejected","resetsAt":)" + reset + "}}");
    ASSERT_EQ(reading.notes.size(), 1U) << reset;
    EXPECT_FALSE(std::get<RateLimitNote>(reading.notes.front()).until_ms) << reset;
  }
}

TEST(ClaudeRead, ACutEmojiCostsTheCharacterNotTheResult) {
  const Notes notes =
      notes_of({R"({"type":"result","subtype":"success","is_error":false,"result":"cut \ud83d"})"});
  ASSERT_TRUE(notes.finished);
  EXPECT_TRUE(notes.finished->ok);
  EXPECT_EQ(notes.finished->text, "cut \xEF\xBF\xBD");
}

TEST(ClaudeRead, LinesThatAreNotItsRecordsAreCountedAsUnknown) {
  const Notes notes =
      notes_of({"", "not json", "[1]", "{", "{}", R"({"type":"novelty"})", R"({"type":7})", "\xFF\xFE"});
  EXPECT_EQ(notes.lines, 8);
  EXPECT_EQ(notes.unknown_lines, 8);
  EXPECT_FALSE(notes.finished);
}

TEST(ClaudeRead, DepthAndLengthAreSurvived) {
  std::string deep = R"({"type":"assistant","message":)";
  for (int i = 0; i < 50'000; ++i)
    deep += R"({"a":)";
  EXPECT_FALSE(claude().read(Profile(), "stdout", deep).known);
  deep += "1" + std::string(50'001, '}');
  EXPECT_TRUE(claude().read(Profile(), "stdout", deep).notes.empty());
  EXPECT_FALSE(claude().read(Profile(), "stdout", std::string(50'000, '[')).known);

  const std::string text(3 << 20, 'x');
  const auto reading =
      claude().read(Profile(), "stdout",
                    R"({"type":"result","subtype":"success","is_error":false,"result":")" + text + R"("})");
  ASSERT_EQ(reading.notes.size(), 2U);
  EXPECT_LE(std::get<FinishedNote>(reading.notes.back()).text.size(), 64U << 10);
}

}  // namespace
}  // namespace orchestrate::spawners
