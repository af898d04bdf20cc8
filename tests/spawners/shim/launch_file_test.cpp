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

TEST(LaunchFile, NumbersAreTakenUpToTheirBounds) {
  const auto read_with = [](const std::string& key, const std::string& number) {
    std::string text = launch_with(",\"startup_ms\":3");
    const std::size_t at = text.find("\"" + key + "\":") + key.size() + 3;
    return parse_launch(text.replace(at, text.find_first_of(",}", at) - at, number));
  };
  for (const char* key : {"wall_ms", "silence_ms", "startup_ms", "grace_ms", "output_bytes"}) {
    const std::string name = key;
    const bool from_one = name == "wall_ms" || name == "silence_ms";
    EXPECT_TRUE(read_with(name, "1000000000000000").launch.has_value()) << name;
    EXPECT_EQ(read_with(name, "1000000000000001").error, "launch.json: \"" + name +
                                                             "\" must be a whole number from " +
                                                             (from_one ? "1" : "0") + " to 1000000000000000");
    EXPECT_EQ(read_with(name, "0").launch.has_value(), !from_one) << name;
    EXPECT_TRUE(read_with(name, "1").launch.has_value()) << name;
    EXPECT_FALSE(read_with(name, "-1").launch.has_value()) << name;
  }
}

TEST(LaunchFile, EachNumberIsKeptUnderItsName) {
  const LaunchRead read = parse_launch(
      R"({"version":1,"argv":["a"],"cwd":"/c","stdin":"in","wall_ms":11,"silence_ms":12,"startup_ms":13,)"
      R"("grace_ms":14,"output_bytes":15,"stop_on_output_limit":true})");
  ASSERT_TRUE(read.launch.has_value()) << read.error;
  EXPECT_EQ(read.launch->cwd, "/c");
  EXPECT_EQ(read.launch->stdin_file, "in");
  EXPECT_EQ(read.launch->wall_ms, 11);
  EXPECT_EQ(read.launch->silence_ms, 12);
  EXPECT_EQ(read.launch->startup_ms, 13);
  EXPECT_EQ(read.launch->grace_ms, 14);
  EXPECT_EQ(read.launch->output_bytes, 15);
  EXPECT_TRUE(read.launch->stop_on_output_limit);
}

TEST(LaunchFile, SaysInWordsWhatIsWrongAndOnlyTheFirst) {
  const auto error = [](const std::string& from, const std::string& to) {
    std::string text = launch_with("");
    return parse_launch(text.replace(text.find(from), from.size(), to)).error;
  };
  EXPECT_EQ(error(R"("cwd":"/")", R"("cwd":"")"), "launch.json: \"cwd\" must be an absolute path");
  EXPECT_EQ(error(R"("cwd":"/")", R"("cwd":"./")"), "launch.json: \"cwd\" must be an absolute path");
  EXPECT_EQ(error(R"("cwd":"/")", R"("cwd":7)"), "launch.json: \"cwd\" must be a string");
  EXPECT_EQ(error(R"("cwd":"/")", R"("cwd":"/a\u0000")"),
            "launch.json: \"cwd\" holds a NUL character, which no argument or path can hold");
  EXPECT_EQ(error(R"(["a","b"])", R"("a")"),
            "launch.json: \"argv\" must be a list of strings, the program first");
  EXPECT_EQ(error(R"(["a","b"])", R"(["","b"])"), "launch.json: \"argv\" names no program");
  EXPECT_EQ(error(R"(limit":false)", R"(limit":"no")"),
            "launch.json: \"stop_on_output_limit\" must be true or false");
  EXPECT_EQ(error(R"("version":1,"argv":["a","b"])", R"("version":3,"argv":[])"),
            "launch.json: \"version\" must be a whole number from 1 to 1");
}

TEST(LaunchFile, WhatMayBeLeftOutHasItsDefault) {
  const LaunchRead read = parse_launch(
      R"({"version":1,"argv":["a"],"cwd":"/","wall_ms":1,"silence_ms":1,"grace_ms":0,"output_bytes":0})");
  ASSERT_TRUE(read.launch.has_value()) << read.error;
  EXPECT_EQ(read.launch->stdin_file, "");
  EXPECT_EQ(read.launch->startup_ms, 0);
  EXPECT_EQ(read.launch->stop_on_output_limit, LaunchFile().stop_on_output_limit);
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
