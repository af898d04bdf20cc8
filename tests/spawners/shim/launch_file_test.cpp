#include "spawners/shim/launch_file.h"

#include <gtest/gtest.h>

#include <string>

#include "spawners/shim/json_reader.h"

namespace orchestrate::shim {
namespace {

std::string string_of(const std::string& json) {
  const JsonParsed parsed = parse_json(json);
  EXPECT_TRUE(parsed.value.has_value()) << json << ": " << parsed.error;
  return parsed.value ? parsed.value->string : "";
}

std::string launch_with(const std::string& changed) {
  return R"({"version":1,"argv":["a","b"],"cwd":"/","stdin":"","wall_ms":1,"silence_ms":2,"grace_ms":0,)"
         R"("output_bytes":4,"stop_on_output_limit":false)" +
         changed + "}";
}

TEST(JsonReader, UnderstandsEveryEscape) {
  EXPECT_EQ(string_of(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(string_of(R"("\u0041\u00e9\u20AC")"), "A\xc3\xa9\xe2\x82\xac");
  EXPECT_EQ(string_of(R"("\ud83d\ude00")"), "\xf0\x9f\x98\x80");
  EXPECT_EQ(string_of(R"("\u0000")"), std::string(1, '\0'));
}

TEST(JsonReader, LetsRawBytesPass) {
  EXPECT_EQ(string_of("\"\xff\xfe\x80\""), "\xff\xfe\x80");
}

TEST(JsonReader, RefusesWhatIsNotJson) {
  for (const char* text : {"",
                           " ",
                           "{",
                           "[",
                           "\"",
                           "\"abc",
                           "\"\\",
                           "\"\\u",
                           "\"\\u12",
                           "\"\\u12g4\"",
                           "\"\\x\"",
                           "\"\\ud83d\"",
                           "\"\\ud83dA\"",
                           "\"\\ud83d\\n\"",
                           "\"\\ud83d\\u0041\"",
                           "\"\\ude00\"",
                           "\"a\nb\"",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{\"a\":1 \"b\":2}",
                           "[1,]",
                           "[1 2]",
                           "[,1]",
                           "01",
                           "-",
                           "+1",
                           "1.",
                           ".5",
                           "1e",
                           "0x10",
                           "tru",
                           "truee",
                           "nul",
                           "NaN",
                           "'a'",
                           "1 2",
                           "{} {}",
                           "// no\n1",
                           "\"\\u+123\"",
                           "\"\\u-001\""}) {
    const JsonParsed parsed = parse_json(text);
    EXPECT_FALSE(parsed.value.has_value()) << text;
    EXPECT_EQ(parsed.error.rfind("byte ", 0), 0U) << text << ": " << parsed.error;
  }
}

TEST(JsonReader, RefusesEveryTornDocument) {
  const std::string whole = R"({"k":["a\u00e9\ud83d\ude00",{"n":-12,"t":true,"z":null}],"m":1.5e+3})";
  ASSERT_TRUE(parse_json(whole).value.has_value());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(parse_json(std::string_view(whole).substr(0, length)).value.has_value()) << length;
  }
}

TEST(JsonReader, TellsWholeNumbersFromOthers) {
  EXPECT_EQ(parse_json("-9223372036854775808").value->integer, INT64_MIN);
  for (const char* text : {"9223372036854775808", "1.0", "1e3", "-0.5"}) {
    EXPECT_EQ(parse_json(text).value->kind, JsonValue::Kind::real) << text;
  }
}

TEST(JsonReader, BoundsTheDepth) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse_json(nested(json_depth_max)).value.has_value());
  EXPECT_FALSE(parse_json(nested(json_depth_max + 2)).value.has_value());
  EXPECT_FALSE(parse_json(std::string(1'000'000, '[')).value.has_value());
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
  EXPECT_TRUE(refused(R"("grace_ms":0)", R"("grace_ms":-1)"));
  EXPECT_TRUE(refused(R"("output_bytes":4)", R"("output_bytes":4.0)"));
  EXPECT_TRUE(refused(R"(limit":false)", R"(limit":0)"));
  EXPECT_FALSE(parse_launch("[]").launch.has_value());
}

}  // namespace
}  // namespace orchestrate::shim
