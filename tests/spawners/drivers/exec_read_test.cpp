// Lines of a CLI without a driver, read as a mapping says; whatever comes, nothing of ours breaks.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "spawners/drivers/driver.h"
#include "spawners/drivers/reset_time.h"
#include "tests/spawners/drivers/damage.h"
#include "tests/spawners/drivers/reading.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

JsonPointer at(const char* pointer) {
  return parse_json_pointer(pointer).value();
}

LinePattern line_of(const char* type, const char* take = nullptr) {
  LinePattern pattern;
  pattern.when = {{at("/type"), std::string(type)}};
  if (take != nullptr) pattern.take = at(take);
  return pattern;
}

// The stream of a made-up CLI: session, message, tool, usage, error, end.
Profile newcli() {
  Profile profile;
  OutputMapping& output = profile.output;
  output.format = OutputMapping::Format::jsonl;
  output.session_id = {line_of("session", "/id")};
  output.text = {line_of("message", "/parts/0/text"), line_of("message", "/parts/1/text")};
  output.tool = {line_of("tool", "/name")};
  output.tokens_in = {line_of("end", "/usage/input"), line_of("end", "/usage/cached")};
  output.tokens_out = {line_of("end", "/usage/output")};
  output.cost_usd = {line_of("step", "/cost")};
  output.cost_usd[0].sum = true;
  output.finished = {line_of("end", "/answer")};
  output.failed = {line_of("end", "/error")};
  output.failed[0].when.emplace_back(at("/ok"), false);
  LinePattern limit = line_of("error", "/message");
  limit.when.emplace_back(at("/status"), std::int64_t{429});
  limit.until = at("/resets_at");
  output.rate_limited = {limit};
  return profile;
}

Reading read(const std::string& line) {
  return find_driver("exec")->read(newcli(), "stdout", line);
}

Notes fold_all(const std::vector<std::string>& lines) {
  Notes notes;
  for (const std::string& line : lines)
    fold(notes, read(line));
  return notes;
}

TEST(ExecRead, ARunIsReadAsItsMappingSays) {
  const Notes notes =
      fold_all({R"({"type":"session","id":"s-1"})", R"({"type":"tool","name":"edit a.c"})",
                R"({"type":"step","cost":0.25})", R"({"type":"step","cost":0.5})",
                R"(  {"type":"end","ok":true,"answer":"done","usage":{"input":10,"cached":2,"output":3}})"
                "\r"});
  EXPECT_EQ(notes.session_id, "s-1");
  EXPECT_EQ(notes.tokens_in, 12);
  EXPECT_EQ(notes.tokens_out, 3);
  EXPECT_DOUBLE_EQ(notes.cost_usd, 0.75);
  ASSERT_TRUE(notes.finished);
  EXPECT_TRUE(notes.finished->ok);
  EXPECT_EQ(notes.finished->text, "done");
  EXPECT_EQ(notes.unknown_lines, 0);
}

TEST(ExecRead, WhatIsStatedLaterReplacesATotalAndWhatIsNotStatedLeavesIt) {
  const Notes notes = fold_all(
      {R"({"type":"end","usage":{"input":10,"output":3}})", R"({"type":"end","usage":{"input":20}})"});
  EXPECT_EQ(notes.tokens_in, 20);
  EXPECT_EQ(notes.tokens_out, 3);
}

TEST(ExecRead, EveryPartOfALineIsShown) {
  const auto reading = read(R"({"type":"message","parts":[{"text":"one"},{"text":"two"},{"text":"three"}]})");
  ASSERT_EQ(reading.notes.size(), 2U);
  EXPECT_EQ(std::get<TextNote>(reading.notes[0]).text, "one");
  EXPECT_EQ(std::get<TextNote>(reading.notes[1]).text, "two");
}

TEST(ExecRead, ProseNeverDecides) {
  for (const char* line : {"{\"type\":\"message\",\"parts\":[{\"text\":\"{\\\"type\\\":\\\"end\\\"}\"}]}",
                           R"(I am done: {"type":"end"})", R"([{"type":"end"}])", R"("end")", "finished"}) {
    EXPECT_FALSE(fold_all({line}).finished) << line;
  }
}

TEST(ExecRead, WhatIsNoJsonIsUnknownAndWhatIsNotMappedIsOfNoInterest) {
  EXPECT_FALSE(read("Loading...").known);
  EXPECT_FALSE(read(R"({"type":)").known);
  EXPECT_TRUE(read(R"({"type":"debug"})").known);
  EXPECT_TRUE(read("").known);
  EXPECT_TRUE(read(" \r").known);
}

