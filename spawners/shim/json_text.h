// Text as a JSON string that every reader accepts, whatever the bytes were.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace orchestrate::shim {

// Appends `text` in quotes. Bytes that are not UTF-8 become U+FFFD. What would make the string longer than
// `most` bytes is replaced by "...", so a record with a reserved place on disk fits into it.
void append_json_string(std::string_view text, std::size_t most, std::string& out);

}  // namespace orchestrate::shim
