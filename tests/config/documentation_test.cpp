// docs/configuration.md and the loader name the same keys.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include "config/config.h"
#include "tests/config/project_folder.h"

namespace orchestrate::config {
namespace {

// Rows of the tables begin with "| `key` |".
std::multiset<std::string> documented_keys() {
  std::ifstream stream(ORCHESTRATE_SOURCE_DIR "/docs/configuration.md");
  EXPECT_TRUE(stream.is_open());
  std::multiset<std::string> keys;
  for (std::string line; std::getline(stream, line);) {
    if (line.rfind("| `", 0) != 0) continue;
    keys.insert(line.substr(3, line.find('`', 3) - 3));
  }
  return keys;
}

TEST(Documentation, NamesEveryKeyTheLoaderKnowsOnceAndNoOther) {
  const auto known = known_keys();
  const auto documented = documented_keys();
  for (const auto& key : known)
    EXPECT_EQ(documented.count(key), 1U) << key << " in docs/configuration.md";
  for (const auto& key : documented) {
    EXPECT_TRUE(std::binary_search(known.begin(), known.end(), key)) << key << " is unknown to the loader";
  }
}

// The indented block after a heading, as it would stand in a file.
std::string example_below(const std::string& heading) {
  std::ifstream stream(ORCHESTRATE_SOURCE_DIR "/docs/configuration.md");
  std::string line;
  while (std::getline(stream, line) && line != heading) {
  }
  while (std::getline(stream, line) && line.rfind("    ", 0) != 0) {
  }
  std::string text;
  for (; line.rfind("    ", 0) == 0; std::getline(stream, line))
    text += line.substr(4) + "\n";
  return text;
}

TEST(Documentation, ACliOfYourOwnTakesUnderTenLines) {
  const std::string example = example_below("## A CLI of your own");
  EXPECT_LT(std::count(example.begin(), example.end(), '\n'), 10);
  const ProjectFolder folder;
  folder.write("agents.toml", example);
  const Loaded loaded = folder.load();
  EXPECT_EQ(brief(loaded.errors), "");
  EXPECT_EQ(loaded.config.agent_types.at("something-new").profile.output.finished.size(), 1U);
}

TEST(KnownKeys, AreTheLoadersOwn) {
  const auto known = known_keys();
  for (const char* key : {"default", "capabilities.<capability>", "rule.name", "rule.when.attempts_at_least",
                          "dispatch.max_parallel", "checks.default", "<command>.run",
                          "agent_types.<name>.driver", "agent_types.<name>.on_output_limit"}) {
    EXPECT_TRUE(std::binary_search(known.begin(), known.end(), key)) << key;
  }
}

}  // namespace
}  // namespace orchestrate::config
