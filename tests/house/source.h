// Just enough reading of C++ for the rules of the house: which bytes are code, what is included, where
// functions begin and end. Not a parser: it trusts that the file compiles and is formatted by clang-format.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::house {

[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

// The same text, byte for byte as long, with comments and the insides of literals blanked; line ends stay.
[[nodiscard]] std::string code_only(std::string_view text);

struct Include {
  std::string target;
  int line = 0;
};

// What the file includes, in either form of brackets.
[[nodiscard]] std::vector<Include> includes_of(std::string_view text);

struct Function {
  std::string name;
  int head_line = 0;   // where its declaration begins
  int open_line = 0;   // its opening brace
  int close_line = 0;  // its closing brace
  [[nodiscard]] int lines() const { return close_line - open_line + 1; }
};

struct Functions {
  std::vector<Function> all;
  bool balanced = true;  // false: the braces do not match, so `all` cannot be believed
};

// Functions at namespace or class level; lambdas and local classes count as part of the function around them.
[[nodiscard]] Functions functions_of(std::string_view text);

struct TestName {
  std::string name;  // "Suite.Promise"
  int line = 0;
};

[[nodiscard]] std::vector<TestName> test_names_of(std::string_view text);

}  // namespace orchestrate::house
