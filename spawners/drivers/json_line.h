// One line of hostile JSON, read so that neither bytes nor wrong types can surprise. Pure; nothing here
// throws anything but std::bad_alloc.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace orchestrate::spawners {

// The object on the line, or null when there is none. A lone surrogate (a JavaScript program that cut a
// string in the middle of an emoji writes one) or a byte that is not UTF-8 costs that character, not the
// line.
[[nodiscard]] nlohmann::json parse_object(std::string_view line);

// The member if it is there and of that type; else nothing: "", 0, false, null.
[[nodiscard]] std::string string_at(const nlohmann::json& object, std::string_view key);
[[nodiscard]] bool bool_at(const nlohmann::json& object, std::string_view key, bool otherwise = false);
[[nodiscard]] double number_at(const nlohmann::json& object, std::string_view key);
[[nodiscard]] const nlohmann::json& member(const nlohmann::json& object, std::string_view key);

// Sums over as many lines as a run may print cannot overflow.
constexpr double kCountMax = 1e12;
constexpr double kCostUsdMax = 1e6;

// A count: whole, not negative, at most kCountMax.
[[nodiscard]] std::int64_t count_at(const nlohmann::json& object, std::string_view key);

// Dollars: not negative, at most kCostUsdMax.
[[nodiscard]] double cost_at(const nlohmann::json& object, std::string_view key);

// Of a tool's arguments the member that says most, on one line for people: the first of `keys` that is a text
// and not empty.
[[nodiscard]] std::string tool_summary(const nlohmann::json& arguments,
                                       std::initializer_list<std::string_view> keys);

}  // namespace orchestrate::spawners
