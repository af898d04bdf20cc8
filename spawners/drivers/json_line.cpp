#include "spawners/drivers/json_line.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <optional>

#include "spawners/drivers/notes.h"
#include "text/lines.h"
#include "text/utf8.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

constexpr std::size_t kLineBytesMax = 8 << 20;

// The code unit of the `\u` escape that begins at `at`.
std::optional<unsigned> unicode_escape(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
  unsigned unit = 0;
  for (const char digit : text.substr(at + 2, 4)) {
    const auto byte = static_cast<unsigned char>(digit);
    if (std::isxdigit(byte) == 0) return std::nullopt;
    unit = unit * 16 + static_cast<unsigned>(std::isdigit(byte) != 0 ? byte - '0' : (byte | 0x20) - 'a' + 10);
  }
  return unit;
}

bool is_high_surrogate(unsigned unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low_surrogate(unsigned unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

std::string without_lone_surrogates(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto unit = unicode_escape(text, i);
    std::size_t length = text[i] == '\\' ? std::min<std::size_t>(2, text.size() - i) : 1;
    if (unit) {
      const auto low = is_high_surrogate(*unit) ? unicode_escape(text, i + 6) : std::nullopt;
      const bool pair = low && is_low_surrogate(*low);
      length = pair ? 12 : 6;
      if (!pair && (is_high_surrogate(*unit) || is_low_surrogate(*unit))) {
        result += "\\ufffd";
        i += length;
        continue;
      }
    }
    result += text.substr(i, length);
    i += length;
  }
  return result;
}

const json& nothing() {
  static const json null;
  return null;
}

}  // namespace

json parse_object(std::string_view line) {
  if (line.empty() || line.front() != '{' || line.size() > kLineBytesMax) return {};
  json object = json::parse(line, nullptr, false);
  if (object.is_discarded())
    object = json::parse(without_lone_surrogates(text::valid_utf8(line)), nullptr, false);
  if (!object.is_object()) object = nullptr;
  return object;  // never copied: copying recurses, and a hostile line nests deeper than a stack holds
}

const json& member(const json& object, std::string_view key) {
  if (!object.is_object()) return nothing();
  const auto found = object.find(key);
  return found == object.end() ? nothing() : *found;
}

std::string string_at(const json& object, std::string_view key) {
  const json& value = member(object, key);
  return value.is_string() ? value.get<std::string>() : std::string();
}

bool bool_at(const json& object, std::string_view key, bool otherwise) {
  const json& value = member(object, key);
  return value.is_boolean() ? value.get<bool>() : otherwise;
}

double number_at(const json& object, std::string_view key) {
  const json& value = member(object, key);
  return value.is_number() ? value.get<double>() : 0;
}

std::int64_t count_at(const json& object, std::string_view key) {
  return static_cast<std::int64_t>(std::clamp(number_at(object, key), 0.0, kCountMax));
}

double cost_at(const json& object, std::string_view key) {
  return std::clamp(number_at(object, key), 0.0, kCostUsdMax);
}

std::string tool_summary(const json& arguments, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    if (const std::string text = string_at(arguments, key); !text.empty())
      return text::one_line(text, kLineBytes);
  }
  return {};
}

}  // namespace orchestrate::spawners