TEST(ExecRead, AFailureStandsWhateverComesAfterIt) {
  const Notes notes =
      fold_all({R"({"type":"end","ok":false,"error":"no such model"})", R"({"type":"end","ok":true})"});
  ASSERT_TRUE(notes.finished);
  EXPECT_FALSE(notes.finished->ok);
  EXPECT_EQ(notes.finished->text, "no such model");
}

TEST(ExecRead, AFailureWithoutWordsShowsItsLine) {
  const std::string line = R"({"type":"end","ok":false,"error":{"code":7}})";
  EXPECT_EQ(fold_all({line}).finished->text, line);
}

TEST(ExecRead, ALimitNamesItsResetAndExplainsTheFailureAfterIt) {
  const std::string limit = R"({"type":"error","status":429,"message":"slow down","resets_at":1794999600})";
  const Notes cut = fold_all({limit});
  ASSERT_TRUE(cut.rate_limit);
  EXPECT_EQ(cut.rate_limit->until_ms, 1'794'999'600'000);
  EXPECT_EQ(cut.rate_limit->why, "slow down");
  EXPECT_FALSE(cut.finished);
  EXPECT_EQ(fold_all({limit, R"({"type":"end","ok":false})"}).finished->failure, Failure::rate_limit);
  EXPECT_FALSE(fold_all({limit, R"({"type":"end","ok":true})"}).rate_limit) << "it was served after all";
  EXPECT_FALSE(fold_all({R"({"type":"error","status":500})"}).rate_limit);
}

TEST(ExecRead, ValuesAreEqualByWhatTheyAreNotByHowTheyAreWritten) {
  const auto matches = [](const Scalar& scalar, const std::string& value) {
    Profile profile = newcli();
    profile.output.finished[0].when = {{at("/v"), scalar}};
    return !find_driver("exec")->read(profile, "stdout", R"({"v":)" + value + "}").notes.empty();
  };
  EXPECT_TRUE(matches(std::int64_t{429}, "429"));
  EXPECT_TRUE(matches(std::int64_t{429}, "429.0"));
  EXPECT_TRUE(matches(429.0, "429"));
  EXPECT_TRUE(matches(std::int64_t{-1}, "-1"));
  EXPECT_FALSE(matches(std::int64_t{-1}, "18446744073709551615"));
  EXPECT_FALSE(matches(std::int64_t{429}, "\"429\""));
  EXPECT_FALSE(matches(std::string("429"), "429"));
  EXPECT_FALSE(matches(true, "1"));
  EXPECT_FALSE(matches(std::int64_t{1}, "true"));
  EXPECT_TRUE(matches(false, "false"));
  EXPECT_FALSE(matches(std::string("null"), "null"));
}

TEST(ExecRead, AmountsThatCannotBeAreNotBelieved) {
  EXPECT_EQ(fold_all({R"({"type":"end","usage":{"input":-5}})"}).tokens_in, 0);
  EXPECT_EQ(fold_all({R"({"type":"end","usage":{"input":"9"}})"}).tokens_in, 0);
  EXPECT_EQ(fold_all({R"({"type":"end","usage":{"input":1e300,"cached":1e300}})"}).tokens_in,
            1'000'000'000'000);
  EXPECT_DOUBLE_EQ(fold_all({R"({"type":"step","cost":1e300})"}).cost_usd, 1e6);
}

TEST(ExecRead, TheExitCodeIsTheWordOfACliWithoutAFinishingLine) {
  const Driver& exec = *find_driver("exec");
  EXPECT_TRUE(exec.writes_terminal_record(newcli()));
  Profile profile = newcli();
  profile.output.finished.clear();
  EXPECT_FALSE(exec.writes_terminal_record(profile));
  EXPECT_FALSE(exec.writes_terminal_record(Profile()));
}

TEST(ExecRead, TextIsShownAndDecidesNothing) {
  const auto reading = find_driver("exec")->read(Profile(), "stdout",
                                                 R"({"type":"end","ok":false} )"
                                                 "\x1b[31m\xFF");
  ASSERT_EQ(reading.notes.size(), 1U);
  EXPECT_EQ(std::get<TextNote>(reading.notes[0]).text, "{\"type\":\"end\",\"ok\":false} [31m\xEF\xBF\xBD");
  EXPECT_TRUE(reading.known);
}

TEST(JsonPointers, AreThoseOfRfc6901) {
  EXPECT_EQ(at("/a~1b/m~0n/0"), JsonPointer({"a/b", "m~n", "0"}));
  EXPECT_EQ(at("/"), JsonPointer({""}));
  EXPECT_EQ(at("/a/"), JsonPointer({"a", ""}));
  EXPECT_EQ(at("/~01"), JsonPointer({"~1"}));
  for (const char* wrong : {"", "a", "a/b", "/~", "/~2", "#/a"})
    EXPECT_FALSE(parse_json_pointer(wrong)) << wrong;
}

