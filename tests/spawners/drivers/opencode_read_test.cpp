#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/reading.h"
#include "tests/spawners/drivers/transcripts.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

const Driver& opencode() {
  return *find_driver("opencode");
}

Notes notes_of(const std::vector<std::string>& lines, const std::string& file = "stdout") {
  Notes notes;
  read_into(notes, opencode(), lines, file);
  return notes;
}

Notes notes_of_transcript(const std::string& scenario) {
  return notes_of(transcript("opencode", scenario));
}

class OpencodeTranscript : public testing::TestWithParam<Expected> {};

TEST_P(OpencodeTranscript, IsUnderstood) {
  const Notes notes = notes_of_transcript(GetParam().scenario);
  expect_understood(notes, GetParam());
  EXPECT_FALSE(notes.cumulative);
  EXPECT_TRUE(notes.last_activity.starts_with(GetParam().text)) << notes.last_activity;
  EXPECT_TRUE(notes.session_id.starts_with("ses_"));
  EXPECT_EQ(notes.unknown_lines, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Recorded, OpencodeTranscript,
    testing::Values(Expected{"text", ended_well, 2200, 34, "Hello from the stub", 0.00441},
                    Expected{"tool", ended_well, 4400, 68, "Task finished", 0.00882},
                    Expected{"resume1", ended_well, 2200, 34, "Hello from the stub", 0.00441},
                    Expected{"resume2", ended_well, 2200, 34, "Hello from the stub", 0.00441},
                    Expected{"denied", ended_well, 8800, 136, "Done.", 0.01764},
                    Expected{"auth", Failure::auth, 0, 0, "Incorrect API key"},
                    Expected{"forbidden", Failure::auth, 0, 0, "Forbidden"},
                    Expected{"rate", Failure::rate_limit, 0, 0, "Rate limit reached"},
                    Expected{"usage", Failure::rate_limit, 0, 0, "The usage limit"},
                    Expected{"context", Failure::context_too_long, 0, 0, "Your input exceeds"},
                    Expected{"cut", Failure::overloaded, 0, 0, "Connection reset"},
                    Expected{"garbage", Failure::overloaded, 0, 0, "JSON parsing failed"},
                    Expected{"nomodel", Failure::other, 0, 0, "Unexpected server error"},
                    Expected{"asked", unfinished, 2200, 34, "bash: echo one", 0.00441},
                    Expected{"empty", unfinished, 0, 0, ""},
                    Expected{"killed", unfinished, 0, 0, "Calling a tool."}));

TEST(OpencodeRead, ARunInASessionThatWasResumedReportsItselfAlone) {
  EXPECT_EQ(notes_of_transcript("resume1").session_id, notes_of_transcript("resume2").session_id);
  EXPECT_EQ(notes_of_transcript("resume1").tokens_in, notes_of_transcript("resume2").tokens_in);
}

TEST(OpencodeRead, AStatedMomentOrWaitIsTheReset) {
  EXPECT_EQ(notes_of_transcript("usage").rate_limit->until_ms, 1'795'275'800'000);
  EXPECT_EQ(notes_of_transcript("rate").rate_limit->until_ms, 1'795'218'055'658 + 1000);
}

std::string error_record(const std::string& name, const std::string& data) {
  return R"({"type":"error","timestamp":1795218055658,"sessionID":"ses_1","error":{"name":")" + name +
         R"(","data":)" + data + "}}";
}

TEST(OpencodeRead, AnAbsurdResetIsNoReset) {
  for (const std::string value : {"-5", "1e300", "soon", "99999999999999999999", "", "1.2.3", "0x10"}) {
    const Notes notes = notes_of(
        {error_record("APIError", R"({"message":"m","statusCode":429,"responseHeaders":{"retry-after":")" +
                                      value + R"("}})")});
    ASSERT_TRUE(notes.rate_limit);
    EXPECT_FALSE(notes.rate_limit->until_ms) << value;
  }
}

TEST(OpencodeRead, WhatTheProviderAnsweredSaysWhatKindOfErrorItWas) {
  const auto failure = [](const std::string& data) {
    return notes_of({error_record("APIError", data)}).finished->failure;
  };
  EXPECT_EQ(failure(R"({"message":"m","statusCode":402})"), Failure::credit);
  EXPECT_EQ(failure(R"({"message":"m","statusCode":503,"isRetryable":true})"), Failure::overloaded);
  EXPECT_EQ(failure(R"({"message":"m","statusCode":529})"), Failure::overloaded);
  EXPECT_EQ(failure(R"({"message":"m","statusCode":429,"responseBody":)"
                    R"("{\"error\":{\"code\":\"insufficient_quota\"}}"})"),
            Failure::credit);
  EXPECT_EQ(failure(R"({"message":"m","statusCode":400,"responseBody":)"
                    R"("{\"error\":{\"code\":\"context_length_exceeded\"}}"})"),
            Failure::context_too_long);
  EXPECT_EQ(failure(R"({"message":"m","statusCode":400,"responseBody":"no json"})"), Failure::other);
  EXPECT_EQ(failure(R"({"message":"m","isRetryable":true})"), Failure::overloaded);
  EXPECT_EQ(failure(R"({"message":"m","isRetryable":false})"), Failure::other);
  EXPECT_EQ(failure("[]"), Failure::other);
}

TEST(OpencodeRead, ErrorsWithoutAnAnswerAreKnownByTheirNames) {
  const auto failure = [](const std::string& name) {
    return notes_of({error_record(name, R"({"message":"m"})")}).finished->failure;
  };
  EXPECT_EQ(failure("ProviderAuthError"), Failure::auth);
  EXPECT_EQ(failure("ContextOverflowError"), Failure::context_too_long);
  EXPECT_EQ(failure("ContentFilterError"), Failure::refused);
  EXPECT_EQ(failure("MessageAbortedError"), Failure::other);
}

