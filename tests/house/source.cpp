#include "tests/house/source.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

namespace orchestrate::house {
namespace {

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool is_blank(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

int line_at(std::string_view text, std::size_t at) {
  return static_cast<int>(std::ranges::count(text.substr(0, at), '\n')) + 1;
}

// The word that ends just before `at`, digit separators included: R of R"(", 1'000 of 1'000'000.
std::string_view word_before(std::string_view text, std::size_t at) {
  std::size_t begin = at;
  while (begin > 0 && (is_word(text[begin - 1]) || text[begin - 1] == '\''))
    --begin;
  return text.substr(begin, at - begin);
}

std::size_t end_of_quoted(std::string_view text, std::size_t open) {
  std::size_t at = open + 1;
  while (at < text.size() && text[at] != text[open] && text[at] != '\n')
    at += text[at] == '\\' ? 2 : 1;
  return std::min(at + 1, text.size());
}

std::size_t end_of_raw(std::string_view text, std::size_t quote) {
  const std::size_t paren = std::min(text.find('(', quote), text.size());
  const std::string closing = ")" + std::string(text.substr(quote + 1, paren - quote - 1)) + "\"";
  const std::size_t found = text.find(closing, paren);
  return found == std::string_view::npos ? text.size() : found + closing.size();
}

// Where the comment or literal that begins at `at` ends; `at` itself when none begins there.
std::size_t end_of_non_code(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (rest.starts_with("/*")) {
    const std::size_t close = text.find("*/", at + 2);
    return close == std::string_view::npos ? text.size() : close + 2;
  }
  if (rest.starts_with('"'))
    return word_before(text, at).ends_with('R') ? end_of_raw(text, at) : end_of_quoted(text, at);
  if (rest.starts_with('\'')) {
    const std::string_view word = word_before(text, at);
    const bool separates_digits =
        !word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) != 0;
    return separates_digits ? at : end_of_quoted(text, at);
  }
  return at;
}

// Directives go too, with their continued lines: a macro's braces are not the file's.
std::string without_directives(std::string code) {
  bool continued = false;
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t end = std::min(code.find('\n', at), code.size());
    const std::string_view line = trimmed(std::string_view(code).substr(at, end - at));
    const bool directive = continued || line.starts_with('#');
    continued = directive && line.ends_with('\\');
    if (directive)
      std::fill(code.begin() + static_cast<std::ptrdiff_t>(at),
                code.begin() + static_cast<std::ptrdiff_t>(end), ' ');
    at = end + 1;
  }
  return code;
}

enum class Scope { container, function, initializer };

std::string_view first_word(std::string_view text) {
  text = trimmed(text);
  return text.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_word) - text.begin()));
}

// Just past the parenthesis that closes the one at `open`, or npos.
std::size_t end_of_parens(std::string_view text, std::size_t open) {
  int depth = 0;
  for (std::size_t at = open; at < text.size(); ++at) {
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return at + 1;
  }
  return std::string_view::npos;
}

bool is_macro_name(std::string_view word) {
  const auto fits = [](char c) {
    return std::isupper(static_cast<unsigned char>(c)) != 0 || c == '_' ||
           std::isdigit(static_cast<unsigned char>(c)) != 0;
  };
  return !word.empty() && std::ranges::all_of(word, fits);
}

// Invocations like SERIALIZE(Type, a, b) stand before the next declaration without a semicolon between.
std::string_view without_macros(std::string_view head) {
  for (;;) {
    head = trimmed(head);
    const std::string_view word = first_word(head);
    const std::string_view rest = trimmed(head.substr(word.size()));
    const std::size_t end = rest.starts_with('(') ? end_of_parens(rest, 0) : std::string_view::npos;
    if (!is_macro_name(word) || end == std::string_view::npos) return head;
    const std::string_view next = first_word(rest.substr(end));
    if (next.empty() || next == "const" || next == "noexcept") return head;
    head = rest.substr(end);
  }
}

bool assigns_something_else_than_a_lambda(std::string_view head) {
  if (head.find("operator") != std::string_view::npos || head.starts_with("template")) return false;
  int parens = 0;
  for (std::size_t at = 0; at < head.size(); ++at) {
    if (head[at] == '(') ++parens;
    if (head[at] == ')') --parens;
    if (head[at] == '=' && parens == 0) return !trimmed(head.substr(at + 1)).starts_with('[');
  }
  return false;
}

// What the brace opens, by the words since the last `;`, `{` or `}`.
Scope scope_after(std::string_view head) {
  constexpr std::array<std::string_view, 6> openers = {"namespace", "class", "struct",
                                                       "union",     "enum",  "extern"};
  head = without_macros(head);
  const bool has_parens =
      head.find('(') != std::string_view::npos && head.find("alignas") == std::string_view::npos;
  if (has_parens) return assigns_something_else_than_a_lambda(head) ? Scope::initializer : Scope::function;
  if (head.starts_with("template") || head.starts_with("inline namespace") || head.starts_with("typedef")) {
    return Scope::container;
  }
  const bool opens = std::ranges::count(openers, first_word(head)) > 0;
  return opens ? Scope::container : Scope::initializer;
}

