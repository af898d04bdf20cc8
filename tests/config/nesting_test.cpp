// Files that nest deeper than a stack holds are refused before anything walks down.
#include <gtest/gtest.h>

#include "config/config.h"
#include "tests/config/project_folder.h"

namespace orchestrate::config {
namespace {

constexpr const char* kTooDeep = "tables or lists are nested too deeply";

std::vector<Diagnostic> errors_of(const std::string& file, const std::string& text) {
  const ProjectFolder folder;
  folder.write(file, text);
  return folder.load().errors;
}

// "a.a.a": a table for each letter.
std::string key_of(int parts) {
  std::string key = "a";
  for (int i = 1; i < parts; ++i)
    key += ".a";
  return key;
}

TEST(Nesting, OfListsIsRefusedInItsPlace) {
  EXPECT_EQ(
      brief(errors_of("agents.toml", "x = " + std::string(50, '[') + std::string(50, ']'))),
      "agents.toml:1:37+36 tables or lists are nested too deeply | 32 levels are enough for every key\n");
}

TEST(Nesting, OverSeveralLinesIsShownWithItsCaret) {
  const auto errors =
      errors_of("agents.toml", "x = " + std::string(35, '[') + "1,\n2" + std::string(35, ']'));
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(render(errors, false).find('^'), std::string::npos);
}

TEST(Nesting, OfOneKeyIsRefused) {
  EXPECT_EQ(errors_of("agents.toml", key_of(4001) + " = 1").at(0).message, kTooDeep);
  EXPECT_EQ(errors_of("agents.toml", key_of(12'000) + " = 1").at(0).message,
            "the line is longer than 8192 bytes");
}

TEST(Nesting, OfKeysWithinKeysIsRefused) {
  std::string text = "x = ";
  for (int i = 0; i < 60; ++i)
    text += "{" + key_of(4001) + " = [\n";
  for (int i = 0; i < 60; ++i)
    text += "]}";
  EXPECT_EQ(errors_of("agents.toml", text).at(0).message, kTooDeep);
}

TEST(Nesting, IsNotSeenInStringsAndComments) {
  const std::string dots = key_of(200);
  EXPECT_EQ(brief(errors_of("orchestrate.toml", "[project]\nname = \"\"\"" + dots + "\n\\\"\"" + dots +
                                                    "\"\"\"  # " + dots + "\nbase = '" + dots + "'\n")),
            "");
}

}  // namespace
}  // namespace orchestrate::config
