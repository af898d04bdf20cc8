#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "tests/prompts/sample.h"

namespace orchestrate::prompts {
namespace {

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// A person reviews the golden file when a template changes: copy the file named on failure over it and read
// the diff.
TEST(Bundle, ImplementIsExactlyTheReviewedText) {
  const std::string golden = GOLDEN_DIR "/implement.md";
  const std::string actual = Library().render("implement", full_bundle());
  if (actual == file_text(golden)) return;
  const std::string written = testing::TempDir() + "implement.golden.md";
  std::ofstream(written, std::ios::binary) << actual;
  FAIL() << "the bundle changed; see: diff " << golden << ' ' << written;
}

TEST(Bundle, EveryBuiltInTemplateNamesEverythingAnAgentNeeds) {
  const Library library;
  ASSERT_EQ(library.names(),
            (std::vector<std::string>{"fix", "implement", "plan", "research", "review", "test"}));
  for (const std::string& name : library.names()) {
    const std::string text = library.render(name, full_bundle());
    for (const char* part :
         {"Parse durations with several units", "T42", "/var/lib/night/T42", "It should give 5400.",
          "1. `1h30m` is 5400 seconds", "A duration is a sum of terms.", "Added the tokenizer",
          "expected 5400, got 1800", "- make test", "- tests/**", "Never ask", "final message"}) {
      EXPECT_TRUE(contains(text, part)) << name << " lacks: " << part;
    }
  }
}

TEST(Bundle, EmptyOptionalBlocksLeaveNeitherHeadingsNorHoles) {
  Bundle bundle;
  bundle.title = "Just a title";
  const Library library;
  for (const std::string& name : library.names()) {
    const std::string text = library.render(name, bundle);
    for (const char* heading : {"## What is asked", "## Acceptance", "## Spec", "## Results of", "## Checks",
                                "## Protected", "## What the attempt", "- Your branch:", "- Kind:", "~~~~"}) {
      EXPECT_FALSE(contains(text, heading)) << name << " has: " << heading;
    }
    EXPECT_FALSE(contains(text, "\n\n\n")) << name;
    EXPECT_EQ(text.back(), '\n') << name;
    EXPECT_NE(text[text.size() - 2], '\n') << name;
  }
}

TEST(Bundle, WhereNoChangeIsDueTheFinalMessageIsTheResult) {
  Bundle bundle = full_bundle();
  bundle.expects_changes = false;
  const std::string text = Library().render("review", bundle);
  EXPECT_TRUE(contains(text, "Your final message is the result"));
  EXPECT_FALSE(contains(text, "Commit your work"));
}

TEST(Bundle, WithoutABranchNobodyIsToldToCommit) {
  Bundle bundle = full_bundle();
  bundle.branch.clear();
  const std::string text = Library().render("implement", bundle);
  EXPECT_FALSE(contains(text, "Commit your work"));
  EXPECT_TRUE(contains(text, "Leave the finished work in this directory."));
}

TEST(Bundle, ACutExcerptSaysHowMuchIsMissing) {
  Bundle bundle;
  bundle.specs = {{"big.md", std::string(32768, 'a'), 181000}, {"small.md", "abc", 3}};
  const std::string text = Library().render("implement", bundle);
  EXPECT_TRUE(contains(text, "spec: big.md (first 32768 of 181000 bytes)\n"));
  EXPECT_TRUE(contains(text, "spec: small.md\n"));
}

TEST(Bundle, AFirstAttemptDoesNotSpeakOfAnEarlierOne) {
  Bundle bundle = full_bundle();
  bundle.attempt = 1;
  bundle.earlier_failure.clear();
  EXPECT_FALSE(contains(Library().render("fix", bundle), "attempt before"));
}

}  // namespace
}  // namespace orchestrate::prompts
