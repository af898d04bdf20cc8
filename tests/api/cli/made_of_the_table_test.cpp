// Completions, the manual page and the reference: made of the table, so that nothing of it is left out.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "api/cli/reference.h"
#include "api/cli/verb.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

std::string printed(test::Sample& sample, const std::vector<std::string>& words) {
  EXPECT_EQ(sample.type(words), 0) << sample.err();
  return sample.out();
}

// In roff a hyphen is written `\-`.
std::string without_backslashes(std::string text) {
  std::erase(text, '\\');
  return text;
}

TEST(MadeOfTheTable, EveryShellKnowsEveryVerbAndFlag) {
  test::Sample sample;
  const std::string bash = printed(sample, {"completion", "bash"});
  const std::string zsh = printed(sample, {"completion", "zsh"});
  const std::string fish = printed(sample, {"completion", "fish"});
  for (const Verb& verb : verbs()) {
    if (verb.group.empty()) continue;
    EXPECT_NE(bash.find("'" + verb.name + "') words='--help"), std::string::npos) << verb.name;
    EXPECT_NE(zsh.find("'" + verb.name + "')"), std::string::npos) << verb.name;
    EXPECT_NE(fish.find("'__orchestrate_at " + verb.name + "'"), std::string::npos) << verb.name;
    for (const Field& field : verb.fields) {
      if (by_place(field)) continue;
      EXPECT_NE(bash.find(spelled(field)), std::string::npos) << spelled(field);
      EXPECT_NE(zsh.find(spelled(field) + "["), std::string::npos) << spelled(field);
      EXPECT_NE(fish.find("-l " + spelled(field).substr(2)), std::string::npos) << spelled(field);
    }
  }
}

TEST(MadeOfTheTable, WordsAreOfferedWhereTheyAreKnown) {
  test::Sample sample;
  const std::string bash = printed(sample, {"completion", "bash"});
  EXPECT_NE(bash.find("'list --priority') words='P0 P1 P2 P3'"), std::string::npos);
  EXPECT_NE(bash.find("'edit --manual') words='yes no'"), std::string::npos);
  EXPECT_NE(bash.find("'add --description-file') paths=-f"), std::string::npos);
  EXPECT_NE(bash.find("'completion') words='bash zsh fish'"), std::string::npos);
  EXPECT_EQ(bash.find("'add --manual')"), std::string::npos) << "a switch takes no value";
}

TEST(MadeOfTheTable, TheManualAndTheReferenceHaveEveryArgumentWithItsSentence) {
  test::Sample sample;
  const std::string manual = without_backslashes(printed(sample, {"man"}));
  const std::string page = printed(sample, {"man", "--format", "markdown"});
  EXPECT_EQ(page, reference());
  for (const Verb& verb : verbs()) {
    if (verb.group.empty()) continue;
    EXPECT_NE(manual.find("orchestrate " + verb.name), std::string::npos) << verb.name;
    EXPECT_NE(page.find("\n### " + verb.name + "\n"), std::string::npos) << verb.name;
    for (const Field& field : verb.fields) {
      EXPECT_NE(manual.find(field.does), std::string::npos) << verb.name << ": " << field.does;
      EXPECT_NE(page.find("`" + spelled(field)), std::string::npos) << verb.name << ": " << spelled(field);
    }
  }
  EXPECT_EQ(page.find("### step"), std::string::npos) << "not for people";
}

TEST(MadeOfTheTable, ALineForEachObjectIsOfferedWhereAListIsGivenAndNowhereElse) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    const auto has = [&](const char* name) {
      return std::any_of(verb.fields.begin(), verb.fields.end(),
                         [&](const Field& field) { return field.name == name; });
    };
    if (has("jsonl")) names.push_back(verb.name);
    EXPECT_TRUE(has("json") || verb.operation == nullptr) << verb.name;
  }
  EXPECT_EQ(names, (std::vector<std::string>{"hold", "release", "cancel", "retry", "events", "plan", "list",
                                             "inbox", "doctor"}));
}

TEST(MadeOfTheTable, DefaultsAreSaid) {
  const Verb* add = nullptr;
  for (const Verb& verb : verbs()) {
    if (verb.name == "add") add = &verb;
  }
  ASSERT_NE(add, nullptr);
  const auto field = [&](const std::string& name) {
    return *std::find_if(add->fields.begin(), add->fields.end(),
                         [&](const Field& f) { return f.name == name; });
  };
  EXPECT_EQ(help_of(field("priority")), "P0 (first), P1, P2 or P3 (default: P2)");
  EXPECT_EQ(help_of(field("json")), "One JSON document on stdout");
  EXPECT_EQ(spelled(field("acceptance")), "--accept");
  EXPECT_EQ(spelled(field("depends_on")), "--depends-on");
  EXPECT_EQ(value_name(field("manual")), "") << "a switch";
  EXPECT_TRUE(by_place(field("title")));
}

}  // namespace
}  // namespace orchestrate::api
