#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "tests/prompts/sample.h"

namespace orchestrate::prompts {
namespace {

namespace fs = std::filesystem;

class LibraryOf : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "promptsXXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  void write(const std::string& file, const std::string& text) {
    std::ofstream(directory_ / file, std::ios::binary) << text;
  }
  std::vector<TemplateError> load() { return library_.load(directory_.string()); }

  fs::path directory_;
  Library library_;
};

TEST_F(LibraryOf, AMissingDirectoryIsNoError) {
  EXPECT_TRUE(library_.load((directory_ / "none").string()).empty());
  EXPECT_TRUE(library_.has("implement"));
}

TEST_F(LibraryOf, AnOverrideReplacesTheBuiltInTemplate) {
  write("implement.md", "Ours for {{title}}\n");
  EXPECT_TRUE(load().empty());
  const std::string text = library_.render("implement", full_bundle());
  EXPECT_NE(text.find("Ours for Parse durations"), std::string::npos);
  EXPECT_EQ(text.find("You are the engineer"), std::string::npos);
}

TEST_F(LibraryOf, AnOverrideDoesNotDecideHowABundleBegins) {
  write("implement.md", "{{title}}\n");
  EXPECT_TRUE(load().empty());
  Bundle bundle;
  bundle.title = "/clear";
  const std::string text = library_.render("implement", bundle);
  EXPECT_EQ(text.rfind("You have been given", 0), 0U);
  EXPECT_NE(text.find("\n/clear\n"), std::string::npos);
}

TEST_F(LibraryOf, AProjectMayAddTemplatesOfItsOwn) {
  write("migrate.md", "Migrate: {{title}}");
  write("notes.txt", "{{not a template}}");
  EXPECT_TRUE(load().empty());
  EXPECT_TRUE(library_.has("migrate"));
  EXPECT_FALSE(library_.has("notes"));
}

TEST_F(LibraryOf, ABrokenOverrideIsReportedAndTheBuiltInOneStays) {
  const std::string before = library_.render("fix", full_bundle());
  write("fix.md", "fine\nfür {{titel}}\n");
  const auto errors = load();
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].name, "fix");
  EXPECT_EQ(errors[0].line, 2);
  EXPECT_EQ(errors[0].column, 5);
  EXPECT_EQ(errors[0].message, "unknown placeholder `{{titel}}`: did you mean `{{title}}`?");
  EXPECT_EQ(library_.render("fix", full_bundle()), before);
}

TEST_F(LibraryOf, AllBrokenFilesAreReportedAtOnce) {
  write("a.md", "{{x");
  write("b.md", "{{x");
  const auto errors = load();
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0].name, "a");
  EXPECT_EQ(errors[1].name, "b");
}

TEST_F(LibraryOf, WhatIsNotAPlainFileIsRefusedWithoutBeingOpened) {
  fs::create_directory(directory_ / "folder.md");
  ASSERT_EQ(mkfifo((directory_ / "pipe.md").c_str(), 0600), 0);
  fs::create_symlink(directory_ / "nowhere", directory_ / "stray.md");
  const auto errors = load();
  ASSERT_EQ(errors.size(), 3U);
  for (const TemplateError& error : errors)
    EXPECT_NE(error.message.find("regular file"), std::string::npos) << error.name;
}

TEST_F(LibraryOf, AHugeFileIsRefused) {
  write("huge.md", std::string((1 << 20) + 1, 'x'));
  const auto errors = load();
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_NE(errors[0].message.find("1 MiB"), std::string::npos);
}

TEST_F(LibraryOf, AFileInPlaceOfTheDirectoryIsAnError) {
  write("prompts", "");
  EXPECT_EQ(library_.load((directory_ / "prompts").string()).size(), 1U);
}

TEST_F(LibraryOf, AnUnknownNameThrowsOutOfRange) {
  EXPECT_FALSE(library_.has("nonsense"));
  EXPECT_THROW((void)library_.render("nonsense", full_bundle()), std::out_of_range);
}

}  // namespace
}  // namespace orchestrate::prompts
