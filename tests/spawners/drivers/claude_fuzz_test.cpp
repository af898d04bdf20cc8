// Recorded lines, damaged at random with a fixed seed: whatever comes out, nothing of ours breaks.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/damage.h"
#include "tests/spawners/drivers/transcripts.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

std::vector<std::string> recorded_lines() {
  std::vector<std::string> lines;
  for (const std::string scenario :
       {"tool", "denied", "usage-oauth", "credit", "maxturns", "resume-bad", "partial"}) {
    for (std::string& line : transcript("claude", scenario))
      lines.push_back(std::move(line));
  }
  return lines;
}

void expect_bounded(const Notes& notes) {
  EXPECT_LE(notes.last_activity.size(), 200U);
  EXPECT_EQ(notes.last_activity.find_first_of("\n\x1b"), std::string::npos);
  EXPECT_GE(notes.tokens_in, 0);
  EXPECT_GE(notes.cost_usd, 0);
  // Whatever is stored must be printable as JSON, which throws on text that is not UTF-8.
  EXPECT_NO_THROW(static_cast<void>(json(notes.last_activity).dump()));
  const std::string text = notes.finished ? notes.finished->text : std::string();
  EXPECT_NO_THROW(static_cast<void>(json(text).dump()));
}

TEST(ClaudeFuzz, DamagedBytesAreSurvived) {
  const auto lines = recorded_lines();
  const Driver& claude = *find_driver("claude");
  Damage damage;
  Notes notes;
  for (int i = 0; i < 2000; ++i)
    fold(notes, claude.read(Profile(), "stdout", damage.bytes(lines[damage.below(lines.size())])));
  expect_bounded(notes);
  EXPECT_GT(notes.unknown_lines, 0);
  EXPECT_LT(notes.unknown_lines, notes.lines);
}

TEST(ClaudeFuzz, WrongTypesAreSurvived) {
  const auto lines = recorded_lines();
  const Driver& claude = *find_driver("claude");
  Damage damage;
  for (int i = 0; i < 2000; ++i) {
    json record = json::parse(lines[damage.below(lines.size())]);
    const json type = record["type"];
    damage.types(record);
    if (damage.below(4) != 0) record["type"] = type;
    Notes notes;
    fold(notes, claude.read(Profile(), "stdout", record.dump()));
    expect_bounded(notes);
  }
}

TEST(ClaudeFuzz, DepthAndLengthAreSurvived) {
  const Driver& claude = *find_driver("claude");
  std::string deep = R"({"type":"assistant","message":)";
  for (int i = 0; i < 50'000; ++i)
    deep += R"({"a":)";
  EXPECT_FALSE(claude.read(Profile(), "stdout", deep).known);
  deep += "1" + std::string(50'001, '}');
  EXPECT_TRUE(claude.read(Profile(), "stdout", deep).notes.empty());
  EXPECT_FALSE(claude.read(Profile(), "stdout", std::string(50'000, '[')).known);

  const std::string text(3 << 20, 'x');
  const auto reading =
      claude.read(Profile(), "stdout",
                  R"({"type":"result","subtype":"success","is_error":false,"result":")" + text + R"("})");
  ASSERT_EQ(reading.notes.size(), 2U);
  EXPECT_LE(std::get<FinishedNote>(reading.notes.back()).text.size(), 64U << 10);
}

}  // namespace
}  // namespace orchestrate::spawners
