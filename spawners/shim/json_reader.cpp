#include "spawners/shim/json_reader.h"

#include <charconv>
#include <utility>

namespace orchestrate::shim {
namespace {

void append_utf8(std::uint32_t code, std::string& out) {
  const auto byte = [&out](std::uint32_t bits) { out += static_cast<char>(bits); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xc0 | code >> 6);
    byte(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    byte(0xe0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  } else {
    byte(0xf0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3f));
    byte(0x80 | (code >> 6 & 0x3f));
    byte(0x80 | (code & 0x3f));
  }
}

// Recursive descent. Each function reads one thing at `at_` and returns false after the first error.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  JsonParsed document() {
    JsonValue value;
    if (read_value(value, 0)) {
      skip_space();
      if (at_ == text_.size()) return {std::move(value), ""};
      fail("something follows the end of the document");
    }
    return {std::nullopt, error_};
  }

 private:
  bool fail(std::string_view what) {
    error_ = "byte " + std::to_string(at_) + ": " + std::string(what);
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool take_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return fail("expected a value");
    at_ += word.size();
    return true;
  }

  void skip_space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')
      ++at_;
  }

  bool read_value(JsonValue& into, int depth) {
    if (depth > json_depth_max) return fail("nested too deeply");
    skip_space();
    switch (peek()) {
      case '{':
        return read_object(into, depth);
      case '[':
        return read_array(into, depth);
      case '"':
        into.kind = JsonValue::Kind::string;
        return read_string(into.string);
      case 't':
      case 'f':
        into.kind = JsonValue::Kind::boolean;
        into.boolean = peek() == 't';
        return take_word(into.boolean ? "true" : "false");
      case 'n':
        return take_word("null");
      default:
        return read_number(into);
    }
  }

  bool read_object(JsonValue& into, int depth) {
    into.kind = JsonValue::Kind::object;
    ++at_;
    skip_space();
    if (take('}')) return true;
    do {
      skip_space();
      if (peek() != '"') return fail("expected a key");
      if (!read_string(into.keys.emplace_back())) return false;
      skip_space();
      if (!take(':')) return fail("expected ':' after a key");
      if (!read_value(into.items.emplace_back(), depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take('}') || fail("expected ',' or '}'");
  }

  bool read_array(JsonValue& into, int depth) {
    into.kind = JsonValue::Kind::array;
    ++at_;
    skip_space();
    if (take(']')) return true;
    do {
      if (!read_value(into.items.emplace_back(), depth + 1)) return false;
      skip_space();
    } while (take(','));
    return take(']') || fail("expected ',' or ']'");
  }

  bool read_string(std::string& into) {
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) return fail("a control character inside a string");
      ++at_;
      if (c == '"') return true;
      if (c != '\\') {
        into += c;
      } else if (!read_escape(into)) {
        return false;
      }
    }
    return fail("a string without an end");
  }

  bool read_escape(std::string& into) {
    static constexpr std::string_view letters = "\"\\/bfnrt";
    static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (take('u')) return read_unicode(into);
    const std::size_t which = letters.find(peek());
    if (which == std::string_view::npos) return fail("an escape that JSON does not know");
    ++at_;
    into += meanings[which];
    return true;
  }

  bool read_unicode(std::string& into) {
    std::uint32_t code = 0;
    if (!read_hex4(code)) return false;
    if (code >= 0xdc00 && code <= 0xdfff) return fail("the second half of a surrogate pair alone");
    if (code >= 0xd800 && code <= 0xdbff) {
      std::uint32_t low = 0;
      if (!take('\\') || !take('u')) return fail("the first half of a surrogate pair alone");
      if (!read_hex4(low)) return false;
      if (low < 0xdc00 || low > 0xdfff) return fail("the first half of a surrogate pair alone");
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    append_utf8(code, into);
    return true;
  }

  bool read_hex4(std::uint32_t& code) {
    const std::string_view digits = text_.substr(at_, 4);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
    if (digits.size() < 4 || error != std::errc{} || end != digits.data() + 4) {
      return fail("expected four hexadecimal digits");
    }
    at_ += 4;
    return true;
  }

  bool read_number(JsonValue& into) {
    const std::size_t begin = at_;
    take('-');
    const std::size_t first_digit = at_;
    if (!read_digits()) return fail("expected a value");
    if (text_[first_digit] == '0' && at_ > first_digit + 1) return fail("a number with a leading zero");
    const std::size_t whole_end = at_;
    if (take('.') && !read_digits()) return fail("expected a digit after '.'");
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!read_digits()) return fail("expected a digit in the exponent");
    }
    const auto [end, error] = std::from_chars(text_.data() + begin, text_.data() + at_, into.integer);
    into.kind = at_ == whole_end && error == std::errc{} ? JsonValue::Kind::integer : JsonValue::Kind::real;
    return true;
  }

  bool read_digits() {
    const std::size_t begin = at_;
    while (peek() >= '0' && peek() <= '9')
      ++at_;
    return at_ > begin;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string error_;
};

}  // namespace

const JsonValue* JsonValue::find(std::string_view key) const {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

JsonParsed parse_json(std::string_view text) {
  return Parser(text).document();
}

}  // namespace orchestrate::shim
