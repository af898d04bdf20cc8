// The words of a command line as POSIX sh would see them (XCU 2.2 Quoting, 2.3 Token Recognition), without
// any of the expansions: what only a shell could do is refused by name rather than passed on as text that
// looks like it works.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"

namespace orchestrate::config {
namespace {

constexpr std::string_view kOperators = "|&;<>()\n";
constexpr std::string_view kExpansions = "$`";
constexpr std::string_view kPatterns = "*?[";

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r';
}
bool is_one_of(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

std::string shown(char c) {
  return c == '\n' ? "a line break" : std::string("`") + c + "`";
}

bool is_name(std::string_view word) {
  if (word.empty() || (word.front() >= '0' && word.front() <= '9')) return false;
  return word.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
         std::string_view::npos;
}

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  bool run() {
    while (at_ < text_.size() && why_.empty())
      step(text_[at_++]);
    if (why_.empty()) end_word();
    if (why_.empty() && words_.empty()) why_ = "names no program";
    if (why_.empty() && words_.front().empty()) why_ = "begins with an empty word instead of a program";
    return why_.empty();
  }

  std::vector<std::string> words() { return std::move(words_); }
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  void step(char c) {
    if (is_blank(c)) return end_word();
    if (c == '\0') return refuse("holds a NUL character");
    if (c == '\'') return single_quoted();
    if (c == '"') return double_quoted();
    if (c == '\\') return escaped();
    if (is_one_of(c, kOperators) || is_one_of(c, kPatterns)) return needs_shell(c);
    if (is_one_of(c, kExpansions)) return needs_shell(c, "single quotes");
    if (!in_word_ && (c == '#' || c == '~')) return needs_shell(c);
    if (c == '=' && words_.empty() && !quoted_ && is_name(word_)) {
      return refuse("begins by setting the variable `" + word_ + "`, which only a shell does");
    }
    add(c);
  }

  void add(char c) {
    in_word_ = true;
    word_ += c;
  }

  void end_word() {
    if (in_word_) words_.push_back(std::exchange(word_, {}));
    in_word_ = false;
    quoted_ = false;
  }

  void single_quoted() {
    const std::size_t end = text_.find('\'', at_);
    if (end == std::string_view::npos) return refuse("opens a quote ' and never closes it");
    in_word_ = quoted_ = true;
    word_ += text_.substr(at_, end - at_);
    at_ = end + 1;
    if (word_.find('\0') != std::string::npos) refuse("holds a NUL character");
  }

  void double_quoted() {
    in_word_ = quoted_ = true;
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == '"') return;
      if (c == '\0') return refuse("holds a NUL character");
      if (is_one_of(c, kExpansions)) return needs_shell(c, "single quotes");
      if (c == '\\' && at_ < text_.size() && is_one_of(text_[at_], "$`\"\\\n")) {
        c = text_[at_++];
        if (c == '\n') continue;  // joins the lines
      }
      word_ += c;
    }
    refuse("opens a quote \" and never closes it");
  }

  void escaped() {
    if (at_ == text_.size()) return refuse("ends with a lone backslash");
    quoted_ = true;
    const char c = text_[at_++];
    if (c == '\0') return refuse("holds a NUL character");
    if (c != '\n') add(c);  // a backslash before a line break joins the lines
  }

  void refuse(std::string why) { why_ = std::move(why); }
  void needs_shell(char c, const std::string& unless_in = "quotes") {
    refuse("holds " + shown(c) + " outside " + unless_in + ", which only a shell understands");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> words_;
  std::string word_;
  std::string why_;
  bool in_word_ = false;
  bool quoted_ = false;  // some part of the word was: then it is no assignment
};

std::string_view without_final_breaks(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<std::vector<std::string>> split_command(const std::string& text, std::string& why) {
  Splitter splitter(without_final_breaks(text));
  const bool split = splitter.run();
  why = splitter.why();
  if (!split) return std::nullopt;
  return splitter.words();
}

}  // namespace orchestrate::config
