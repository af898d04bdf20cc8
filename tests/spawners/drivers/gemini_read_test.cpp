#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "spawners/drivers/driver.h"
#include "spawners/drivers/reset_time.h"
#include "tests/spawners/drivers/reading.h"
#include "tests/spawners/drivers/transcripts.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

const Driver& gemini() {
  return *find_driver("gemini");
}

Notes notes_of(const std::vector<std::string>& lines) {
  Notes notes;
  read_into(notes, gemini(), lines);
  return notes;
}

Notes notes_of_transcript(const std::string& scenario) {
  return notes_of(transcript("gemini", scenario));
}

std::string result_with(const std::string& message) {
  return json{{"type", "result"},
              {"timestamp", "2026-11-21T10:00:00.000Z"},
              {"status", "error"},
              {"error", {{"type", "unknown"}, {"message", message}}}}
      .dump();
}

Failure failure_of(const std::string& message) {
  return notes_of({result_with(message)}).finished->failure;
}

class GeminiTranscript : public testing::TestWithParam<Expected> {};

TEST_P(GeminiTranscript, IsUnderstood) {
  const Notes notes = notes_of_transcript(GetParam().scenario);
  expect_understood(notes, GetParam());
  EXPECT_FALSE(notes.cumulative);
  EXPECT_TRUE(notes.last_activity.starts_with(GetParam().text)) << notes.last_activity;
  EXPECT_EQ(notes.unknown_lines, 0);
  EXPECT_EQ(notes.model, "gemini-2.5-flash");
}

INSTANTIATE_TEST_SUITE_P(
    Recorded, GeminiTranscript,
    testing::Values(Expected{"success", ended_well, 2200, 34, "Hello from the scripted model."},
                    Expected{"tool", ended_well, 4400, 68, "made.txt is there."},
                    Expected{"shell", ended_well, 4400, 68, "Done."},
                    Expected{"denied", ended_well, 8800, 136, "done"},
                    Expected{"policy", ended_well, 6600, 102, "done"},
                    Expected{"forged", ended_well, 4400, 68, ""},
                    Expected{"resume1", ended_well, 4400, 68, "made.txt is there."},
                    Expected{"resume2", ended_well, 2200, 34, "Hello from the scripted model."},
                    Expected{"flaky", ended_well, 2200, 34, "Hello from the scripted model."},
                    Expected{"loop", Failure::other, 8800, 136, "Loop detected"},
                    Expected{"401", Failure::auth, 0, 0, "401 Request had invalid"},
                    Expected{"403", Failure::auth, 0, 0, "403 The caller"},
                    Expected{"wrong-key", Failure::auth, 0, 0, "400 API key not valid"},
                    Expected{"400", Failure::context_too_long, 0, 0, "400 The input token"},
                    Expected{"429", Failure::rate_limit, 0, 0, "[API Error: You exceeded"},
                    Expected{"usage", Failure::rate_limit, 0, 0, "[API Error: You have exhausted"},
                    Expected{"usage-later", Failure::rate_limit, 2200, 34, "[API Error: You have exhausted"},
                    Expected{"credit", Failure::credit, 0, 0, "[API Error: Your prepayment"},
                    Expected{"500", Failure::overloaded, 0, 0, "500 An internal error"},
                    Expected{"503", Failure::overloaded, 0, 0, "[API Error: The service"},
                    Expected{"cut", Failure::overloaded, 0, 0, "[API Error: terminated"},
                    Expected{"garbage", Failure::overloaded, 0, 0, "[API Error: Expected"},
                    Expected{"empty", Failure::overloaded, 0, 0, "Model stream ended"},
                    Expected{"maxturns", Failure::max_turns, 4400, 68, "Reached max session"},
                    Expected{"sigterm", unfinished, 0, 0, "run_shell_command: sleep"}));

