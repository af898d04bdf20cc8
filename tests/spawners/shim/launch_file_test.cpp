#include "spawners/shim/launch_file.h"

#include <gtest/gtest.h>

#include <string>

namespace orchestrate::shim {
namespace {

std::string launch_with(const std::string& changed) {
  return R"({"version":1,"argv":["a","b"],"cwd":"/","stdin":"","wall_ms":1,"silence_ms":2,"grace_ms":0,)"
         R"("output_bytes":4,"stop_on_output_limit":false)" +
         changed + "}";
}

TEST(LaunchFile, TornAtAnyByteIsRefused) {
  const std::string whole = launch_with("");
  ASSERT_TRUE(parse_launch(whole).launch.has_value());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const LaunchRead read = parse_launch(whole.substr(0, length));
    EXPECT_FALSE(read.launch.has_value()) << length;
    EXPECT_EQ(read.error.rfind("launch.json: ", 0), 0U) << read.error;
  }
}

TEST(LaunchFile, NestedAsDeepAsItLikesIsRefused) {
  EXPECT_FALSE(parse_launch(std::string(1'000'000, '[')).launch.has_value());
  EXPECT_FALSE(parse_launch(std::string(500'000, '[') + std::string(500'000, ']')).launch.has_value());
}

TEST(LaunchFile, ReadsEveryField) {
  const LaunchRead read = parse_launch(launch_with(R"(,"more":{"deep":[[1.5,null]]})"));
  ASSERT_TRUE(read.launch.has_value()) << read.error;
  EXPECT_EQ(read.launch->argv, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(read.launch->cwd, "/");
  EXPECT_EQ(read.launch->stdin_file, "");
  EXPECT_EQ(read.launch->wall_ms, 1);
  EXPECT_EQ(read.launch->silence_ms, 2);
  EXPECT_EQ(read.launch->grace_ms, 0);
  EXPECT_EQ(read.launch->output_bytes, 4);
  EXPECT_FALSE(read.launch->stop_on_output_limit);
}

TEST(LaunchFile, NamesTheKeyThatIsMissing) {
  for (const char* key : {"version", "argv", "cwd", "wall_ms", "silence_ms", "grace_ms", "output_bytes"}) {
    std::string text = launch_with("");
    text[text.find(key)] = '_';
    const LaunchRead read = parse_launch(text);
    EXPECT_FALSE(read.launch.has_value()) << key;
    EXPECT_NE(read.error.find("launch.json: \"" + std::string(key) + "\""), std::string::npos) << read.error;
  }
}

TEST(LaunchFile, RefusesValuesThatCannotBeMeant) {
  const auto refused = [](const std::string& from, const std::string& to) {
    std::string text = launch_with("");
    text.replace(text.find(from), from.size(), to);
    return !parse_launch(text).launch.has_value();
  };
  EXPECT_TRUE(refused(R"("version":1)", R"("version":2)"));
  EXPECT_TRUE(refused(R"(["a","b"])", "[]"));
  EXPECT_TRUE(refused(R"(["a","b"])", R"([""])"));
  EXPECT_TRUE(refused(R"(["a","b"])", R"(["a",1])"));
  EXPECT_TRUE(refused(R"(["a","b"])", R"(["a\u0000b"])"));
  EXPECT_TRUE(refused(R"("cwd":"/")", R"("cwd":"relative")"));
  EXPECT_TRUE(refused(R"("cwd":"/")", R"("cwd":["/"])"));
  EXPECT_TRUE(refused(R"("stdin":"")", R"("stdin":null)"));
  EXPECT_TRUE(refused(R"("wall_ms":1)", R"("wall_ms":0)"));
  EXPECT_TRUE(refused(R"("wall_ms":1)", R"("wall_ms":"1")"));
  EXPECT_TRUE(refused(R"("silence_ms":2)", R"("silence_ms":9223372036854775807)"));
  EXPECT_TRUE(refused(R"("silence_ms":2)", R"("silence_ms":18446744073709551615)"));
  EXPECT_TRUE(refused(R"(["a","b"])", "[\"\xff\"]"));
  EXPECT_TRUE(refused(R"("grace_ms":0)", R"("grace_ms":-1)"));
  EXPECT_TRUE(refused(R"("output_bytes":4)", R"("output_bytes":4.0)"));
  EXPECT_TRUE(refused(R"(limit":false)", R"(limit":0)"));
  EXPECT_FALSE(parse_launch("[]").launch.has_value());
}

}  // namespace
}  // namespace orchestrate::shim
