#include "prompts/template.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <optional>

#include "prompts/placeholders.h"
#include "prompts/text.h"
#include "text/lines.h"
#include "text/utf8.h"

namespace orchestrate::prompts {
namespace {

constexpr std::string_view kOpening = "{{";
constexpr std::string_view kClosing = "}}";
constexpr std::size_t kMostBytesQuoted = 64;

enum class Kind { text, placeholder, unclosed };

struct Piece {
  Kind kind = Kind::text;
  std::string_view text;   // of a placeholder: its name
  std::size_t offset = 0;  // in the line, in bytes
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<Piece> pieces_of(std::string_view line) {
  std::vector<Piece> pieces;
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t open = line.find(kOpening, at);
    if (open == std::string_view::npos) break;
    const bool escaped = open > at && line[open - 1] == '\\';
    pieces.push_back({Kind::text, line.substr(at, open - at - (escaped ? 1 : 0)), at});
    at = open + kOpening.size();
    if (escaped) {
      pieces.push_back({Kind::text, kOpening, open});
      continue;
    }
    const std::size_t close = line.find(kClosing, at);
    if (close == std::string_view::npos) {
      pieces.push_back({Kind::unclosed, line.substr(open), open});
      return pieces;
    }
    pieces.push_back({Kind::placeholder, line.substr(at, close - at), open});
    at = close + kClosing.size();
  }
  pieces.push_back({Kind::text, line.substr(std::min(at, line.size())), at});
  return pieces;
}

// nullopt: the line named placeholders and every one of them was empty.
std::optional<std::string> filled_line(std::string_view line, const ValueOf& value_of) {
  std::string out;
  bool named = false;
  bool said = false;
  for (const Piece& piece : pieces_of(line)) {
    if (piece.kind != Kind::placeholder) {
      out += piece.text;
      continue;
    }
    const std::string value = value_of(piece.text);
    named = true;
    said = said || !value.empty();
    out += value;
  }
  if (named && !said) return std::nullopt;
  return out;
}

// Levenshtein, one row at a time.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t substituted = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({substituted, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::string way_out(const std::string& word) {
  const Placeholder* best = nullptr;
  std::size_t best_distance = std::max<std::size_t>((word.size() + 1) / 3, 1) + 1;
  for (const Placeholder& known : placeholders()) {
    const std::size_t d = distance(word, known.name);
    if (d < best_distance) {
      best = &known;
      best_distance = d;
    }
  }
  if (best != nullptr) return "did you mean `{{" + std::string(best->name) + "}}`?";
  std::string names;
  for (const Placeholder& known : placeholders())
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  return "known are " + names + "; `\\{{` stands for the braces themselves";
}

std::optional<std::string> fault_of(const Piece& piece) {
  if (piece.kind == Kind::unclosed) {
    return "`{{` is not closed on its line: write `{{name}}`, or `\\{{` for the braces themselves";
  }
  if (piece.kind == Kind::text || find_placeholder(piece.text) != nullptr) return std::nullopt;
  const std::string word = text::one_line(piece.text.substr(0, kMostBytesQuoted));
  return "unknown placeholder `{{" + word + "}}`: " + way_out(word);
}

int column_of(std::string_view line, std::size_t offset) {
  return static_cast<int>(text::count_characters(line.substr(0, offset))) + 1;
}

}  // namespace

std::vector<TemplateError> check_template(const std::string& name, std::string_view text) {
  std::vector<TemplateError> errors;
  int number = 0;
  bool says_something = false;
  for (const std::string_view line : lines_of(text)) {
    ++number;
    says_something = says_something || line.find_first_not_of(" \t\r") != std::string_view::npos;
    if (!is_clean(line)) {
      errors.push_back({name, number, 1, "not plain UTF-8 text: save it as UTF-8 with Unix line ends"});
    }
    for (const Piece& piece : pieces_of(line)) {
      if (const auto fault = fault_of(piece))
        errors.push_back({name, number, column_of(line, piece.offset), *fault});
    }
  }
  if (!says_something) errors.push_back({name, 1, 1, "empty: an agent would be told nothing"});
  return errors;
}

std::string fill(std::string_view text, const ValueOf& value_of) {
  std::string out;
  bool after_blank = true;  // nothing yet: blank lines at the top are a hole too
  for (const std::string_view line : lines_of(text)) {
    const auto filled = filled_line(line, value_of);
    if (!filled || (filled->empty() && after_blank)) continue;
    after_blank = filled->empty();
    out += *filled + '\n';
  }
  if (after_blank && !out.empty()) out.pop_back();
  return out;
}

}  // namespace orchestrate::prompts
