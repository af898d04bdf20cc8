// The command line as a door: words to values, errors to exit status and text, and pages that follow the
// table.
#include "api/cli/cli.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "api/cli/reference.h"
#include "api/cli/verb.h"
#include "config/config.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using Words = std::vector<std::string>;

// Of `orchestrate prompt 7 | claude`, what is this program's.
Words words_of(const std::string& example) {
  std::string why;
  const std::string own = example.substr(0, std::min(example.find(" | "), example.find(" > ")));
  auto words = config::split_command(own, why).value_or(Words{});
  EXPECT_FALSE(words.empty()) << example << ": " << why;
  words.erase(words.begin());
  return words;
}

TEST(CommandLine, EveryExampleParses) {
  test::Sample sample;
  for (const Verb& verb : verbs()) {
    if (verb.group.empty()) continue;
    (void)sample.type(words_of(verb.example));
    EXPECT_EQ(sample.err().find("--help` lists"), std::string::npos) << verb.example << "\n" << sample.err();
    EXPECT_EQ(sample.err().find("invalid"), std::string::npos) << verb.example << "\n" << sample.err();
  }
}

TEST(CommandLine, AnUnknownOptionIsNamedWithTheOneThatWasMeant) {
  test::Sample sample;
  EXPECT_EQ(sample.type({"add", "--prority", "P1", "x"}), 2);
  EXPECT_EQ(sample.err(),
            "orchestrate: unknown option `--prority`: did you mean `--priority`?\n"
            "  `orchestrate add --help` lists what it takes\n");
  EXPECT_EQ(sample.type({"inbox", "shwo", "1"}), 2);
  EXPECT_EQ(sample.err().find("orchestrate: unknown command `inbox shwo`: did you mean `inbox show`?\n"), 0U)
      << sample.err();
  EXPECT_EQ(sample.type({"inbox", "answer", "--zzzzzz=1", "3"}), 2);
  EXPECT_EQ(
      sample.err(),
      "orchestrate: unknown option `--zzzzzz`\n  `orchestrate inbox answer --help` lists what it takes\n");
}

TEST(CommandLine, EveryVerbHasHelpWithItsExampleAndArguments) {
  test::Sample sample;
  for (const Verb& verb : verbs()) {
    if (verb.group.empty()) continue;
    Words words = words_of("orchestrate " + verb.name);
    words.emplace_back("--help");
    EXPECT_EQ(sample.type(words), 0) << verb.name;
    EXPECT_NE(sample.out().find("Example: " + verb.example), std::string::npos) << sample.out();
    for (const Field& field : verb.fields)
      EXPECT_TRUE(by_place(field) || sample.out().find(spelled(field)) != std::string::npos)
          << spelled(field);
  }
}

TEST(CommandLine, EveryOperationSpeaksJson) {
  for (const Verb& verb : verbs()) {
    if (verb.operation == nullptr) continue;
    const bool speaks = std::any_of(verb.fields.begin(), verb.fields.end(),
                                    [](const Field& field) { return field.name == "json"; });
    EXPECT_TRUE(speaks) << verb.name;
  }
}

TEST(CommandLine, ItsReferenceIsDocsCliMd) {
  std::ifstream file(std::string(SOURCE_ROOT) + "/docs/cli.md");
  const std::string known(std::istreambuf_iterator<char>(file), {});
  EXPECT_EQ(known, reference()) << "write it anew: orchestrate man --format markdown > docs/cli.md";
}

TEST(CommandLine, ErrorsAreTranslatedToAStatusAndTwoLines) {
  test::Sample sample;
  EXPECT_EQ(sample.type({"lst"}), 2);
  EXPECT_NE(sample.err().find("unknown command `lst`: did you mean `list`?"), std::string::npos)
      << sample.err();
  EXPECT_EQ(sample.type({"list", "--state", "dnoe"}), 2);
  EXPECT_EQ(
      sample.err(),
      "orchestrate: invalid state `dnoe`: use queued, claimed, running, waiting_human, done, failed or cancelled\n");
  EXPECT_EQ(sample.type({"show", "7"}), 1);
  EXPECT_EQ(sample.err(), "orchestrate: there is no task 7\n  `orchestrate list` shows those there are\n");
  EXPECT_EQ(sample.type({"show", "seven"}), 2);
  EXPECT_EQ(sample.err(), "orchestrate: invalid ID `seven`: use a whole number from 1\n");
  EXPECT_EQ(sample.type({"show"}), 2);
  EXPECT_EQ(sample.type({"add", "x", "--colour", "red"}), 2);
  EXPECT_EQ(sample.type({"hold", "1"}), 1);
  EXPECT_EQ(sample.out(), "");
}

