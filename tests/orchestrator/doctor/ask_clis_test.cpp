// What CLIs are asked, in which environment, and what is made of their answers.
#include "orchestrator/doctor/ask_clis.h"

#include <gtest/gtest.h>

#include "tests/orchestrator/doctor/programs.h"

namespace orchestrate {
namespace {

using spawners::Permissions;
using Words = std::vector<std::string>;

class AskClis : public testing::Test {
 protected:
  // An agent type `name` whose driver is `driver`.
  spawners::Profile& type(const std::string& name, const std::string& driver, const Words& command) {
    auto& profile = types[name].profile;
    profile.name = name;
    profile.driver = driver;
    profile.command = command;
    return profile;
  }

  std::map<std::string, Answers> ask(const Words& more = {}) {
    return ask_clis(types, programs.environment(more));
  }
  Answer version_of(const std::string& name) { return ask().at(name).version; }

  test::Programs programs;
  std::map<std::string, config::AgentType> types;
};

TEST_F(AskClis, EachSaysItsVersionAndWhereItIs) {
  type("a", "claude", {"claude"});
  type("b", "exec", {"newcli", "--work"});
  const std::string claude = programs.put("claude", "echo '2.1.3 (Claude Code)'");
  const std::string newcli = programs.put("newcli", "echo 'newcli v7' >&2");
  const auto answers = ask();
  EXPECT_EQ(answers.at("a").version.said, "2.1.3 (Claude Code)\n");
  EXPECT_EQ(answers.at("a").version.program, claude);
  EXPECT_EQ(answers.at("a").version.trouble, "");
  EXPECT_EQ(answers.at("b").version.said, "newcli v7\n") << "said on stderr, where stdout is empty";
  EXPECT_EQ(answers.at("b").version.program, newcli);
}

TEST_F(AskClis, OneThatIsNowhereOrHasNoCommandIsNotAsked) {
  type("gone", "claude", {"no-such-program"});
  type("script", "script", {});
  type("unknown", "nonsense", {"echo"});
  EXPECT_TRUE(ask().empty());
}

TEST_F(AskClis, WhatIsNoAnswerIsTrouble) {
  struct Case {
    const char* script;
    const char* trouble;
  };
  for (const Case& c : {Case{"echo one; echo boom; exit 3", "--version exits 3: boom"},
                        Case{"echo one >&2; echo boom >&2; exit 1", "--version exits 1: boom"},
                        Case{"exit 4", "--version exits 4: "}, Case{"kill -KILL $$", "--version exits 137: "},
                        Case{"while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done",
                             "--version prints without end"}}) {
    type("a", "claude", {"claude"});
    programs.put("claude", c.script);
    EXPECT_EQ(version_of("a").trouble, c.trouble) << c.script;
  }
}

TEST_F(AskClis, AProgramThatCannotBeStartedIsTroubleToo) {
  type("a", "claude", {"claude"});
  std::ofstream(programs.folder() + "/claude") << "#!/no/such/interpreter\n";
  std::filesystem::permissions(programs.folder() + "/claude", std::filesystem::perms::owner_all);
  EXPECT_NE(version_of("a").trouble, "");
}

TEST_F(AskClis, OfOneThatWeKnowTheWholeCommandIsAskedOfAnotherOnlyItsFirstWord) {
  type("known", "claude", {"wrapper", "claude"});
  type("other", "exec", {"newcli", "--work"});
  programs.put("wrapper", "echo \"$@\"");
  programs.put("newcli", "echo \"$@\"");
  EXPECT_EQ(version_of("known").said, "claude --version\n");
  EXPECT_EQ(version_of("other").said, "--version\n") << "what follows might make it work";
}

TEST_F(AskClis, TheSameQuestionIsAskedOnce) {
  programs.put("claude", "echo asked >>'" + programs.folder() + "/count'; echo 2.1.3");
  type("a", "claude", {"claude"});
  type("b", "claude", {"claude"});
  EXPECT_EQ(ask().at("b").version.said, "2.1.3\n");
  EXPECT_EQ(programs.text("count"), "asked\n");
  type("c", "claude", {"claude"}).env["LANG"] = "C";
  EXPECT_EQ(ask().size(), 3U);
  EXPECT_EQ(programs.text("count"), "asked\nasked\nasked\n") << "another environment is another question";
}

TEST_F(AskClis, TheHomeIsOneThatGoesAgain) {
  type("a", "claude", {"claude"});
  programs.put("claude", "touch \"$HOME/trace\" && echo \"$HOME\"");
  std::string home = version_of("a").said;
  ASSERT_FALSE(home.empty());
  home.pop_back();
  EXPECT_NE(home.find("orchestrate-doctor-"), std::string::npos) << home;
  EXPECT_FALSE(std::filesystem::exists(home));
}

TEST_F(AskClis, OnlyWhatTheAgentTypeGetsIsPassedOn) {
  programs.put("claude", "echo \"${PASSED-none} ${SECRET-none} ${SET-none}\"");
  auto& profile = type("a", "claude", {"claude"});
  profile.env_pass = {"PASSED"};
  profile.env["SET"] = "set";
  EXPECT_EQ(ask({"PASSED=passed", "SECRET=secret"}).at("a").version.said, "passed none set\n");
}

TEST_F(AskClis, ThePathIsTheAgentTypesOwn) {
  const test::Programs other;
  const std::string claude = other.put("claude", "echo 9.9.9");
  type("a", "claude", {"claude"}).env["PATH"] = other.folder() + ":/usr/bin:/bin";
  EXPECT_EQ(version_of("a").program, claude);
  EXPECT_EQ(version_of("a").said, "9.9.9\n");
}

class AskForTheSandbox : public AskClis {
 protected:
  // How `codex sandbox true` ends.
  std::optional<Answer> sandbox(const std::string& ending, Permissions permissions = Permissions::edit) {
    type("a", "codex", {"codex"}).permissions = permissions;
    programs.put("codex", "[ \"$1\" = --version ] && { echo codex-cli 0.1.0; exit 0; }\necho \"$@\" >>'" +
                              programs.folder() + "/asked'\n" + ending);
    return ask().at("a").sandbox;
  }
};

TEST_F(AskForTheSandbox, WhichCanBeSetUp) {
  const auto answer = sandbox("exit 0");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->trouble, "");
  EXPECT_EQ(programs.text("asked"), "sandbox true\n");
}

TEST_F(AskForTheSandbox, WhichCannotBeSetUpSaysWhy) {
  const auto answer = sandbox("echo WARNING >&2; echo no namespaces >&2; exit 1");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->trouble, "sandbox exits 1: no namespaces");
}

TEST_F(AskForTheSandbox, OfAVersionThatDoesNotKnowTheQuestionNothingIsKnown) {
  EXPECT_FALSE(sandbox("exit 2"));
}

TEST_F(AskForTheSandbox, OnlyWhereTheLevelRestsOnIt) {
  EXPECT_FALSE(sandbox("exit 1", Permissions::full));
  EXPECT_EQ(programs.text("asked"), "");
  EXPECT_TRUE(sandbox("exit 1", Permissions::read));
}

}  // namespace
}  // namespace orchestrate
