// The manual page as roff: that every line is what it should be, whatever the sentences hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "api/cli/verb.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

class Manual : public testing::Test {
 protected:
  Manual() {
    EXPECT_EQ(sample.type({"man"}), 0) << sample.err();
    page = sample.out();
    std::istringstream in(page);
    for (std::string line; std::getline(in, line);)
      lines.push_back(line);
  }

  [[nodiscard]] bool has(const std::string& line) const {
    return std::find(lines.begin(), lines.end(), line) != lines.end();
  }

  test::Sample sample;
  std::string page;
  std::vector<std::string> lines;
};

TEST_F(Manual, HasItsTitleAndItsSectionsInTheUsualOrder) {
  EXPECT_TRUE(lines.front().starts_with(".TH ORCHESTRATE 1 \"\" \"orchestrate ")) << lines.front();
  std::vector<std::string> sections;
  for (const auto& line : lines) {
    if (line.starts_with(".SH ")) sections.push_back(line.substr(4));
  }
  EXPECT_EQ(sections,
            (std::vector<std::string>{"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "VERBS", "EXIT STATUS",
                                      "FILES", "ENVIRONMENT", "SIGNALS", "SEE ALSO"}));
}

TEST_F(Manual, EveryRequestIsOneThatWeMean) {
  const std::set<std::string> known = {".TH", ".nh", ".ad", ".SH", ".SS", ".TP", ".PP", ".RS",
                                       ".RE", ".B",  ".BI", ".BR", ".I",  ".IR", ".RB", ".RI"};
  for (const auto& line : lines) {
    if (line.empty() || (line.front() != '.' && line.front() != '\'')) continue;
    EXPECT_TRUE(known.contains(line.substr(0, line.find(' ')))) << line;
  }
}

TEST_F(Manual, EveryEscapeIsOneThatWeMean) {
  for (const auto& line : lines) {
    for (std::size_t at = line.find('\\'); at != std::string::npos; at = line.find('\\', at + 2)) {
      ASSERT_LT(at + 1, line.size()) << line;
      EXPECT_NE(std::string("-ef&").find(line[at + 1]), std::string::npos) << line;
    }
  }
}

TEST_F(Manual, AHyphenOfAFlagStaysOneWhenItIsCopied) {
  EXPECT_NE(page.find("\\fB\\-\\-not\\-before\\fR \\fITIME\\fR\n"), std::string::npos);
  EXPECT_NE(page.find("\\fB\\-\\-dry\\-run\\fR\n"), std::string::npos) << "a switch takes no value";
  EXPECT_NE(page.find("\\fBorchestrate inbox answer\\fR \\fIN\\fR \\fIOPTION\\fR [\\fIoptions\\fR]\n"),
            std::string::npos);
}

TEST_F(Manual, VerbsStandInTheirGroupsAndEachGroupOnce) {
  std::vector<std::string> groups;
  for (const auto& line : lines) {
    if (line.starts_with(".SS ")) groups.push_back(line.substr(4));
  }
  EXPECT_EQ(groups, (std::vector<std::string>{"Queue", "Session", "Look", "Decide", "Set up"}));
  for (const Verb& verb : verbs()) {
    if (verb.group.empty()) {
      EXPECT_EQ(page.find("\\fBorchestrate " + verb.name + "\\fR"), std::string::npos) << verb.name;
    }
  }
}

TEST_F(Manual, WhatIsOpenedIsClosed) {
  EXPECT_EQ(std::count(lines.begin(), lines.end(), ".RS"), std::count(lines.begin(), lines.end(), ".RE"));
  const auto shown =
      std::count_if(verbs().begin(), verbs().end(), [](const Verb& v) { return !v.group.empty(); });
  EXPECT_EQ(std::count(lines.begin(), lines.end(), ".RS"), shown);
  EXPECT_FALSE(has("")) << "an empty line is a gap that no macro made";
}

TEST_F(Manual, EveryExitStatusOfRunIsSaid) {
  for (const char* status : {"0", "1", "2", "3", "4", "5", "70"})
    EXPECT_TRUE(has(std::string(".B ") + status)) << status;
}

TEST_F(Manual, AnotherFormatIsRefused) {
  EXPECT_EQ(sample.type({"man", "--format", "html"}), 2);
  EXPECT_EQ(sample.err(), "orchestrate: invalid format `html`: use roff or markdown\n");
}

}  // namespace
}  // namespace orchestrate::api