TEST(GeminiRead, ASessionIsKnownFromTheFirstRecordAndKeptWhenResumed) {
  const std::string id = "11111111-2222-4333-8444-555555555555";
  EXPECT_EQ(notes_of_transcript("resume1").session_id, id);
  EXPECT_EQ(notes_of_transcript("resume2").session_id, id);
}

TEST(GeminiRead, PiecesOfAnAnswerAreOneTextAndAToolIsBetweenAnswers) {
  const auto said = [](const std::string& text) {
    return json{{"type", "message"}, {"role", "assistant"}, {"content", text}, {"delta", true}}.dump();
  };
  const Notes notes = notes_of({said("I "), said("look."), R"({"type":"tool_use","tool_name":"glob"})",
                                said("It is "), said("done."), R"({"type":"result","status":"success"})"});
  ASSERT_TRUE(notes.finished);
  EXPECT_EQ(notes.finished->text, "It is done.");
}

TEST(GeminiRead, AToolThatTheLevelWithholdsIsDeniedAndOneThatNeverWasIsNot) {
  EXPECT_EQ(notes_of_transcript("denied").denied, std::vector<std::string>{"run_shell_command"});
  EXPECT_EQ(notes_of_transcript("policy").denied, std::vector<std::string>{"run_shell_command"});
  EXPECT_TRUE(notes_of_transcript("tool").denied.empty());
}

TEST(GeminiRead, AToolIsShownWithWhatItActsOn) {
  const auto reading = gemini().read(
      Profile(), "stdout",
      R"({"type":"tool_use","tool_name":"write_file","parameters":{"file_path":"a.txt","content":"x"}})");
  ASSERT_FALSE(reading.notes.empty());
  EXPECT_EQ(std::get<ToolNote>(reading.notes.back()).name, "write_file");
  EXPECT_EQ(std::get<ToolNote>(reading.notes.back()).summary, "a.txt");
}

TEST(GeminiRead, ThePromptIsNotAnActivity) {
  EXPECT_EQ(notes_of({R"({"type":"message","role":"user","content":"the task"})"}).last_activity, "");
}

TEST(GeminiRead, ThoughtsArePaidForLikeWords) {
  const Notes notes = notes_of({R"({"type":"result","status":"success","stats":)"
                                R"({"total_tokens":1500,"input_tokens":1000,"output_tokens":100}})"});
  EXPECT_EQ(notes.tokens_in, 1000);
  EXPECT_EQ(notes.tokens_out, 500);
}

TEST(GeminiRead, TheResetOfALimitIsCountedFromTheRecordsOwnTime) {
  const std::string stated = "[API Error: Quota.\nPlease retry in 37.5s.]\nPlease wait and try again later.";
  const Notes notes = notes_of({result_with(stated)});
  ASSERT_TRUE(notes.rate_limit);
  EXPECT_EQ(notes.rate_limit->until_ms, *reset_ms_of(std::string_view("2026-11-21T10:00:37.500Z")));
}

TEST(GeminiRead, AnAbsurdResetIsNoReset) {
  for (const std::string wait : {"-5s", "0s", "1e300s", "nans", "5", "", "99999999999s"}) {
    const std::string stated = "[API Error: Please retry in " + wait + "]\nPlease wait and try again later.";
    const Notes notes = notes_of({result_with(stated)});
    ASSERT_TRUE(notes.rate_limit) << wait;
    EXPECT_FALSE(notes.rate_limit->until_ms) << wait;
  }
}

TEST(GeminiRead, TheProvidersAnswerDecidesWhatKindOfErrorItWas) {
  const auto answer = [](int code, const std::string& message) {
    return failure_of("[API Error: " + json{{"error", {{"code", code}, {"message", message}}}}.dump() + "]");
  };
  EXPECT_EQ(answer(402, "pay"), Failure::credit);
  EXPECT_EQ(answer(400, "API key expired. Please renew the API key."), Failure::auth);
  EXPECT_EQ(answer(400, "Invalid argument"), Failure::other);
  EXPECT_EQ(answer(404, "no such model"), Failure::other);
  EXPECT_EQ(answer(599, "x"), Failure::overloaded);
  EXPECT_EQ(failure_of("[API Error: models/x is not found for API version v1beta]"), Failure::other);
  EXPECT_EQ(failure_of("[API Error: Could not load the default credentials.]"), Failure::auth);
  EXPECT_EQ(failure_of("something else"), Failure::other);
}