TEST(CommandLine, AFaultOfOursIs70) {
  test::Sample sample;
  (void)sample.type({"add", "x"});
  sample.write(".orchestrate/state/state.db", std::string(8192, 'x'));
  sample.write(".orchestrate/state/state.db-wal", "");
  EXPECT_EQ(sample.type({"list"}), 70);
  EXPECT_NE(sample.err().find("nothing is lost"), std::string::npos) << sample.err();
}

TEST(CommandLine, WithoutAProjectItSaysHowToMakeOne) {
  test::Sample sample;
  EXPECT_EQ(sample.type({"-C", "", "list"}), 2);
  EXPECT_NE(sample.err().find("-C: the name is empty"), std::string::npos) << sample.err();
  EXPECT_EQ(sample.type({"-C", "/", "list"}), 2);
  EXPECT_NE(sample.err().find("orchestrate init"), std::string::npos) << sample.err();
}

TEST(CommandLine, AConfigurationWithErrorsIsShownAndNothingStarts) {
  test::Sample sample;
  sample.write(".orchestrate/routing.toml", "default = \"workr\"\n");
  EXPECT_EQ(sample.type({"plan"}), 2);
  EXPECT_NE(sample.err().find("routing.toml:1:11: error: "), std::string::npos) << sample.err();
  EXPECT_NE(sample.err().find("`orchestrate config check`"), std::string::npos) << sample.err();
  EXPECT_EQ(sample.type({"config", "check"}), 2);
  EXPECT_NE(sample.out().find("1 | default = \"workr\"\n     |           ^~~~~~~"), std::string::npos)
      << sample.out();
  EXPECT_EQ(sample.type({"add", "x"}), 0) << "a file that is being edited must not keep work out";
  EXPECT_EQ(sample.type({"list"}), 0);
}

TEST(CommandLine, RunTakesTheMaximumOfARangeAndNoTimeBeyondTheDay) {
  test::Sample sample;
  EXPECT_EQ(sample.type({"run", "--until", "24:30"}), 2);
  EXPECT_EQ(sample.err(), "orchestrate: invalid time of day `24:30`: use HH:MM, like 06:30\n");
  EXPECT_EQ(sample.type({"run", "--max-cost", "0"}), 2);
  EXPECT_NE(sample.err().find("more than 0"), std::string::npos) << sample.err();
  EXPECT_EQ(sample.type({"run", "--max-parallel", "10001"}), 2);
  EXPECT_EQ(
      sample.type({"run", "--max-parallel", "10000", "--max-cost", "1000000", "--until", "23:59", "--quiet"}),
      0)
      << sample.err();
  EXPECT_EQ(sample.type({"run", "--priority", "P0,P9"}), 2);
}

TEST(CommandLine, AddIsTypedAsItAlwaysWas) {
  test::Sample sample;
  EXPECT_EQ(sample.type({"add", "First"}), 0);
  EXPECT_EQ(sample.out(), "1\n");
  EXPECT_EQ(sample.type({"add",
                         "Second",
                         "--needs",
                         "a",
                         "--needs",
                         "b",
                         "--label",
                         "l",
                         "--accept",
                         "works",
                         "--check",
                         "make test",
                         "--spec",
                         "docs/a.md",
                         "--depends-on",
                         "1",
                         "--agent",
                         "worker",
                         "--manual",
                         "--run",
                         "true",
                         "--not-before",
                         "2031-01-02T03:04:05Z",
                         "--priority",
                         "p1",
                         "--type",
                         "FIX",
                         "--key",
                         "k",
                         "--description",
                         "-",
                         "--json"},
                        "from standard input"),
            0)
      << sample.err();
  EXPECT_EQ(json::parse(sample.out()), json::parse(R"({"id": 2})"));
  const json shown = sample.call("tasks.show", {{"id", 2}});
  EXPECT_EQ(shown["description"], "from standard input");
  EXPECT_EQ(shown["needs"], json::array({"a", "b"}));
  EXPECT_EQ(shown["depends_on"], json::array({1}));
  EXPECT_EQ(shown["priority"], "P1-HIGH");
  EXPECT_EQ(shown["manual"], true);
}

