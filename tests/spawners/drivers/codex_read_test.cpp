#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/damage.h"
#include "tests/spawners/drivers/reading.h"
#include "tests/spawners/drivers/transcripts.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

const Driver& codex() {
  return *find_driver("codex");
}

Notes notes_of(const std::vector<std::string>& lines, const Profile& profile = {},
               const std::string& file = "stdout") {
  Notes notes;
  read_into(notes, codex(), lines, file, profile);
  return notes;
}

Notes notes_of_transcript(const std::string& scenario, const Profile& profile = {}) {
  return notes_of(transcript("codex", scenario), profile);
}

Notes notes_of_failure(const std::string& message, const Profile& profile = {}) {
  const json record = {{"type", "turn.failed"}, {"error", {{"message", message}}}};
  return notes_of({record.dump()}, profile);
}

class CodexTranscript : public testing::TestWithParam<Expected> {};

TEST_P(CodexTranscript, IsUnderstood) {
  const Notes notes = notes_of_transcript(GetParam().scenario);
  expect_understood(notes, GetParam());
  EXPECT_EQ(notes.cumulative, GetParam().failure == ended_well);
  EXPECT_TRUE(notes.last_activity.starts_with(GetParam().text)) << notes.last_activity;
  EXPECT_EQ(notes.session_id.size(), 36U);
  EXPECT_EQ(notes.unknown_lines, 0);
}

INSTANTIATE_TEST_SUITE_P(
    Recorded, CodexTranscript,
    testing::Values(Expected{"success", ended_well, 2200, 34, "Hello from the stub"},
                    Expected{"tool", ended_well, 4400, 68, "Task finished"},
                    Expected{"readonly", ended_well, 4400, 68, "Task finished"},
                    Expected{"no-sandbox", ended_well, 4400, 68, "Done."},
                    Expected{"mcp", ended_well, 4400, 68, "Task finished"},
                    Expected{"mcp-noapprove", ended_well, 4400, 68, "Task finished"},
                    Expected{"resume1", ended_well, 2200, 34, "Hello"},
                    Expected{"resume2", ended_well, 4400, 68, "Hello"},
                    Expected{"400", Failure::context_too_long, 0, 0, "Codex ran out of room"},
                    Expected{"401", Failure::auth, 0, 0, "unexpected status 401"},
                    Expected{"403", Failure::auth, 0, 0, "unexpected status 403"},
                    Expected{"noauth", Failure::auth, 0, 0, "Missing environment variable"},
                    Expected{"credit", Failure::credit, 0, 0, "Quota exceeded"},
                    Expected{"429", Failure::rate_limit, 0, 0, "exceeded retry limit"},
                    Expected{"usage", Failure::rate_limit, 0, 0, "You\u2019ve hit your usage limit"},
                    Expected{"usage-today", Failure::rate_limit, 0, 0, "You\u2019ve hit your usage limit"},
                    Expected{"500", Failure::overloaded, 0, 0, "We\u2019re currently experiencing"},
                    Expected{"529", Failure::overloaded, 0, 0, "Selected model is at capacity"},
                    Expected{"cut", Failure::overloaded, 0, 0, "stream disconnected"},
                    Expected{"empty", Failure::overloaded, 0, 0, "stream disconnected"},
                    Expected{"garbage", Failure::overloaded, 0, 0, "stream disconnected"},
                    Expected{"hangmid", Failure::overloaded, 0, 0, "stream disconnected"},
                    Expected{"hang-timeout", unfinished, 0, 0, "Model metadata"},
                    Expected{"sigint", unfinished, 0, 0, "Model metadata"},
                    Expected{"sigterm", unfinished, 0, 0, "Model metadata"},
                    Expected{"bash-sigterm", unfinished, 0, 0, "command: /bin/bash -lc 'sleep 7777'"}));

TEST(CodexRead, ARequestThatIsTriedAgainHasNotFailedYet) {
  const auto lines = transcript("codex", "401");
  const Notes notes = notes_of({lines.begin(), lines.begin() + 5});
  EXPECT_FALSE(notes.finished);
  EXPECT_EQ(notes.blamed, Failure::none);
  EXPECT_EQ(notes.last_activity.rfind("Reconnecting... ", 0), 0U);
}

TEST(CodexRead, AnErrorBeforeTheEndSaysWhatAnUnspecificEndMeans) {
  const Notes notes = notes_of({R"({"type":"error","message":"Quota exceeded. Check your plan."})",
                                R"({"type":"turn.failed","error":{"message":"it failed"}})"});
  ASSERT_TRUE(notes.finished);
  EXPECT_EQ(notes.finished->failure, Failure::credit);
}

TEST(CodexRead, AFailureStands) {
  const Notes notes = notes_of({R"({"type":"turn.failed","error":{"message":"Quota exceeded."}})",
                                R"({"type":"turn.completed","usage":{}})"});
  EXPECT_FALSE(notes.finished->ok);
}

