#include "text/glob.h"

#include <optional>
#include <string_view>
#include <vector>

#include "text/utf8.h"

namespace orchestrate::text {
namespace {

using Code = char32_t;
using Text = std::vector<Code>;

// A byte that is no valid UTF-8 counts as one character of its own, out of the way of every real one.
Text characters(std::string_view bytes) {
  constexpr Code kStray = 0x110000;
  Text out;
  while (!bytes.empty()) {
    const Character next = first_character(bytes);
    out.push_back(next.valid ? next.code : kStray + static_cast<unsigned char>(bytes.front()));
    bytes.remove_prefix(next.valid ? next.length : 1);
  }
  return out;
}

Code fold(Code code) {
  return code >= U'A' && code <= U'Z' ? code - U'A' + U'a' : code;
}

// Where the sets of a pattern end. Behind the last `]` none is looked for: a pattern of many `[` that are
// never closed would be read to its end for each of them, and again for each character of the text.
class Sets {
 public:
  explicit Sets(const Text& pattern) : pattern_(pattern), end_(pattern.size()) {
    while (end_ > 0 && pattern[end_ - 1] != ']')
      --end_;
  }

  // The index after the set's `]`, or nothing when it is never closed. A `]` that comes first is a member.
  [[nodiscard]] std::optional<std::size_t> end(std::size_t open) const {
    std::size_t at = open + 1;
    if (at < end_ && (pattern_[at] == '!' || pattern_[at] == '^')) ++at;
    for (std::size_t first = at; at < end_; ++at) {
      if (pattern_[at] == ']' && at != first) return at + 1;
    }
    return std::nullopt;
  }

 private:
  const Text& pattern_;
  std::size_t end_;  // after the last `]`
};

bool has_backward_range(const Text& pattern, std::size_t open, std::size_t end) {
  for (std::size_t dash = open + 2; dash + 2 < end; ++dash) {
    if (pattern[dash] == '-' && pattern[dash - 1] > pattern[dash + 1]) return true;
  }
  return false;
}

bool in_set(const Text& pattern, std::size_t open, std::size_t end, Code code) {
  std::size_t at = open + 1;
  const bool negated = pattern[at] == '!' || pattern[at] == '^';
  if (negated) ++at;
  bool found = false;
  while (at < end - 1) {
    const Code from = fold(pattern[at]);
    const bool range = at + 2 < end - 1 && pattern[at + 1] == '-';
    const Code to = range ? fold(pattern[at + 2]) : from;
    found = found || (from <= code && code <= to);
    at += range ? 3 : 1;
  }
  return found != negated;
}

// The pattern index after the one element at `at` when it takes `code`, or nothing.
std::optional<std::size_t> take(const Text& pattern, const Sets& sets, std::size_t at, Code code) {
  if (pattern[at] == '?') return at + 1;
  if (pattern[at] == '[') {
    if (const auto end = sets.end(at)) {
      if (in_set(pattern, at, *end, code)) return end;
      return std::nullopt;
    }
  }
  if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
  if (fold(pattern[at]) == code) return at + 1;
  return std::nullopt;
}

}  // namespace

// Only the last star has to be tried again: what an earlier one could take, the last one can take too. This
// keeps hostile patterns like a*a*a*b from costing more than the product of the lengths.
bool glob_match(const std::string& pattern_text, const std::string& text_bytes) {
  const Text pattern = characters(pattern_text);
  const Text text = characters(text_bytes);
  const Sets sets(pattern);
  std::size_t p = 0;
  std::size_t t = 0;
  std::optional<std::size_t> star;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = ++p;
      star_text = t;
      continue;
    }
    const auto next = p < pattern.size() ? take(pattern, sets, p, fold(text[t])) : std::nullopt;
    if (next) {
      p = *next;
      ++t;
    } else if (star) {
      p = *star;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

std::string glob_problem(const std::string& pattern_text) {
  if (pattern_text.empty()) return "is empty, so it matches nothing";
  const Text pattern = characters(pattern_text);
  const Sets sets(pattern);
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '\\') {
      if (++at == pattern.size()) return "ends with a lone backslash";
    } else if (pattern[at] == '[') {
      const auto end = sets.end(at);
      if (!end) return "opens a set with `[` and never closes it";
      if (has_backward_range(pattern, at, *end)) return "holds a range that runs backwards";
      at = *end - 1;
    }
  }
  return {};
}

}  // namespace orchestrate::text
