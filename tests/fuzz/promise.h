// What a fuzzer holds the product to. A broken promise ends the process, and libFuzzer keeps the input.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "text/utf8.h"

namespace orchestrate::fuzz {

inline void promise(bool kept, const char* words) {
  if (kept) return;
  std::fprintf(stderr, "broken promise: %s\n", words);
  std::abort();
}

// Well-formed, at most so many bytes.
inline void promise_text(std::string_view text, std::size_t most, const char* words) {
  promise(text.size() <= most && text::is_utf8(text), words);
}

// What a terminal or a row of a table gets.
inline void promise_line(std::string_view line, std::size_t most, const char* words) {
  promise_text(line, most, words);
  for (; !line.empty(); line.remove_prefix(text::first_character(line).length))
    promise(!text::is_control(text::first_character(line).code), words);
}

}  // namespace orchestrate::fuzz
