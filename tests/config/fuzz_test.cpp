// Broken files of every kind: `load` and `render` must come back with an answer, whatever the bytes.
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "config/config.h"
#include "tests/config/project_folder.h"
#include "text/glob.h"
#include "text/nearest.h"

namespace orchestrate::config {
namespace {

class Mutator {
 public:
  std::string mutate(std::string text) {
    for (std::size_t changes = 1 + below(4); changes > 0 && !text.empty(); --changes)
      change(text);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  void change(std::string& text) {
    static const std::vector<std::string> pieces = {"[",
                                                    "]",
                                                    "[[",
                                                    "{",
                                                    "}",
                                                    "\"",
                                                    "'",
                                                    "\"\"\"",
                                                    "=",
                                                    ".",
                                                    ",",
                                                    "\n",
                                                    "-",
                                                    "#",
                                                    "1e999",
                                                    "\\u0000",
                                                    "\xff",
                                                    "\xe2\x80\xae",
                                                    "true",
                                                    "human",
                                                    "[rule]",
                                                    "fallback = ['shell']\n",
                                                    "0x7fffffffffffffff"};
    const std::size_t at = below(text.size());
    const std::size_t span = 1 + below(30);
    switch (below(5)) {
      case 0:
        text.erase(at, span);
        break;
      case 1:
        text.insert(at, text.substr(below(text.size()), span));
        break;
      case 2:
        text.insert(at, pieces[below(pieces.size())]);
        break;
      case 3:
        text.replace(at, std::min(span, text.size() - at), pieces[below(pieces.size())]);
        break;
      default:
        text[at] = static_cast<char>(below(256));
    }
  }

  std::mt19937 random_{20240229};  // always the same story
};

const char* const kOwnCli = R"([agent_types.own]
driver = "exec"
command = ["own", "{workspace}", "{prompt_file}"]
prompt_via = "file"
[agent_types.own.output]
format = "jsonl"
cost_usd = { when = { "/type" = "end", "/n" = 1.5 }, take = "/usage/cost", sum = true }
failed = [{ when = { "/ok" = false }, take = "/a~1b" }]
rate_limited = { when = { "/status" = 429 }, until = "/resets_at" }
)";

TEST(Fuzz, MutatedFilesNeverCrashTheLoader) {
  const ProjectFolder folder;
  auto defaults = default_files("shop", {"claude"});
  defaults["agents.toml"] += kOwnCli;
  Mutator mutator;
  int broken = 0;
  for (int round = 0; round < 1000; ++round) {
    for (const auto& [file, text] : defaults)
      folder.write(file, mutator.mutate(text));
    const Loaded loaded = folder.load();
    for (const auto& error : loaded.errors) {
      ASSERT_FALSE(error.message.empty());
      ASSERT_GE(error.width, 1);
      ASSERT_EQ(error.file.rfind(".orchestrate/", 0), 0U);
    }
    const std::string shown = render(loaded.errors, round % 2 == 0);
    ASSERT_EQ(shown.empty(), loaded.errors.empty());
    ASSERT_EQ(shown.find('\0'), std::string::npos);
    broken += loaded.errors.empty() ? 0 : 1;
  }
  EXPECT_GT(broken, 500);  // else the mutations were too tame to show anything
}

TEST(Fuzz, AnyBytesAreSurvivedByEveryParser) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes(random() % 40, '\0');
    for (char& byte : bytes)
      byte = static_cast<char>(random());
    std::string why;
    const bool split = split_command(bytes, why).has_value();
    EXPECT_EQ(split, why.empty());
    EXPECT_GE(parse_duration_ms(bytes).value_or(0), 0);
    EXPECT_GE(parse_size_bytes(bytes).value_or(0), 0);
    EXPECT_EQ(text::nearest(bytes, {bytes}), bytes);
    EXPECT_TRUE(text::glob_match("*", bytes));
    static_cast<void>(text::glob_match(bytes, bytes));
  }
}

}  // namespace
}  // namespace orchestrate::config
