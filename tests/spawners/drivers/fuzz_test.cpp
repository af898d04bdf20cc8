// Recorded lines of every CLI, damaged at random with a fixed seed: whatever comes out, nothing of ours
// breaks.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "spawners/drivers/driver.h"
#include "tests/spawners/drivers/damage.h"
#include "tests/spawners/drivers/reading.h"
#include "tests/spawners/drivers/transcripts.h"

namespace orchestrate::spawners {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr int rounds = 1000;

struct Recorded {
  std::string cli;
  std::string file;    // as the driver knows it
  std::string ending;  // of its transcripts
  std::string kind{};  // the member that says what a record is; empty: the lines are no JSON
};

void PrintTo(const Recorded& recorded, std::ostream* out) {
  *out << recorded.cli << ' ' << recorded.file;
}

std::vector<std::string> lines_of(const Recorded& recorded) {
  const std::string ending = "." + recorded.ending;
  std::vector<std::string> scenarios;
  for (const auto& entry : fs::directory_iterator(std::string(TRANSCRIPTS) + "/" + recorded.cli)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending)) scenarios.push_back(name.substr(0, name.size() - ending.size()));
  }
  std::sort(scenarios.begin(), scenarios.end());  // else the damage would not be the same everywhere
  std::vector<std::string> lines;
  for (const std::string& scenario : scenarios) {
    for (std::string& line : transcript(recorded.cli, scenario, recorded.ending))
      lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<json> records_of(const Recorded& recorded) {
  std::vector<json> records;
  for (const std::string& line : lines_of(recorded)) {
    json record = json::parse(line, nullptr, false);
    if (record.is_object()) records.push_back(std::move(record));
  }
  return records;
}

class DriverFuzz : public testing::TestWithParam<Recorded> {};

TEST_P(DriverFuzz, DamagedBytesAreSurvived) {
  const Driver& driver = *find_driver(GetParam().cli);
  const auto lines = lines_of(GetParam());
  Damage damage;
  Notes notes;
  int understood = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto reading =
        driver.read(Profile(), GetParam().file, damage.bytes(lines[damage.below(lines.size())]));
    understood += reading.notes.empty() ? 0 : 1;
    fold(notes, reading);
  }
  expect_sane(notes);
  EXPECT_GT(understood, 0);
  EXPECT_TRUE(GetParam().kind.empty() || notes.unknown_lines > 0);
}

TEST_P(DriverFuzz, WrongTypesAreSurvived) {
  if (GetParam().kind.empty()) return;
  const Driver& driver = *find_driver(GetParam().cli);
  const auto records = records_of(GetParam());
  Damage damage;
  for (int i = 0; i < rounds; ++i) {
    json record = records[damage.below(records.size())];
    const json kind = record[GetParam().kind];
    damage.types(record);
    if (damage.below(4) != 0) record[GetParam().kind] = kind;
    Notes notes;
    fold(notes, driver.read(Profile(), GetParam().file, record.dump()));
    expect_sane(notes);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Recorded, DriverFuzz,
    testing::Values(Recorded{"claude", "stdout", "jsonl", "type"},
                    Recorded{"codex", "stdout", "jsonl", "type"}, Recorded{"codex", "stderr", "stderr"},
                    Recorded{"gemini", "stdout", "jsonl", "type"},
                    Recorded{"opencode", "stdout", "jsonl", "type"}, Recorded{"opencode", "stderr", "stderr"},
                    Recorded{"goose", "stdout", "jsonl", "type"}, Recorded{"goose", "stderr", "stderr"},
                    Recorded{"aider", "stdout", "chat.md"}, Recorded{"aider", "chat.md", "chat.md"},
                    Recorded{"aider", "analytics.jsonl", "analytics.jsonl", "event"}));

}  // namespace
}  // namespace orchestrate::spawners
