// Bytes of unknown origin made fit to stand in a prompt. Pure; never throws but for lack of memory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::prompts {

// Valid UTF-8 without control characters other than tab and newline: each malformed sequence or control
// character becomes U+FFFD, CR and CR LF become newline. Nothing is left out or shortened. A bundle is also
// printed on terminals, hence ESC goes too.
[[nodiscard]] std::string clean(std::string_view bytes);

// Whether `bytes` are already what `clean` would make of them.
[[nodiscard]] bool is_clean(std::string_view bytes);

// `text`, cleaned, between two lines of `~` longer than any run of `~` in it or in the label.
[[nodiscard]] std::string between_fences(std::string_view label, std::string_view text);

// "1. first\n2. second", or "- first\n- second"; further lines of an item are indented below its first.
[[nodiscard]] std::string numbered(const std::vector<std::string>& items);
[[nodiscard]] std::string bulleted(const std::vector<std::string>& items);

}  // namespace orchestrate::prompts