TEST(GeminiRead, ABlockedAnswerIsARefusal) {
  const Notes notes = notes_of({R"({"type":"error","severity":"error",)"
                                R"("message":"The model response was blocked due to safety settings."})",
                                R"({"type":"result","status":"error","stats":{}})"});
  EXPECT_EQ(notes.finished->failure, Failure::refused);
}

TEST(GeminiRead, AFailureStandsThoughTheResultThatFollowsIsASuccess) {
  const Notes notes =
      notes_of({R"({"type":"error","severity":"error","message":"Maximum session turns exceeded"})",
                R"({"type":"result","status":"success","stats":{}})"});
  EXPECT_FALSE(notes.finished->ok);
  EXPECT_EQ(notes.finished->failure, Failure::max_turns);
}

TEST(GeminiRead, AWarningThatEndsNothingIsText) {
  const auto reading = gemini().read(
      Profile(), "stdout", R"({"type":"error","severity":"warning","message":"Agent execution blocked: x"})");
  ASSERT_EQ(reading.notes.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<TextNote>(reading.notes.front()));
}

TEST(GeminiRead, WhatTheModelSaysDecidesNothing) {
  for (const std::string prose :
       {R"({"type":"result","status":"error","error":{"message":"[API Error: 401]"}})", "Loop detected",
        "[API Error: terminated]", "You have exhausted your daily quota on this model."}) {
    const std::string said = json{{"type", "message"}, {"role", "assistant"}, {"content", prose}}.dump();
    const auto reading = gemini().read(Profile(), "stdout", said);
    ASSERT_EQ(reading.notes.size(), 1U);
    EXPECT_TRUE(std::holds_alternative<TextNote>(reading.notes.front()));
    const std::string shown = json{
        {"type", "tool_result"},
        {"tool_id", "read_file__1"},
        {"status", "success"},
        {"output", prose}}.dump();
    EXPECT_TRUE(gemini().read(Profile(), "stdout", shown).notes.empty());
  }
}

TEST(GeminiRead, OnlyTheWordSuccessIsSuccess) {
  for (const std::string status : {R"("error")", "true", "null", R"("Success")", R"(["success"])"}) {
    const Notes notes = notes_of({R"({"type":"result","status":)" + status + R"(,"error":{}})"});
    ASSERT_TRUE(notes.finished) << status;
    EXPECT_FALSE(notes.finished->ok) << status;
  }
}

TEST(GeminiRead, LinesThatAreNotItsRecordsAreCountedAsUnknown) {
  const Notes notes =
      notes_of({"", "not json", "[1]", "{", "{}", R"({"type":"novelty"})", R"({"type":7})", "\xFF\xFE"});
  EXPECT_EQ(notes.lines, 8);
  EXPECT_EQ(notes.unknown_lines, 8);
  EXPECT_FALSE(notes.finished);
}

TEST(GeminiRead, DepthAndLengthAreSurvived) {
  const std::string deep = R"({"type":"result","error":)" + std::string(50'000, '[');
  EXPECT_FALSE(gemini().read(Profile(), "stdout", deep).known);
  const Notes notes = notes_of({result_with("[API Error: " + std::string(50'000, '{'))});
  EXPECT_FALSE(notes.finished->ok);
  EXPECT_LE(notes_of({result_with(std::string(3 << 20, 'x'))}).finished->text.size(), 64U << 10);
}

}  // namespace
}  // namespace orchestrate::spawners
