#include "tests/house/tree.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace orchestrate::house {
namespace {

namespace fs = std::filesystem;

class TreeOnDisk : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "houseXXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << text;
  }

  fs::path root_;
};

TEST_F(TreeOnDisk, SourcesAreReadAndForeignFoldersAreNot) {
  write("main.cpp", "int main() {}\n");
  write("a/b/c.h", "x");
  write("a/CMakeLists.txt", "y");
  write("build/dev/gen.cpp", "no");
  write("build-x/gen.cpp", "no");
  write(".git/hook.cpp", "no");
  write("a/picture.png", "no");
  const Tree tree = read_tree(root_.string());
  EXPECT_EQ(tree, (Tree{{"main.cpp", "int main() {}\n"}, {"a/b/c.h", "x"}, {"a/CMakeLists.txt", "y"}}));
}

TEST_F(TreeOnDisk, ALinkThatLeadsInACircleIsNotFollowed) {
  write("a/x.cpp", "");
  fs::create_directory_symlink(root_, root_ / "a" / "circle");
  EXPECT_EQ(read_tree(root_.string()).size(), 1U);
}

TEST_F(TreeOnDisk, AMissingRootThrows) {
  EXPECT_THROW((void)read_tree((root_ / "none").string()), fs::filesystem_error);
}

TEST(TreePaths, KnowTheirRoomAndWhetherTheyAreShipped) {
  EXPECT_EQ(room_of("spawners/shim/clock.cpp"), "spawners");
  EXPECT_EQ(room_of("main.cpp"), "main.cpp");
  EXPECT_TRUE(is_product("api/cli.cpp"));
  EXPECT_FALSE(is_product("tests/api/cli_test.cpp"));
  EXPECT_TRUE(is_header("a.hpp"));
  EXPECT_FALSE(is_code("schema.sql"));
}

}  // namespace
}  // namespace orchestrate::house
