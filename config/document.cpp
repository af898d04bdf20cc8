#include "config/document.h"

#include <toml++/toml.h>

#include <algorithm>
#include <limits>
#include <sstream>
#include <string_view>
#include <tuple>

#include "text/utf8.h"

namespace orchestrate::config {
namespace {

constexpr std::size_t kLongestLine = 8192;
constexpr int kDeepest = 32;

Place place_of(const toml::source_region& region) {
  const auto& [begin, end] = std::tie(region.begin, region.end);
  const bool one_line = begin.line == end.line && end.column > begin.column;
  const int width = one_line                 ? static_cast<int>(end.column - begin.column)
                    : begin.line == end.line ? 1
                                             : std::numeric_limits<int>::max();
  return {static_cast<int>(begin.line), static_cast<int>(begin.column), width};
}

struct TooDeep {
  Place place;
};

Node convert(const toml::node& source, int depth);

void convert_table(const toml::table& source, Node& node, int depth) {
  for (const auto& [key, value] : source) {
    node.entries.push_back({std::string(key.str()), place_of(key.source()), convert(value, depth + 1)});
  }
  std::stable_sort(node.entries.begin(), node.entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
}

// By the exact type that was written: toml++'s value<T>() would take 5.0 for 5 and 5 for true.
Node convert(const toml::node& source, int depth) {
  Node node;
  node.place = place_of(source.source());
  if (depth > kDeepest) throw TooDeep{node.place};
  if (const auto* table = source.as_table()) {
    convert_table(*table, node, depth);
  } else if (const auto* list = source.as_array()) {
    node.kind = Node::Kind::list;
    for (const auto& item : *list)
      node.items.push_back(convert(item, depth + 1));
  } else if (const auto text = source.value_exact<std::string>()) {
    node.kind = Node::Kind::text;
    node.text = *text;
  } else if (const auto flag = source.value_exact<bool>()) {
    node.kind = Node::Kind::boolean;
    node.boolean = *flag;
  } else if (const auto whole = source.value_exact<std::int64_t>()) {
    node.kind = Node::Kind::integer;
    node.integer = *whole;
  } else if (const auto real = source.value_exact<double>()) {
    node.kind = Node::Kind::real;
    node.real = *real;
  } else {
    node.kind = Node::Kind::moment;
  }
  return node;
}

// The index behind the string that begins at `at`, or the end of the text.
std::size_t string_end(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string_view three = text.substr(at, 3);
  const bool several_lines = three == "\"\"\"" || three == "\'\'\'";
  const std::string_view mark = several_lines ? three : three.substr(0, 1);
  for (at += mark.size(); at < text.size(); ++at) {
    if (quote == '"' && text[at] == '\\')
      ++at;
    else if (text.substr(at).starts_with(mark))
      return at + mark.size();
    else if (text[at] == '\n' && !several_lines)
      return at;  // it is never closed, which the parser will say
  }
  return text.size();
}

// Where a key has more parts than the tree may have levels. toml++ bounds how deep values nest, but each of
// them may have such a key, and what nests a table per letter overflows the stack when it is destroyed.
std::optional<std::size_t> endless_key(std::string_view text) {
  int dots = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' || c == '\'') {
      at = string_end(text, at) - 1;
    } else if (c == '#') {
      at = std::min(text.find('\n', at), text.size()) - 1;
    } else if (c == '.') {
      if (++dots > kDeepest) return at;
    } else if (std::string_view("\n=,[]{}").find(c) != std::string_view::npos) {
      dots = 0;
    }
  }
  return std::nullopt;
}

Place place_at(const Document& document, std::string_view text, std::size_t offset) {
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(offset), '\n');
  const std::size_t begin = text.substr(0, offset).rfind('\n') + 1;
  const int column = static_cast<int>(text::count_characters(text.substr(begin, offset - begin))) + 1;
  return {static_cast<int>(std::min<std::ptrdiff_t>(line + 1, std::ssize(document.lines))), column, 1};
}

std::string syntax_message(std::string_view description) {
  constexpr std::string_view kOpening = "Error while ";
  std::string text(description);
  if (text.rfind(kOpening, 0) == 0) text = "while " + text.substr(kOpening.size());
  return "not valid TOML: " + text;
}

Diagnostic at(const Document& document, const Place& place, std::string message, std::string hint) {
  Diagnostic diagnostic{document.file, place.line, place.column, 1, std::move(message), std::move(hint), {}};
  const auto index = static_cast<std::size_t>(place.line - 1);
  if (place.line > 0 && index < document.lines.size()) {
    diagnostic.source = document.lines[index];
    const int rest = static_cast<int>(text::count_characters(diagnostic.source)) - place.column + 1;
    diagnostic.width = std::max(1, std::min(place.width, rest));
  }
  return diagnostic;
}

}  // namespace

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(std::move(line));
  }
  return lines;
}

std::optional<Document> parse_document(const std::string& file, const std::string& text, Diagnostic& error) {
  Document document{file, split_lines(text), {}};
  for (std::size_t i = 0; i < document.lines.size(); ++i) {
    if (document.lines[i].size() <= kLongestLine) continue;
    error = at(document, {static_cast<int>(i + 1), 1, 1}, "the line is longer than 8192 bytes",
               "break it into several: a list may span lines");
    return std::nullopt;
  }
  try {
    if (const auto offset = endless_key(text)) throw TooDeep{place_at(document, text, *offset)};
    document.root = convert(toml::parse(text), 0);
    return document;
  } catch (const toml::parse_error& problem) {
    error = at(document, place_of(problem.source()), syntax_message(problem.description()),
               "the rest of this file is checked once this is mended");
  } catch (const TooDeep& problem) {
    error = at(document, problem.place, "tables or lists are nested too deeply",
               "32 levels are enough for every key");
  }
  return std::nullopt;
}

}  // namespace orchestrate::config
