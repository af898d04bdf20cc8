// When a limit ends, in the forms that CLIs write it. Pure; any bytes are survived.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace orchestrate::spawners {

// Both give Unix milliseconds, and nullopt for what is no moment between 2020 and 2100: a wait in seconds
// that was taken for a moment must not end a limit before it began.

// "2026-11-22T03:10:00Z", with a fraction, any offset, a blank or lower case for the letters (RFC 3339).
[[nodiscard]] std::optional<std::int64_t> reset_ms_of(std::string_view text);

// Unix seconds or Unix milliseconds, told apart by their size.
[[nodiscard]] std::optional<std::int64_t> reset_ms_of(double number);

}  // namespace orchestrate::spawners