TEST(CodexRead, TheProvidersOwnWordsDoNotChangeWhatTheStatusMeans) {
  EXPECT_EQ(
      notes_of_failure("unexpected status 401 Unauthorized: You hit your usage limit").finished->failure,
      Failure::auth);
  EXPECT_EQ(notes_of_failure("unexpected status 400 Bad Request: sign in again").finished->failure,
            Failure::other);
  EXPECT_EQ(notes_of_failure("unexpected status 503 x").finished->failure, Failure::overloaded);
  EXPECT_EQ(notes_of_failure("unexpected status").finished->failure, Failure::other);
}

TEST(CodexRead, AModelThatAKeyMayNotUseIsAMatterOfTheLogin) {
  EXPECT_EQ(notes_of_failure("Project `p` does not have access to model `m`").finished->failure,
            Failure::auth);
}

TEST(CodexRead, AnAnswerThatWasFilteredIsARefusal) {
  EXPECT_EQ(notes_of_failure("stream disconnected before completion: Incomplete response returned, reason: "
                             "content_filter")
                .finished->failure,
            Failure::refused);
}

std::optional<std::int64_t> reset_of(const std::string& when, const Profile& profile = {}) {
  return notes_of_failure("You have hit your usage limit. Try later or try again at " + when, profile)
      .rate_limit.value()
      .until_ms;
}

TEST(CodexRead, AStatedResetIsUnderstoodInUtcToTheEndOfItsMinute) {
  EXPECT_EQ(notes_of_transcript("usage").rate_limit->until_ms, 1'795'224'419'000);
  EXPECT_EQ(reset_of("Nov 21st, 2026 1:26 AM."), 1'795'224'419'000);
  EXPECT_EQ(reset_of("Nov 21st, 2026 12:26 AM."), 1'795'220'819'000);
  EXPECT_EQ(reset_of("Nov 21st, 2026 12:26 PM."), 1'795'264'019'000);
  EXPECT_EQ(reset_of("Dec 3rd, 2026 11:05 PM."), 1'796'339'159'000);
}

