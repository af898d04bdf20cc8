#include "config/quantity.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>

#include "config/config.h"

namespace orchestrate::config {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// Largest first: the order in which they may follow each other.
constexpr std::array<Unit, 5> kTimeUnits = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

constexpr std::array<Unit, 9> kSizeUnits = {{{"TiB", 1LL << 40},
                                             {"GiB", 1LL << 30},
                                             {"MiB", 1LL << 20},
                                             {"KiB", 1LL << 10},
                                             {"TB", 1'000'000'000'000},
                                             {"GB", 1'000'000'000},
                                             {"MB", 1'000'000},
                                             {"KB", 1000},
                                             {"B", 1}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::string_view take_while(std::string_view& text, bool digits) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end]) == digits)
    ++end;
  const auto taken = text.substr(0, end);
  text.remove_prefix(end);
  return taken;
}

std::optional<std::int64_t> number(std::string_view digits) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// Number and unit pairs whose units stand in the order of the list, each at most once.
template <std::size_t Count>
std::optional<std::int64_t> sum(std::string_view text, const std::array<Unit, Count>& units) {
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    const auto amount = number(take_while(text, true));
    const auto name = take_while(text, false);
    while (next_unit < Count && units[next_unit].name != name)
      ++next_unit;
    if (!amount || next_unit == Count) return std::nullopt;
    const std::int64_t factor = units[next_unit++].factor;
    if (*amount > (std::numeric_limits<std::int64_t>::max() - total) / factor) return std::nullopt;
    total += *amount * factor;
  }
  return total;
}

}  // namespace

std::optional<std::int64_t> parse_duration_ms(const std::string& text) {
  return sum(text, kTimeUnits);
}

std::optional<std::int64_t> parse_size_bytes(const std::string& text) {
  std::string_view rest = text;
  take_while(rest, true);
  take_while(rest, false);
  if (!rest.empty()) return std::nullopt;  // 1GiB512MiB is nobody's way of writing a size
  return sum(text, kSizeUnits);
}

std::optional<int> parse_time_of_day(const std::string& text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto hours = number(std::string_view(text).substr(0, 2));
  const auto minutes = number(std::string_view(text).substr(3));
  if (!hours || !minutes || *hours < 0 || *hours > 23 || *minutes < 0 || *minutes > 59) return std::nullopt;
  return static_cast<int>(*hours * 60 + *minutes);
}

}  // namespace orchestrate::config
