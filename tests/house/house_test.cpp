// The rules on this very tree. A failure prints file:line and the way out.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/house/rules.h"
#include "tests/house/seeds.h"

namespace orchestrate::house {
namespace {

class House : public testing::Test {
 protected:
  static void SetUpTestSuite() { tree_ = read_tree(HOUSE_ROOT); }
  static void TearDownTestSuite() { tree_.clear(); }

  static void expect_none(const std::vector<Violation>& violations) {
    EXPECT_TRUE(violations.empty()) << render(violations);
  }

  static inline Tree tree_;
};

TEST_F(House, TheTreeThatIsReadIsThisOne) {
  EXPECT_TRUE(tree_.contains("main.cpp"));
  EXPECT_TRUE(tree_.contains("CMakeLists.txt"));
  EXPECT_TRUE(tree_.contains("tests/house/house_test.cpp"));
}

TEST_F(House, IncludesOnlyGoDown) {
  expect_none(broken_floors(tree_));
}
TEST_F(House, TheShimStandsAlone) {
  expect_none(broken_shim(tree_));
}
TEST_F(House, HeavyLibrariesAreUsedBehindTheirDoorsOnly) {
  expect_none(broken_doors(tree_));
}
TEST_F(House, NothingIsNamedUtilCommonOrHelpers) {
  expect_none(vague_names(tree_));
}
TEST_F(House, NoFileIsLongWithoutAReason) {
  expect_none(long_files(tree_));
}
TEST_F(House, NoFunctionIsLongWithoutAReason) {
  expect_none(long_functions(tree_));
}
TEST_F(House, EveryHeaderSaysWhatItIsAndGuardsItself) {
  expect_none(bare_headers(tree_));
}
TEST_F(House, NothingIsLeftForLater) {
  expect_none(leftovers(tree_));
}
TEST_F(House, EveryTestHasANameOfItsOwn) {
  expect_none(repeated_tests(tree_));
}
TEST_F(House, EveryFileIsCompiled) {
  expect_none(uncompiled_files(tree_));
}

TEST_F(House, NoFolderIsCrowded) {
  expect_none(crowded_folders(tree_));
}
TEST_F(House, TestsMirrorTheProduct) {
  expect_none(misplaced_tests(tree_));
}

TEST_F(House, SeedsOfFuzzersAreFewAndSmall) {
  expect_none(unfit_seeds(HOUSE_ROOT));
}

TEST_F(House, TellsItsSizes) {
  const std::string line = sizes(tree_);
  std::cout << line << '\n';
  EXPECT_FALSE(line.starts_with("house: 0 files"));
  EXPECT_EQ(line.find("; 0 functions"), std::string::npos);
}

}  // namespace
}  // namespace orchestrate::house
