#include "text/width.h"

#include <utf8proc.h>

#include <algorithm>

#include "text/utf8.h"

namespace orchestrate::text {
namespace {

constexpr char32_t kEmojiStyle = 0xFE0F;

// Two of them are a flag.
bool is_regional(char32_t code) {
  return code >= 0x1F1E6 && code <= 0x1F1FF;
}

struct Cluster {
  std::size_t bytes = 0;
  std::size_t columns = 0;
};

// `text` is not empty.
Cluster first_cluster(std::string_view text) {
  const Character first = first_character(text);
  Cluster cluster{first.length,
                  static_cast<std::size_t>(utf8proc_charwidth(static_cast<utf8proc_int32_t>(first.code)))};
  // Nearly all text is this, and utf8proc is slow for it.
  if (first.code < 0x80 && (text.size() == 1 || static_cast<unsigned char>(text[1]) < 0x80)) return cluster;
  utf8proc_int32_t state = 0;
  char32_t last = first.code;
  while (cluster.bytes < text.size()) {
    const Character next = first_character(text.substr(cluster.bytes));
    if (utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(last),
                                         static_cast<utf8proc_int32_t>(next.code), &state) != 0)
      break;
    const bool wide = next.code == kEmojiStyle || (is_regional(last) && is_regional(next.code));
    const int alone = utf8proc_charwidth(static_cast<utf8proc_int32_t>(next.code));
    cluster.columns = std::max(cluster.columns, wide ? std::size_t{2} : static_cast<std::size_t>(alone));
    cluster.bytes += next.length;
    last = next.code;
  }
  return cluster;
}

}  // namespace

std::size_t width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Cluster cluster = first_cluster(text);
    columns += cluster.columns;
    text.remove_prefix(cluster.bytes);
  }
  return columns;
}

std::string_view fitting(std::string_view text, std::size_t columns) {
  std::size_t bytes = 0;
  while (bytes < text.size()) {
    const Cluster cluster = first_cluster(text.substr(bytes));
    if (cluster.columns > columns) break;
    columns -= cluster.columns;
    bytes += cluster.bytes;
  }
  return text.substr(0, bytes);
}

}  // namespace orchestrate::text