std::string name_in(std::string_view head) {
  const std::size_t named_operator = head.find("operator");
  if (named_operator != std::string_view::npos) head.remove_prefix(named_operator);
  const std::string_view before = trimmed(head.substr(0, head.find('(')));
  if (named_operator != std::string_view::npos) return std::string(before);
  std::size_t begin = before.size();
  while (begin > 0 && (is_word(before[begin - 1]) || before[begin - 1] == ':' || before[begin - 1] == '~'))
    --begin;
  return std::string(before.substr(begin));
}

class Finder {
 public:
  explicit Finder(std::string code) : code_(std::move(code)) {}

  Functions run() {
    for (at_ = 0; at_ < code_.size(); ++at_) {
      if (code_[at_] == '{') open();
      if (code_[at_] == '}') close();
      if (in_container()) read_head();
    }
    found_.balanced = found_.balanced && scopes_.empty();
    return std::move(found_);
  }

 private:
  bool in_container() const { return scopes_.empty() || scopes_.back() == Scope::container; }

  std::string_view head() const { return std::string_view(code_).substr(head_, at_ - head_); }

  void read_head() {
    const char c = code_[at_];
    if (c == '(') ++parens_;
    if (c == ')') --parens_;
    if (c == ';' && parens_ == 0) head_ = at_ + 1;
    if (c == ':') {
      const std::string_view said = trimmed(head());
      if (said == "public" || said == "private" || said == "protected") head_ = at_ + 1;
    }
  }

  void open() {
    if (!in_container()) {
      scopes_.push_back(scopes_.back());
      return;
    }
    scopes_.push_back(parens_ > 0 ? Scope::initializer : scope_after(head()));
    if (scopes_.back() == Scope::function) open_ = at_;
    if (scopes_.back() == Scope::container) head_ = at_ + 1;
  }

  void close() {
    if (scopes_.empty()) {
      found_.balanced = false;
      return;
    }
    const Scope closed = scopes_.back();
    scopes_.pop_back();
    if (!in_container() || closed == Scope::initializer) return;
    if (closed == Scope::function && is_member_initializer()) return;
    if (closed == Scope::function) record();
    head_ = at_ + 1;
  }

  // `Type() : first_{1}, second_{2} {`: what follows its brace is never the next declaration.
  bool is_member_initializer() const {
    const std::string_view rest = trimmed(std::string_view(code_).substr(at_ + 1));
    return rest.starts_with(',') || rest.starts_with('{');
  }

  void record() {
    const std::string_view code = code_;
    const std::string_view said = without_macros(code.substr(head_, open_ - head_));
    const std::size_t begin = static_cast<std::size_t>(said.data() - code.data());
    found_.all.push_back({name_in(said), line_at(code, begin), line_at(code, open_), line_at(code, at_)});
  }

  std::string code_;
  std::size_t at_ = 0;
  std::size_t head_ = 0;  // where the words that the next brace belongs to begin
  std::size_t open_ = 0;
  int parens_ = 0;
  std::vector<Scope> scopes_;
  Functions found_;
};

// The identifiers between the parentheses that open at `at`, joined by dots: "Suite.Promise".
std::string arguments_joined(std::string_view code, std::size_t at) {
  const std::size_t close = code.find(')', at);
  if (close == std::string_view::npos) return {};
  std::string out;
  for (const char c : code.substr(at + 1, close - at - 1)) {
    if (c == ',') out += '.';
    if (is_word(c)) out += c;
  }
  return out;
}

}  // namespace

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string code_only(std::string_view text) {
  std::string code(text);
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t end = end_of_non_code(text, at);
    for (std::size_t i = at; i < end; ++i) {
      if (code[i] != '\n') code[i] = ' ';
    }
    at = std::max(end, at + 1);
  }
  return code;
}

std::vector<Include> includes_of(std::string_view text) {
  const std::string code = code_only(text);
  const auto written = lines_of(text);
  const auto kept = lines_of(code);
  std::vector<Include> includes;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    std::string_view line = trimmed(kept[i]);
    if (!line.starts_with('#')) continue;
    line.remove_prefix(1);
    if (first_word(line) != "include") continue;
    const std::size_t open = written[i].find_first_of("<\"");
    if (open == std::string_view::npos) continue;
    const std::size_t close = written[i].find_first_of(">\"", open + 1);
    if (close == std::string_view::npos) continue;
    includes.push_back({std::string(written[i].substr(open + 1, close - open - 1)), static_cast<int>(i) + 1});
  }
  return includes;
}

Functions functions_of(std::string_view text) {
  return Finder(without_directives(code_only(text))).run();
}

std::vector<TestName> test_names_of(std::string_view text) {
  constexpr std::array<std::string_view, 5> macros = {"TEST", "TEST_F", "TEST_P", "TYPED_TEST",
                                                      "TYPED_TEST_P"};
  const std::string code = without_directives(code_only(text));
  std::vector<TestName> names;
  for (std::size_t open = code.find('('); open != std::string::npos; open = code.find('(', open + 1)) {
    if (std::ranges::count(macros, word_before(code, open)) == 0) continue;
    names.push_back({arguments_joined(code, open), line_at(code, open)});
  }
  return names;
}

}  // namespace orchestrate::house
