#include "tests/house/seeds.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace orchestrate::house {
namespace {

namespace fs = std::filesystem;

class Seeds : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "seedsXXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    write("words.cpp", 1);
    write("corpus/words/one", 2047);
  }
  void TearDown() override { fs::remove_all(root_); }

  void write(const std::string& path, std::size_t size) {
    const fs::path file = root_ / "tests/fuzz" / path;
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << std::string(size, 'x');
  }

  [[nodiscard]] std::string told() const { return render(unfit_seeds(root_.string())); }

  fs::path root_;
};

TEST_F(Seeds, FewAndSmallOnesAreFine) {
  EXPECT_EQ(told(), "");
}

TEST_F(Seeds, LargeOnesAndManyAreNot) {
  write("corpus/words/large", 2048);
  EXPECT_EQ(told(), "tests/fuzz/corpus/words/large:1: a seed is a file of less than 2 KiB\n");
  fs::remove(root_ / "tests/fuzz/corpus/words/large");
  for (int i = 0; i < 30; ++i)
    write("corpus/words/" + std::to_string(i), 1);
  EXPECT_EQ(told(), "tests/fuzz/corpus/words/:1: 31 seeds: keep 1 to 30, see docs/developing.md\n");
}

TEST_F(Seeds, EachFuzzerHasSomeAndNobodyElse) {
  write("times.cpp", 1);
  write("corpus/gone/seed", 1);
  EXPECT_EQ(
      told(),
      "tests/fuzz/corpus/gone/:1: seeds of no fuzzer\ntests/fuzz/times.cpp:1: a fuzzer without seeds\n");
}

}  // namespace
}  // namespace orchestrate::house
