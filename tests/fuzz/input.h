// The bytes of one fuzzer's input, taken apart. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace orchestrate::fuzz {

class Input {
 public:
  // ASCII's record separator: it parts texts in which it has no meaning, and is easily typed into a seed.
  static constexpr char kSeparator = '\x1E';

  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  // A number below `limit`. Letters and digits count from 0, so that seeds can be read.
  std::size_t choice(std::size_t limit) {
    if (rest_.empty()) return 0;
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    const bool letter = byte >= 'a' && byte <= 'z';
    return static_cast<std::size_t>(letter ? byte - 'a' : byte) % limit;
  }

  // Up to the next separator.
  std::string part() {
    const std::size_t end = std::min(rest_.find(kSeparator), rest_.size());
    std::string text(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return text;
  }

  // The next eight bytes, or as many as there are.
  std::int64_t number() {
    std::int64_t value = 0;
    const std::size_t size = std::min(sizeof value, rest_.size());
    std::memcpy(&value, rest_.data(), size);
    rest_.remove_prefix(size);
    return value;
  }

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  [[nodiscard]] std::string rest() const { return std::string(rest_); }

 private:
  std::string_view rest_;
};

// A byte before ASCII's substitute stands there so many times. Twenty thousand: nesting that overflows a
// stack is then a few bytes away from any input, and not further than -max_len reaches.
inline std::string stretched(std::string_view text, std::size_t times = 20'000) {
  constexpr char kSubstitute = '\x1A';
  constexpr std::size_t kMostStretches = 2;  // a fuzzer must stay fast
  std::string out;
  std::size_t stretches = 0;
  for (const char byte : text) {
    const bool stretch = byte == kSubstitute && !out.empty() && stretches++ < kMostStretches;
    out.append(stretch ? times : 1, stretch ? out.back() : byte);
  }
  return out;
}

}  // namespace orchestrate::fuzz