TEST(CommandLine, ADescriptionComesFromAFileOrFromWords) {
  test::Sample sample;
  sample.write("details", "Line\nline\n");
  EXPECT_EQ(sample.type({"add", "x", "--description-file", sample.root() + "/details"}), 0) << sample.err();
  EXPECT_EQ(sample.call("tasks.show", {{"id", 1}})["description"], "Line\nline\n");
  EXPECT_EQ(sample.type({"add", "x", "--description-file", sample.root() + "/absent"}), 2);
  EXPECT_EQ(sample.type({"add", "x", "--description", "a", "--description-file", "b"}), 2);
  EXPECT_EQ(sample.err(), "orchestrate: --description and --description-file exclude each other\n");
  EXPECT_EQ(sample.type({"add", "x", "--description", "-"}, std::string((4 << 20) + 1, 'x')), 2);
  EXPECT_NE(sample.err().find("larger than 4 MiB"), std::string::npos) << sample.err();
}

TEST(CommandLine, AnEmptyWordClearsAList) {
  test::Sample sample;
  (void)sample.type({"add", "x", "--needs", "a", "--not-before", "2031-01-02T03:04:05Z"});
  EXPECT_EQ(sample.type({"edit", "1", "--needs", "", "--not-before", "", "--manual", "yes"}), 0)
      << sample.err();
  EXPECT_EQ(sample.out(), "task 1 changed\n");
  const json shown = sample.call("tasks.show", {{"id", 1}});
  EXPECT_EQ(shown["needs"], json::array());
  EXPECT_TRUE(shown["not_before"].is_null());
  EXPECT_EQ(shown["manual"], true);
  EXPECT_EQ(sample.type({"edit", "1", "--manual", "perhaps"}), 2);
  EXPECT_EQ(sample.err(), "orchestrate: invalid manual `perhaps`: use yes or no\n");
}

TEST(CommandLine, AListIsADocumentOrALineForEach) {
  test::Sample sample;
  (void)sample.type({"add", "x"});
  (void)sample.type({"add", "y"});
  EXPECT_EQ(sample.type({"list", "--json"}), 0);
  EXPECT_EQ(json::parse(sample.out()).size(), 2U);
  EXPECT_EQ(sample.type({"list", "--jsonl"}), 0);
  const std::string lines = sample.out();
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(json::parse(lines.substr(0, lines.find('\n')))["title"], "x");
}

TEST(CommandLine, ALateCancelExits1) {
  test::Sample sample;
  (void)sample.type({"add", "x"});
  EXPECT_EQ(sample.type({"cancel", "1"}), 0);
  EXPECT_EQ(sample.out(), "task 1 cancelled\n");
  EXPECT_EQ(sample.type({"cancel", "1"}), 1);
  EXPECT_EQ(sample.err(),
            "orchestrate: task 1 is cancelled\n  only a task that has not ended can be cancelled\n");
}

// A stream that takes nothing, as a full disk.
class Full : public std::streambuf {
  int overflow(int) override { return traits_type::eof(); }
};

TEST(CommandLine, AnswersThatCannotBeWrittenExit70AndWorkThatIsDoneStaysDone) {
  test::Sample sample;
  Full full;
  std::ostream out(&full);
  std::ostringstream err;
  Context context;
  context.out = &out;
  context.err = &err;
  context.directory = sample.root();
  EXPECT_EQ(run_words(context, {"list"}), 70);
  EXPECT_EQ(err.str(), "orchestrate: cannot write to standard output\n");
  out.clear();
  EXPECT_EQ(run_words(context, {"add", "x"}), 0) << "it is queued";
  EXPECT_EQ(sample.call("tasks.list").size(), 1U);
}

TEST(CommandLine, WhatHasNoPageIsAPlainTable) {
  test::Sample sample;
  EXPECT_EQ(sample.type({"api"}), 0);
  EXPECT_TRUE(json::parse(sample.out()).contains("operations"));
}

}  // namespace
}  // namespace orchestrate::api
