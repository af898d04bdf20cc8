#include "spawners/step/record_json.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

namespace orchestrate::spawners {

using nlohmann::json;

json parse_record(const std::string& text) {
  return json::parse(text, [](int /*depth*/, json::parse_event_t event, const json& value) {
    const bool number = event == json::parse_event_t::value && value.is_number();
    const bool fits = value.is_number_integer() && (!value.is_number_unsigned() ||
                                                    std::in_range<std::int64_t>(value.get<std::uint64_t>()));
    if (number && !fits) throw json::other_error::create(599, "no whole number of 64 bits", &value);
    return true;
  });
}

}  // namespace orchestrate::spawners
