#include "workspaces/tree/names.h"

#include <gtest/gtest.h>

#include "workspaces/git/fast_import.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

TEST(Names, EveryVariantOfDotGitIsRefused) {
  for (const char* name : {".git", ".GIT", ".Git", "git~1", "GIT~1", ".git.", ".git ", ".git . .",
                           ".g\u200cit", ".git\ufeff", ".git::$INDEX_ALLOCATION", "a\\.git", ".git\\x"}) {
    EXPECT_TRUE(is_dot_git(name)) << name;
  }
}

TEST(Names, OrdinaryNamesAreNotRefused) {
  for (const char* name :
       {".gitignore", ".github", "git", "git~2", ".gitx", "x.git", "", ".", "\xe2\x80", "\xff\xfe"}) {
    EXPECT_FALSE(is_dot_git(name)) << name;
  }
}

TEST(Names, DotGitmodulesIsKnownInItsDisguises) {
  for (const char* name :
       {".gitmodules", ".GITMODULES", "gitmod~1", "GI7EBA~1", ".gitmodules ", ".gitmod\u200dules"}) {
    EXPECT_TRUE(is_dot_gitmodules(name)) << name;
  }
  EXPECT_FALSE(is_dot_gitmodules("gitmodules"));
}

TEST(Names, AKeyIsAFolderNameForAnyText) {
  EXPECT_EQ(workspace_key("task-7.b_2"), "task-7.b_2");
  for (const char* text : {"", ".", "..", ".git", "-rf", "a/b", "a b", "\n", "\xff", "../../etc"}) {
    const std::string key = workspace_key(text);
    EXPECT_EQ(key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"),
              std::string::npos)
        << key;
    EXPECT_NE(key.front(), '.') << key;
    EXPECT_NE(key.front(), '-') << key;
    EXPECT_NE(key, text);
  }
}

TEST(Names, TwoTextsNeverShareAKeyBecauseOfWhatWasReplaced) {
  EXPECT_NE(workspace_key("a/b"), workspace_key("a b"));
  EXPECT_NE(workspace_key(std::string(300, 'a')), workspace_key(std::string(301, 'a')));
  EXPECT_LT(workspace_key(std::string(5000, 'a')).size(), 100U);
}

TEST(Names, AQuotedPathHoldsOnlyPrintableBytes) {
  EXPECT_EQ(quoted_path("a \"b\"\\\n\xff"), R"("a \"b\"\\\012\377")");
}

}  // namespace
}  // namespace orchestrate::workspaces
