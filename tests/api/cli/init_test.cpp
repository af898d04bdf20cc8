// `init`: what is written into a fresh folder, what is kept, and what was found on the PATH.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/cli/cli.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

class Init : public testing::Test {
 protected:
  Init() : folder(sample.root() + "/fresh"), programs(sample.root() + "/programs") {
    fs::create_directory(folder);
    fs::create_directory(programs);
  }

  int init(const std::vector<std::string>& words = {}) {
    out.str("");
    err.str("");
    Context context;
    context.out = &out;
    context.err = &err;
    context.directory = folder;
    context.environment = {"PATH=" + programs, "HOME=" + sample.root()};
    std::vector<std::string> all = {"init"};
    all.insert(all.end(), words.begin(), words.end());
    return run_words(context, all);
  }
  json told() {
    EXPECT_EQ(init({"--json"}), 0) << err.str();
    return json::parse(out.str());
  }
  void install(const std::string& program) const {
    std::ofstream(programs + "/" + program) << "#!/bin/sh\n";
    fs::permissions(programs + "/" + program, fs::perms::owner_all);
  }
  [[nodiscard]] std::string text(const std::string& file) const {
    std::ifstream in(folder + "/.orchestrate/" + file);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  test::Sample sample;
  const std::string folder, programs;
  std::ostringstream out, err;
};

TEST_F(Init, WritesTheFilesWithOurWordsAndTheStateIsNotToBeCommitted) {
  const json answer = told();
  std::vector<std::string> written = answer["written"];
  std::sort(written.begin(), written.end());
  EXPECT_EQ(written,
            (std::vector<std::string>{".orchestrate/.gitignore", ".orchestrate/agents.toml",
                                      ".orchestrate/orchestrate.toml", ".orchestrate/routing.toml"}));
  EXPECT_EQ(answer["kept"], json::array());
  EXPECT_EQ(text(".gitignore"), "/state/\n");
  EXPECT_NE(text("orchestrate.toml").find("fresh"), std::string::npos) << "the project's name";
}

TEST_F(Init, WhatItWritesIsAValidConfiguration) {
  for (const bool repository : {false, true}) {
    if (repository) fs::create_directory(folder + "/.git");
    fs::remove_all(folder + "/.orchestrate");
    install("claude");
    EXPECT_EQ(init(), 0) << err.str();
    EXPECT_EQ(sample.type({"-C", folder, "config", "check"}), 0) << sample.out();
  }
}

TEST_F(Init, NeverOverwritesWhatAPersonWrote) {
  fs::create_directory(folder + "/.orchestrate");
  std::ofstream(folder + "/.orchestrate/routing.toml") << "default = \"human\"\n";
  EXPECT_EQ(told()["kept"], json::array({".orchestrate/routing.toml"}));
  EXPECT_EQ(text("routing.toml"), "default = \"human\"\n");
  const json again = told();
  EXPECT_EQ(again["kept"].size(), 4U);
  EXPECT_EQ(again["written"], json::array());
}

TEST_F(Init, SaysWhichProgramsAreThereAndHowTheOthersAreInstalled) {
  install("claude");
  const json answer = told();
  EXPECT_EQ(answer["repository"], false);
  EXPECT_EQ(answer["found"], json::array({{{"driver", "claude"}, {"program", programs + "/claude"}}}));
  ASSERT_FALSE(answer["skipped"].empty());
  for (const json& skipped : answer["skipped"])
    EXPECT_TRUE(skipped["why"].get<std::string>().starts_with("not found in PATH; install it: ")) << skipped;
}

TEST_F(Init, AProgramThatWorksInRepositoriesAloneIsSkippedElsewhere) {
  install("aider");
  const auto aider = [&](const json& list) {
    return std::find_if(list.begin(), list.end(), [](const json& each) { return each["driver"] == "aider"; });
  };
  json answer = told();
  ASSERT_NE(aider(answer["skipped"]), answer["skipped"].end());
  EXPECT_EQ((*aider(answer["skipped"]))["why"], "it works in git repositories only");
  fs::create_directory(sample.root() + "/.git");
  answer = told();
  EXPECT_EQ(answer["repository"], true) << "a folder above is one";
  EXPECT_NE(aider(answer["found"]), answer["found"].end());
}

TEST_F(Init, IsTheFolderThatIsNamed) {
  fs::create_directory(folder + "/inner");
  EXPECT_EQ(init({folder + "/inner"}), 0) << err.str();
  EXPECT_TRUE(fs::exists(folder + "/inner/.orchestrate/agents.toml"));
  EXPECT_FALSE(fs::exists(folder + "/.orchestrate"));
  EXPECT_EQ(init({folder + "/absent"}), 2);
  EXPECT_EQ(err.str(), "orchestrate: " + folder + "/absent is not a directory\n");
}

TEST_F(Init, PeopleReadWhatCameOfItAndWhatIsNext) {
  install("claude");
  EXPECT_EQ(init(), 0);
  for (const std::string& line : std::vector<std::string>{
           "found      claude  " + programs + "/claude\n",
           std::string("written    .orchestrate/agents.toml\n"),
           std::string("\nThis is not a git repository: tasks will work in empty folders"),
           std::string(
               "\nNext: orchestrate add \"what to do\"   then   orchestrate plan   and   orchestrate run\n")})
    EXPECT_NE(out.str().find(line), std::string::npos) << line << out.str();
  EXPECT_EQ(init(), 0);
  EXPECT_NE(out.str().find("kept       .orchestrate/agents.toml\n"), std::string::npos);
}

TEST_F(Init, AFolderThatCannotBeWrittenIsAFaultThatNamesIt) {
  std::ofstream(folder + "/.orchestrate") << "a file in its place";
  EXPECT_EQ(init(), 70);
  EXPECT_NE(err.str().find(folder + "/.orchestrate"), std::string::npos) << err.str();
}

}  // namespace
}  // namespace orchestrate::api
