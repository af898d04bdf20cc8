#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"

namespace orchestrate::config {
namespace {

using Words = std::vector<std::string>;

std::optional<Words> split(const std::string& text) {
  std::string why;
  return split_command(text, why);
}

std::string refusal(const std::string& text) {
  std::string why;
  return split_command(text, why) ? "accepted" : why;
}

TEST(SplitCommand, WordsAreThoseAShellWouldSee) {
  EXPECT_EQ(split("ctest --preset ci"), Words({"ctest", "--preset", "ci"}));
  EXPECT_EQ(split("  a\t b  \n"), Words({"a", "b"}));
  EXPECT_EQ(split("echo 'a b'\"c d\"e"), Words({"echo", "a bc de"}));
  EXPECT_EQ(split("echo a\\ b \\| \\'"), Words({"echo", "a b", "|", "'"}));
  EXPECT_EQ(split(R"(echo "a\"b\\c\d")"), Words({"echo", R"(a"b\c\d)"}));
  EXPECT_EQ(split(R"(echo '\"$x`*')"), Words({"echo", R"(\"$x`*)"}));
  EXPECT_EQ(split("echo '' \"\""), Words({"echo", "", ""}));
  EXPECT_EQ(split("echo a\\\nb"), Words({"echo", "ab"}));
  EXPECT_EQ(split("echo \"a\\\nb\nc\\\\\nd\""), Words({"echo", "ab\nc\\\nd"}));
  EXPECT_EQ(split("make CC=gcc a#b c~ x=y"), Words({"make", "CC=gcc", "a#b", "c~", "x=y"}));
  EXPECT_EQ(split("grep '*' \"[a]?\""), Words({"grep", "*", "[a]?"}));
  EXPECT_EQ(split("gr\xc3\xbc\xc3\x9f e \xff"), Words({"gr\xc3\xbc\xc3\x9f", "e", "\xff"}));
  EXPECT_EQ(split("\\X=1 a"), Words({"X=1", "a"}));  // a quoted name makes it no assignment
}

TEST(SplitCommand, WhatOnlyAShellCouldDoIsNamed) {
  for (const char* sign : {"|", "&", ";", "<", ">", "(", ")", "*", "?", "["}) {
    EXPECT_EQ(refusal(std::string("a b") + sign),
              std::string("holds `") + sign + "` outside quotes, which only a shell understands");
  }
  for (const char* text : {"a $x", "a \"$x\"", "a \"`x`\"", "a `x`"}) {
    EXPECT_NE(refusal(text).find("outside single quotes, which only a shell understands"), std::string::npos)
        << text;
  }
  EXPECT_EQ(refusal("a\nb"), "holds a line break outside quotes, which only a shell understands");
  EXPECT_EQ(refusal("cat ~/x"), "holds `~` outside quotes, which only a shell understands");
  EXPECT_EQ(refusal("make # all"), "holds `#` outside quotes, which only a shell understands");
  EXPECT_EQ(refusal("CC=gcc make"), "begins by setting the variable `CC`, which only a shell does");
}

TEST(SplitCommand, WhatIsNoCommandSaysWhy) {
  EXPECT_EQ(refusal(""), "names no program");
  EXPECT_EQ(refusal(" \n"), "names no program");
  EXPECT_EQ(refusal("'' a"), "begins with an empty word instead of a program");
  EXPECT_EQ(refusal("a 'b"), "opens a quote ' and never closes it");
  EXPECT_EQ(refusal("a \"b"), "opens a quote \" and never closes it");
  EXPECT_EQ(refusal("a \\"), "ends with a lone backslash");
  for (const char quote : {' ', '\'', '"', '\\'}) {
    const std::string text = std::string("a ") + quote + '\0' + quote;
    EXPECT_EQ(refusal(text), "holds a NUL character");
  }
}

}  // namespace
}  // namespace orchestrate::config