TEST(JsonPointers, FindElementsByTheirPlainNumberOnly) {
  const auto finds = [](const char* pointer) {
    Profile profile = newcli();
    profile.output.finished[0].when = {{at(pointer), std::string("x")}};
    return !find_driver("exec")
                ->read(profile, "stdout", R"({"a":["y","x"],"o":{"01":"x","":"x"}})")
                .notes.empty();
  };
  EXPECT_TRUE(finds("/a/1"));
  EXPECT_TRUE(finds("/o/01"));
  EXPECT_TRUE(finds("/o/"));
  for (const char* wrong : {"/a/01", "/a/2", "/a/-", "/a/+1", "/a/-1", "/a/1x", "/a/",
                            "/a/99999999999999999999", "/a/1/x", "/b/1"}) {
    EXPECT_FALSE(finds(wrong)) << wrong;
  }
}

TEST(ResetTime, IsReadInTheFormsThatClisWrite) {
  constexpr std::int64_t moment_ms = 1'795'317'000'000;
  for (const char* text : {"2026-11-22T03:10:00Z", "2026-11-22t03:10:00z", "2026-11-22 03:10:00+00:00",
                           "2026-11-22T05:10:00+02:00", "2026-11-21T21:40:00.000000-05:30"}) {
    EXPECT_EQ(reset_ms_of(std::string_view(text)), moment_ms) << text;
  }
  EXPECT_EQ(reset_ms_of(std::string_view("2026-11-22T03:10:00.2569Z")), moment_ms + 256);
  EXPECT_EQ(reset_ms_of(1'795'317'000.0), moment_ms);
  EXPECT_EQ(reset_ms_of(1'795'317'000'000.0), moment_ms);
}

TEST(ResetTime, IsNotMadeUp) {
  for (const char* text :
       {"", "soon", "2026-11-22", "2026-11-22T03:10:00", "2026-13-22T03:10:00Z", "2026-02-30T03:10:00Z",
        "2026-11-22T24:10:00Z", "2026-11-22T03:10:00+0200", "2026-11-22T03:10:00.Z", "2026-11-22T03:10:00Z ",
        "-026-11-22T03:10:00Z", "1999-11-22T03:10:00Z", "2200-11-22T03:10:00Z", "2026-11-2"}) {
    EXPECT_FALSE(reset_ms_of(std::string_view(text))) << text;
  }
  for (const double number : {0.0, -1.0, 30.0, 3600.0, 1e12, 1e18, 1e300})
    EXPECT_FALSE(reset_ms_of(number)) << number;
}

TEST(ExecFuzz, AnyBytesAreSurvived) {
  const std::vector<std::string> lines = {
      R"({"type":"session","id":"s-1"})",
      R"({"type":"message","parts":[{"text":"one \ud83d"},{"text":7}]})",
      R"({"type":"error","status":429,"message":["x"],"resets_at":"2026-11-22T03:10:00Z"})",
      R"({"type":"error","status":429,"message":"x","resets_at":1e11})",
      R"({"type":"end","ok":false,"usage":{"input":10,"cached":[],"output":-3},"error":{"a":"b"}})",
      R"({"type":"step","cost":0.25})",
      std::string("\0\xFF\x1b{}", 5)};
  Damage damage;
  for (const Profile& profile : {newcli(), Profile()}) {
    Notes notes;
    for (int i = 0; i < 5000; ++i)
      fold(notes,
           find_driver("exec")->read(profile, "stdout", damage.bytes(lines[damage.below(lines.size())])));
    expect_sane(notes);
    EXPECT_EQ(notes.lines, 5000);
  }
}

TEST(ExecFuzz, DepthAndLengthAreSurvived) {
  std::string deep = R"({"type":"end","ok":false,"error":)";
  for (int i = 0; i < 50'000; ++i)
    deep += R"({"a":)";
  EXPECT_FALSE(read(deep).known);
  deep += "1" + std::string(50'001, '}');
  const auto reading = read(deep);
  ASSERT_EQ(reading.notes.size(), 1U);
  EXPECT_LE(std::get<FinishedNote>(reading.notes[0]).text.size(), 1000U);
  const auto big = read(R"({"type":"end","answer":")" + std::string(3 << 20, 'x') + R"("})");
  EXPECT_LE(std::get<FinishedNote>(big.notes.at(0)).text.size(), 64U << 10);
}

}  // namespace
}  // namespace orchestrate::spawners
