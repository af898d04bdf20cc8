// One TOML file as a plain tree in which everything knows its place. Keeps toml++ behind one door.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostic.h"

namespace orchestrate::config {

struct Place {
  int line = 0;    // from 1
  int column = 0;  // from 1, in code points
  int width = 1;   // in code points; may reach past the end of the line when the thing spans several
};

struct Entry;

struct Node {
  enum class Kind { boolean, integer, real, text, moment, list, table };

  Kind kind = Kind::table;
  Place place;
  bool boolean = false;
  std::int64_t integer = 0;
  double real = 0;
  std::string text;
  std::vector<Node> items;     // of a list
  std::vector<Entry> entries;  // of a table, in the order of the file
};

struct Entry {
  std::string key;
  Place place;  // of the key
  Node value;
};

struct Document {
  std::string file;                // as a person names it
  std::vector<std::string> lines;  // without their ends
  Node root;
};

// The lines of a file without their ends.
[[nodiscard]] std::vector<std::string> split_lines(const std::string& text);

// Reads the text of one file. nullopt: it is no TOML, and `error` says where and why. Never throws for any
// bytes.
[[nodiscard]] std::optional<Document> parse_document(const std::string& file, const std::string& text,
                                                     Diagnostic& error);

}  // namespace orchestrate::config
