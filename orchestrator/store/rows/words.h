// Enumerations that rows, scripts and people know by a word: each has one table of them.
//
// `Words<E>::all` is that table, written beside the enumeration, in its order.
#pragma once

#include <array>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

namespace orchestrate {

template <typename E>
struct Words;

// Of a table of facts, each with its word.
template <typename Facts, std::size_t N>
constexpr std::array<std::string_view, N> words_of(const Facts (&facts)[N]) {
  std::array<std::string_view, N> words;
  for (std::size_t i = 0; i < N; ++i)
    words[i] = facts[i].word;
  return words;
}

template <typename E>
concept Worded = requires {
  Words<E>::all;
};

template <Worded E>
constexpr std::string_view to_string(E value) {
  return Words<E>::all[static_cast<std::size_t>(value)];
}

template <Worded E>
constexpr std::optional<E> from_word(std::string_view word) {
  for (std::size_t i = 0; i < std::size(Words<E>::all); ++i) {
    if (Words<E>::all[i] == word) return static_cast<E>(i);
  }
  return std::nullopt;
}

// What a row calls something: the value it stands for, or the word alone where this version knows no such
// value. It can always be shown; nobody takes it for another.
template <Worded E>
class Word {
 public:
  Word() = default;
  Word(E value) : value_(value), text_(to_string(value)) {}  // NOLINT: a value is its word
  explicit Word(std::string text) : value_(from_word<E>(text)), text_(std::move(text)) {}

  [[nodiscard]] const std::optional<E>& value() const { return value_; }
  [[nodiscard]] const std::string& text() const { return text_; }
  operator const std::string&() const { return text_; }  // NOLINT: shown as it is

  friend bool operator==(const Word& word, E value) { return word.value_ == value; }
  friend bool operator==(const Word& a, const Word& b) { return a.text_ == b.text_; }
  friend std::ostream& operator<<(std::ostream& out, const Word& word) { return out << word.text_; }

 private:
  std::optional<E> value_;
  std::string text_;
};

}  // namespace orchestrate
