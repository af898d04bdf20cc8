// Completions as the shells read them: where words are offered, and that no text breaks out of its quotes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "api/cli/verb.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

class Completion : public testing::Test {
 protected:
  std::string printed(const std::string& shell) {
    EXPECT_EQ(sample.type({"completion", shell}), 0) << sample.err();
    return sample.out();
  }

  // What bash offers for the words so far, the last of which is being typed; one a line, sorted.
  std::vector<std::string> offered(const std::vector<std::string>& words) {
    sample.write("completion", printed("bash"));
    std::string script = "source '" + sample.root() + "/completion'\nCOMP_WORDS=(";
    for (const auto& word : words)
      script += "'" + word + "' ";
    script += ")\nCOMP_CWORD=" + std::to_string(words.size() - 1) +
              "\n_orchestrate\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    sample.write("ask", script);
    FILE* pipe = ::popen(("cd '" + sample.root() + "' && bash --noprofile --norc ask").c_str(), "r");
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
      text += static_cast<char>(c);
    EXPECT_EQ(::pclose(pipe), 0) << script;
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      if (end > at) lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }
  static bool has(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  }

  test::Sample sample;
};

TEST_F(Completion, OfTheFirstWordIsEveryVerbForPeople) {
  const auto words = offered({"orchestrate", ""});
  for (const Verb& verb : verbs()) {
    const std::string first = verb.name.substr(0, verb.name.find(' '));
    EXPECT_EQ(has(words, first), !verb.group.empty()) << first;
  }
  EXPECT_EQ(offered({"orchestrate", "rele"}), std::vector<std::string>{"release"});
}

TEST_F(Completion, OfASecondWordIsWhatMayStandThere) {
  const auto words = offered({"orchestrate", "inbox", ""});
  EXPECT_TRUE(has(words, "answer") && has(words, "archive") && has(words, "show") && has(words, "done"));
  EXPECT_FALSE(has(words, "add"));
  EXPECT_EQ(offered({"orchestrate", "completion", ""}), (std::vector<std::string>{"bash", "fish", "zsh"}));
}

TEST_F(Completion, OfADashAreTheFlagsOfThatVerb) {
  const auto flags = offered({"orchestrate", "list", "--"});
  for (const char* flag :
       {"--state", "--priority", "--label", "--limit", "--after", "--json", "--jsonl", "--help"})
    EXPECT_TRUE(has(flags, flag)) << flag;
  EXPECT_FALSE(has(flags, "--depends-on"));
  EXPECT_TRUE(has(offered({"orchestrate", "inbox", "answer", "--"}), "--note"));
  EXPECT_TRUE(has(offered({"orchestrate", "-C", "/tmp", "list", "--st"}), "--state"))
      << "behind the project's folder";
}

TEST_F(Completion, OfAValueAreTheWordsThatItsShapeKnows) {
  using Words = std::vector<std::string>;
  EXPECT_EQ(offered({"orchestrate", "list", "--priority", ""}), (Words{"P0", "P1", "P2", "P3"}));
  EXPECT_EQ(offered({"orchestrate", "list", "--state", "wai"}), Words{"waiting_human"});
  EXPECT_EQ(offered({"orchestrate", "list", "--state", "=", "wai"}), Words{"waiting_human"}) << "--state=wai";
  EXPECT_EQ(offered({"orchestrate", "edit", "7", "--manual", ""}), (Words{"no", "yes"}));
  EXPECT_EQ(offered({"orchestrate", "add", "--needs", ""}), Words{}) << "nobody knows them";
}

TEST_F(Completion, OfAFileAreTheFilesAndOfAFolderTheFolders) {
  sample.write("tasks.md", "");
  std::filesystem::create_directory(sample.root() + "/tasks");
  EXPECT_TRUE(has(offered({"orchestrate", "import", "tas"}), "tasks.md"));
  EXPECT_EQ(offered({"orchestrate", "init", "tas"}), std::vector<std::string>{"tasks"});
  EXPECT_EQ(offered({"orchestrate", "-C", "tas"}), std::vector<std::string>{"tasks"});
  EXPECT_TRUE(has(offered({"orchestrate", "add", "--description-file", "tas"}), "tasks.md"));
}

TEST_F(Completion, AQuoteInASentenceDoesNotEndIt) {
  EXPECT_NE(printed("fish").find("-d 'The session\\'s events, one JSON object a line'"), std::string::npos);
  EXPECT_NE(printed("zsh").find("[The session'\\''s events, one JSON object a line]'"), std::string::npos);
  EXPECT_EQ(printed("zsh").find("session's"), std::string::npos);
}

TEST_F(Completion, AFlagThatMayBeRepeatedIsOfferedAgainByZsh) {
  const std::string zsh = printed("zsh");
  EXPECT_NE(zsh.find("'*--needs["), std::string::npos);
  EXPECT_NE(zsh.find("'--priority[P0 (first), P1, P2 or P3]:P0..P3:(P0 P1 P2 P3)'"), std::string::npos);
  EXPECT_EQ(zsh.find("'*--priority["), std::string::npos);
  EXPECT_NE(zsh.find("'--dry-run[Show what would be queued; write nothing]'"), std::string::npos);
  EXPECT_NE(zsh.find("'*:ID...: '"), std::string::npos);
}

TEST_F(Completion, FishTakesAValueOnlyWhereThereIsOne) {
  const std::string fish = printed("fish");
  EXPECT_NE(fish.find("'__orchestrate_at import' -l dry-run -d "), std::string::npos);
  EXPECT_NE(fish.find("'__orchestrate_at list' -l priority -x -a 'P0 P1 P2 P3' -d "), std::string::npos);
  EXPECT_NE(fish.find("'__orchestrate_at add' -l description-file -r -F -d "), std::string::npos);
  EXPECT_NE(fish.find("'__orchestrate_at add' -l needs -x -d "), std::string::npos);
}

TEST_F(Completion, AnotherShellIsRefused) {
  EXPECT_EQ(sample.type({"completion", "tcsh"}), 2);
  EXPECT_EQ(sample.err(), "orchestrate: invalid SHELL `tcsh`: use bash, zsh or fish\n");
}

}  // namespace
}  // namespace orchestrate::api
