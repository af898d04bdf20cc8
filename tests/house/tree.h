// The source tree as values, so that a rule can be proven on a tree of three lines.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace orchestrate::house {

// Path relative to the root, with `/` -> the file's text.
using Tree = std::map<std::string, std::string>;

// Reads every C++, CMake, SQL, TOML and Markdown file below `root`; folders that hold no source of ours
// (hidden ones, build*, node_modules) are left out and symbolic links to folders are not followed. Throws
// when `root` cannot be read.
[[nodiscard]] Tree read_tree(const std::string& root);

[[nodiscard]] bool is_header(std::string_view path);
[[nodiscard]] bool is_code(std::string_view path);  // a header or a source file of C++

// "main.cpp" or the first folder: where in the house a file stands.
[[nodiscard]] std::string_view room_of(std::string_view path);

// Whether a file belongs to what is shipped: not tests, benchmarks or examples.
[[nodiscard]] bool is_product(std::string_view path);

}  // namespace orchestrate::house
