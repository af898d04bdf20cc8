#include <algorithm>
#include <charconv>
#include <iterator>
#include <tuple>

#include "config/section.h"
#include "text/nearest.h"
#include "text/utf8.h"

namespace orchestrate::config {
namespace {

constexpr std::size_t kMostErrors = 100;    // of one file; whoever has more has another problem
constexpr std::size_t kMostListed = 12;     // known words in a hint
constexpr std::size_t kMostDescribed = 60;  // bytes of a found string

std::string shortened(const std::string& text) {
  const std::string_view shown = text::cut(text, kMostDescribed);
  return std::string(shown) + (shown.size() < text.size() ? "..." : "");
}

// 2.0 must not look like the whole number 2.
std::string with_point(double number) {
  char digits[32];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  std::string text(std::begin(digits), end);
  return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

}  // namespace

void Report::error(const Place& place, std::string message, std::string hint) {
  Diagnostic diagnostic{document_.file, place.line, place.column, 1, std::move(message), std::move(hint), {}};
  const auto index = static_cast<std::size_t>(place.line - 1);
  if (place.line > 0 && index < document_.lines.size()) {
    diagnostic.source = document_.lines[index];
    const int rest = static_cast<int>(text::count_characters(diagnostic.source)) - place.column + 1;
    diagnostic.width = std::max(1, std::min(place.width, rest));
  }
  errors_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> Report::errors() const {
  auto sorted = errors_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  });
  if (sorted.size() <= kMostErrors) return sorted;
  const std::size_t more = sorted.size() - kMostErrors;
  sorted.resize(kMostErrors);
  sorted.push_back({document_.file, 0, 0, 1, std::to_string(more) + " more problems are not shown", {}, {}});
  return sorted;
}

std::string suggestion(const std::string& word, const std::vector<std::string>& known) {
  const std::string near = text::nearest(word, known);
  if (!near.empty()) return "did you mean `" + near + "`?";
  if (known.empty() || known.size() > kMostListed) return {};
  std::string list;
  for (const auto& each : known)
    list += (list.empty() ? "known: " : ", ") + each;
  return list;
}

std::string described(const Node& node) {
  switch (node.kind) {
    case Node::Kind::boolean:
      return node.boolean ? "true" : "false";
    case Node::Kind::integer:
      return "the number " + std::to_string(node.integer);
    case Node::Kind::real:
      return "the number " + with_point(node.real);
    case Node::Kind::text:
      return '"' + shortened(node.text) + '"';
    case Node::Kind::moment:
      return "a date or time";
    case Node::Kind::list:
      return "a list";
    case Node::Kind::table:
      break;
  }
  return "a table";
}

}  // namespace orchestrate::config