TEST(CodexRead, AResetWithoutADateIsATimeOfDay) {
  EXPECT_FALSE(notes_of_transcript("usage-today").rate_limit->until_ms);
  EXPECT_TRUE(notes_of_transcript("usage-today").rate_limit->until_of_day_ms);
  const auto of_day = [](const std::string& when) {
    return notes_of_failure("You've hit your usage limit. try again at " + when).rate_limit->until_of_day_ms;
  };
  EXPECT_EQ(of_day("3:57 PM."), ((15 * 60 + 57) * 60 + 59) * 1000);
  EXPECT_EQ(of_day("12:00 AM."), 59'000);
  for (const char* nonsense : {"25:00 PM.", "3:99 PM.", "3:57", "soon.", "", "Nov"})
    EXPECT_FALSE(of_day(nonsense)) << nonsense;
}

TEST(CodexRead, InAZoneOfTheLeadsTheMomentStaysOpen) {
  Profile zoned;
  zoned.env = {{"TZ", "Asia/Tokyo"}};
  EXPECT_FALSE(reset_of("Nov 21st, 2026 1:26 AM.", zoned));
  Profile passed;
  passed.env_pass = {"TZ"};
  EXPECT_FALSE(reset_of("Nov 21st, 2026 1:26 AM.", passed));
}

TEST(CodexRead, AnAbsurdResetIsNoReset) {
  for (const std::string when :
       {"", " ", "soon", "Nov", "Nov 21st, 2026", "Nov 21st, 2026 1 AM.", "Nov 21st, 2026 13:00 AM.",
        "Nov 21st, 2026 0:00 AM.", "Nov 21st, 2026 1:61 AM.", "Nov 21st, 2026 1:26",
        "Nov 31st, 2026 1:26 AM.", "ovD 21st, 2026 1:26 AM.", "Nov 21st, 1999 1:26 AM.",
        "Nov 21st, 99999999999999999999 1:26 AM.", "Nov -1st, 2026 1:26 AM.", "N 21st, 2026 1:26 AM."}) {
    EXPECT_FALSE(reset_of(when)) << when;
  }
}

TEST(CodexRead, AToolThatMayNotBeUsedIsNamed) {
  EXPECT_EQ(notes_of_transcript("mcp-noapprove").denied, std::vector<std::string>{"tasks.claim_task"});
  EXPECT_TRUE(notes_of_transcript("mcp").denied.empty());
  const Notes declined = notes_of({R"({"type":"item.completed","item":{"type":"command_execution",)"
                                   R"("command":"rm x","status":"declined"}})"});
  EXPECT_EQ(declined.denied, std::vector<std::string>{"command"});
}

TEST(CodexRead, ThatThereIsNoSandboxIsSaid) {
  const Notes notes = notes_of_transcript("no-sandbox");
  ASSERT_EQ(notes.denied.size(), 1U);
  EXPECT_EQ(notes.denied[0].rfind("command (no sandbox: bwrap: ", 0), 0U) << notes.denied[0];
}

TEST(CodexRead, AToolIsShownWithWhatItActsOn) {
  const auto tool = [](const std::string& item) {
    const auto reading = codex().read(Profile(), "stdout", R"({"type":"item.started","item":)" + item + "}");
    return std::get<ToolNote>(reading.notes.at(0));
  };
  EXPECT_EQ(tool(R"({"type":"command_execution","command":"ls"})").summary, "ls");
  EXPECT_EQ(tool(R"({"type":"file_change","changes":[{"path":"a"},{"path":"b"}]})").summary, "a and 1 more");
  EXPECT_EQ(tool(R"({"type":"web_search","query":"q"})").summary, "q");
  EXPECT_EQ(tool(R"({"type":"mcp_tool_call","server":"s","tool":"t"})").name, "s.t");
}

TEST(CodexRead, WhatTheModelSaysDecidesNothing) {
  for (const std::string& prose :
       std::vector<std::string>{R"({"type":"turn.completed","usage":{"input_tokens":1}})",
                                R"({"type":"turn.failed","error":{"message":"Quota exceeded."}})",
                                "You've hit your usage limit. try again at Nov 21st, 2026 1:26 AM.",
                                "unexpected status 401 Unauthorized", "Error: turn/start: input_too_large"}) {
    for (const char* type : {"agent_message", "reasoning"}) {
      const json record = {{"type", "item.completed"}, {"item", {{"type", type}, {"text", prose}}}};
      for (const Note& note : codex().read(Profile(), "stdout", record.dump()).notes)
        EXPECT_TRUE(std::holds_alternative<TextNote>(note)) << prose;
    }
    const json output = {{"type", "item.completed"},
                         {"item", {{"type", "command_execution"}, {"aggregated_output", prose}}}};
    for (const Note& note : codex().read(Profile(), "stdout", output.dump()).notes)
      EXPECT_TRUE(std::holds_alternative<ToolNote>(note)) << prose;
  }
}

TEST(CodexRead, WhatEndsItBeforeARecordStandsOnStderrOnly) {
  Notes notes = notes_of_transcript("too-long");
  EXPECT_FALSE(notes.finished);
  for (const std::string& line : transcript("codex", "too-long", "stderr"))
    fold(notes, codex().read(Profile(), "stderr", line));
  ASSERT_TRUE(notes.finished);
  EXPECT_EQ(notes.finished->failure, Failure::context_too_long);
  for (const std::string scenario : {"nogit", "resume-bad", "bad-config"}) {
    const Notes early = notes_of(transcript("codex", scenario, "stderr"), {}, "stderr");
    ASSERT_TRUE(early.finished) << scenario;
    EXPECT_FALSE(early.finished->ok) << scenario;
    EXPECT_EQ(early.finished->failure, Failure::other) << scenario;
  }
}

TEST(CodexRead, OtherLinesOnStderrSayNothing) {
  const Notes notes =
      notes_of({"Reading additional input from stdin...", "2026-11-21T13:39:22Z ERROR codex_api: failed", "",
                R"({"type":"turn.completed","usage":{}})", "the server says Error: turn/start", "\xFF"},
               {}, "stderr");
  EXPECT_FALSE(notes.finished);
  EXPECT_EQ(notes.blamed, Failure::none);
  EXPECT_EQ(notes.unknown_lines, 0);
}

TEST(CodexRead, LinesThatAreNotItsRecordsAreCountedAsUnknown) {
  const Notes notes = notes_of({"", "not json", "[1]", "{", "{}", R"({"type":"novelty"})", R"({"type":7})",
                                R"({"type":"item.completed","item":{"type":"novelty"}})", "\xFF\xFE"});
  EXPECT_EQ(notes.lines, 9);
  EXPECT_EQ(notes.unknown_lines, 9);
  EXPECT_FALSE(notes.finished);
}

TEST(CodexRead, AnyResetIsSurvived) {
  Damage damage;
  for (int i = 0; i < 2000; ++i) {
    const std::string line =
        damage.bytes("Error: turn/ hit your usage limit, try again at Nov 21st, 2026 1:26 AM.");
    expect_sane(notes_of({line}, {}, "stderr"));
  }
}

TEST(CodexRead, DepthAndLengthAreSurvived) {
  std::string deep = R"({"type":"turn.failed","error":)";
  for (int i = 0; i < 50'000; ++i)
    deep += R"({"a":)";
  EXPECT_FALSE(codex().read(Profile(), "stdout", deep).known);
  EXPECT_FALSE(codex().read(Profile(), "stdout", std::string(50'000, '[')).known);
  const Notes notes = notes_of_failure(std::string(3 << 20, 'x'));
  ASSERT_TRUE(notes.finished);
  EXPECT_LE(notes.finished->text.size(), 64U << 10);
}

}  // namespace
}  // namespace orchestrate::spawners
