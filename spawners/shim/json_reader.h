// A small strict reader of JSON (RFC 8259), enough for a launch file written by the orchestrator.
//
// One document, nothing after it. Nesting deeper than `json_depth_max` is refused, so that no input exhausts
// the stack. Bytes above 0x7f pass through untouched; escapes become UTF-8; a lone surrogate is refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::shim {

inline constexpr int json_depth_max = 32;

struct JsonValue {
  enum class Kind { null, boolean, integer, real, string, array, object };

  Kind kind = Kind::null;
  bool boolean = false;
  std::int64_t integer =
      0;  // a whole number beyond 64 bits, or with a fraction or an exponent, is `real`, without value
  std::string string;
  std::vector<JsonValue> items;   // of an array, or the values of an object
  std::vector<std::string> keys;  // keys[i] names items[i]

  // The value of a key of this object (the first, if it comes twice), or nullptr.
  [[nodiscard]] const JsonValue* find(std::string_view key) const;
};

struct JsonParsed {
  std::optional<JsonValue> value;
  std::string error;  // "byte 17: expected ':' after a key"; empty when there is a value
};

[[nodiscard]] JsonParsed parse_json(std::string_view text);

}  // namespace orchestrate::shim