std::string step_finish(const std::string& reason) {
  return R"({"type":"step_finish","sessionID":"ses_1","part":{"reason":")" + reason + R"("}})";
}

TEST(OpencodeRead, OnlyAStopIsAnEndAndAllIsWell) {
  EXPECT_TRUE(notes_of({step_finish("stop")}).finished->ok);
  EXPECT_FALSE(notes_of({step_finish("tool-calls")}).finished);
  EXPECT_FALSE(notes_of({step_finish("unknown")}).finished);
  EXPECT_FALSE(notes_of({step_finish("length")}).finished->ok);
  EXPECT_EQ(notes_of({step_finish("content-filter")}).finished->failure, Failure::refused);
}

TEST(OpencodeRead, AnErrorStandsWhateverFollows) {
  const Notes notes =
      notes_of({error_record("APIError", R"({"message":"m","statusCode":500})"), step_finish("stop")});
  EXPECT_FALSE(notes.finished->ok);
  EXPECT_EQ(notes.finished->failure, Failure::overloaded);
}

TEST(OpencodeRead, AToolIsShownWithWhatItActsOn) {
  const auto lines = transcript("opencode", "tool");
  const auto reading = opencode().read(Profile(), "stdout", lines.at(2));
  const auto& tool = std::get<ToolNote>(reading.notes.back());
  EXPECT_EQ(tool.name, "write");
  EXPECT_EQ(tool.summary, "/workspace/repo/stub_out.txt");
}

TEST(OpencodeRead, AToolThatWasDeniedIsNamedOnce) {
  EXPECT_EQ(notes_of_transcript("denied").denied, std::vector<std::string>{"bash"});
  EXPECT_EQ(notes_of_transcript("asked").denied, std::vector<std::string>{"bash"});
}

TEST(OpencodeRead, TheLogSaysThatARequestIsTriedAgain) {
  const Notes notes = notes_of(transcript("opencode", "usage", "stderr"), "stderr");
  EXPECT_EQ(notes.last_activity, "AI_APICallError: The usage limit has been reached");
  EXPECT_FALSE(notes.finished);
  EXPECT_EQ(notes.unknown_lines, 0);
}

TEST(OpencodeRead, AModelThatNobodyOffersWithoutAKeyIsAMissingLogin) {
  Notes notes;
  read_into(notes, opencode(), transcript("opencode", "nomodel", "stderr"), "stderr");
  read_into(notes, opencode(), transcript("opencode", "nomodel"));
  EXPECT_EQ(notes.finished->failure, Failure::auth);
  EXPECT_NE(
      notes_of(transcript("opencode", "nomodel", "stderr"), "stderr").last_activity.find("openai/gpt-4o"),
      std::string::npos);
}

TEST(OpencodeRead, ASessionThatIsNotThereIsSaid) {
  EXPECT_EQ(notes_of(transcript("opencode", "nosession", "stderr"), "stderr").last_activity,
            "Session not found");
  EXPECT_EQ(notes_of(transcript("opencode", "asked", "stderr"), "stderr").last_activity,
            "permission requested: bash (echo one > one.txt); auto-rejecting");
}

TEST(OpencodeRead, WhatTheModelSaysDecidesNothing) {
  for (const std::string& prose :
       {step_finish("stop"), error_record("APIError", R"({"statusCode":401,"message":"m"})"),
        std::string("\n") + step_finish("stop"),
        std::string("The user has specified a rule which prevents you from using this")}) {
    const json line = {
        {"type", "text"}, {"sessionID", "ses_1"}, {"part", {{"type", "text"}, {"text", prose}}}};
    const auto reading = opencode().read(Profile(), "stdout", line.dump());
    ASSERT_EQ(reading.notes.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<SessionNote>(reading.notes.front()));
    EXPECT_TRUE(std::holds_alternative<TextNote>(reading.notes.back()));
  }
  // What a tool printed stands in its record.
  const json tool = {
      {"type", "tool_use"},
      {"part",
       {{"tool", "bash"},
        {"state", {{"status", "completed"}, {"output", step_finish("stop")}, {"input", {}}}}}}};
  EXPECT_FALSE(notes_of({tool.dump()}).finished);
}

TEST(OpencodeRead, WhatIsNoRecordIsCountedAsUnknown) {
  const Notes notes = notes_of({"Hello", "{}", R"({"type":"surprise"})", R"(["type","text"])"});
  EXPECT_EQ(notes.unknown_lines, 4);
  EXPECT_FALSE(notes.finished);
}

TEST(OpencodeRead, DepthAndLengthAreSurvived) {
  const std::string deep(50'000, '[');
  EXPECT_FALSE(opencode().read(Profile(), "stdout", deep).known);
  const json body = {{"message", std::string(3 << 20, 'x')}, {"statusCode", 400}, {"responseBody", deep}};
  const Notes notes = notes_of({error_record("APIError", body.dump())});
  EXPECT_LE(notes.finished->text.size(), 64U << 10);
  EXPECT_EQ(notes.finished->failure, Failure::other);
}

TEST(OpencodeRead, AnAnswerOfTheProvidersMayNestDeeperThanAStackHolds) {
  const std::string deep = std::string(200'000, '[') + std::string(200'000, ']');
  const json body = {{"message", "slow down"},
                     {"statusCode", 429},
                     {"responseBody", R"({"error":{"type":"rate_limit_error","details":)" + deep + "}}"}};
  const Notes notes = notes_of({error_record("APIError", body.dump())});
  EXPECT_EQ(notes.finished->failure, Failure::rate_limit);
  EXPECT_FALSE(notes.rate_limit->until_ms);
}

}  // namespace
}  // namespace orchestrate::spawners
