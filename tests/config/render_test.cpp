#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "config/config.h"
#include "tests/config/project_folder.h"

namespace orchestrate::config {
namespace {

std::string second_line(const std::string& rendered) {
  const std::size_t first = rendered.find('\n') + 1;
  return rendered.substr(first, rendered.find('\n', first) - first);
}

TEST(Render, SixMistakesInThreeFilesAreShownAtOnce) {
  const ProjectFolder folder;
  folder.write("orchestrate.toml",
               "[dispatch]\n"
               "max_parallel = \"four\"\n"
               "[checks]\n"
               "default = [\"npm test | tee log\"]\n");
  folder.write("routing.toml",
               "default = \"development-laed\"\n"
               "[[rule]]\n"
               "name = \"na\xc3\xafve\"\n"
               "when = { title = \"\xc3\xbc*\", needs_any = [\"bakend\"] }\n"
               "to = \"human\"\n");
  folder.write("agents.toml",
               "# who works\n"
               "[agent_types.development-lead]\n"
               "driver = \"claude\"\n"
               "capabilites = [\"backend\"]\n"
               "capabilities = [\"backend\"]\n"
               "\twall_limit = 45\n");
  EXPECT_EQ(
      render(folder.load().errors, false),
      R"(.orchestrate/orchestrate.toml:2:16: error: `max_parallel` must be a whole number from 1 to 1000, not "four"
   2 | max_parallel = "four"
     |                ^~~~~~
.orchestrate/orchestrate.toml:4:12: error: the command in `default` holds `|` outside quotes, which only a shell understands
   4 | default = ["npm test | tee log"]
     |            ^~~~~~~~~~~~~~~~~~~~
     = hint: quote it, or ask for a shell: { shell = true, run = "..." }
.orchestrate/routing.toml:1:11: error: unknown agent type `development-laed`
   1 | default = "development-laed"
     |           ^~~~~~~~~~~~~~~~~~
     = hint: did you mean `development-lead`?
.orchestrate/routing.toml:4:37: error: unknown capability `bakend`
   4 | when = { title = "ü*", needs_any = ["bakend"] }
     |                                     ^~~~~~~~
     = hint: did you mean `backend`?
.orchestrate/agents.toml:4:1: error: unknown key `capabilites`
   4 | capabilites = ["backend"]
     | ^~~~~~~~~~~
     = hint: did you mean `capabilities`?
.orchestrate/agents.toml:6:15: error: `wall_limit` must be a duration like "45m", more than 0 and at most 7d, not the number 45
   6 |  wall_limit = 45
     |               ^~
)");
}

TEST(Render, AMessageAboutAWholeFileHasNoCaret) {
  EXPECT_EQ(render({{"a.toml", 0, 0, 1, "is larger than 1MiB", "", ""}}, false),
            "a.toml: error: is larger than 1MiB\n");
}

TEST(Render, ColourComesOnlyWhenAsked) {
  const std::vector<Diagnostic> one = {{"a.toml", 1, 1, 1, "wrong", "right", "x"}};
  EXPECT_EQ(render(one, false).find('\x1b'), std::string::npos);
  const std::string coloured = render(one, true);
  EXPECT_NE(coloured.find("\x1b[1;31merror:\x1b[0m"), std::string::npos);
  EXPECT_NE(coloured.find("\x1b[1;32m^\x1b[0m"), std::string::npos);
}

TEST(Render, NothingInAFileReachesTheTerminalAsAControlCharacter) {
  const std::string hostile = "a\x1b[2Jb\r\x07\x7f\xc2\x9b\xff\xe2\x80\xae\xf0\x9f";
  const std::string shown = render({{"f\x1b", 1, 14, 2, "m\x1b\n", "h\x1b\n", hostile + "z"}}, false);
  EXPECT_EQ(shown.find_first_of("\x1b\r\x07\x7f"), std::string::npos);
  EXPECT_EQ(shown.find("\xc2\x9b"), std::string::npos);
  EXPECT_EQ(shown.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_EQ(shown.find('\xff'), std::string::npos);
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 4);
}

TEST(Render, TheCaretStaysInSightOfALongLine) {
  const std::string source = std::string(3000, 'a') + "HERE" + std::string(3000, 'b');
  const std::string shown = render({{"f", 12345, 3001, 4, "m", "", source}}, false);
  const std::string line = second_line(shown);
  EXPECT_LT(line.size(), 150U);
  const std::size_t caret = shown.find('^') - (shown.rfind('\n', shown.find('^')) + 1);
  EXPECT_EQ(line.substr(caret, 4), "HERE");
  EXPECT_EQ(shown.find("^~~~\n") != std::string::npos, true);
}

TEST(Render, PlacesBeyondTheLineAreSurvived) {
  for (const int column : {-5, 0, 1, 3, 99, 2'000'000'000}) {
    for (const int width : {-1, 0, 1, 2'000'000'000, std::numeric_limits<int>::max()}) {
      const std::string shown = render({{"f", 1, column, width, "m", "", "ab"}}, false);
      EXPECT_NE(shown.find('^'), std::string::npos);
      EXPECT_LT(shown.size(), 100U);
    }
  }
}

}  // namespace
}  // namespace orchestrate::config
