// How the output of a CLI that the product has never heard of is to be read, as a lead mapped it. Filled by
// config, used by the driver `exec`. Plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace orchestrate::spawners {

// A JSON pointer (RFC 6901), split into its unescaped tokens.
using JsonPointer = std::vector<std::string>;

// nullopt: it does not begin with '/', or a '~' in it is neither "~0" nor "~1".
[[nodiscard]] std::optional<JsonPointer> parse_json_pointer(std::string_view text);

using Scalar = std::variant<bool, std::int64_t, double, std::string>;

// Lines of one kind, and what is taken from them.
struct LinePattern {
  std::vector<std::pair<JsonPointer, Scalar>> when;  // all of them must be equal
  std::optional<JsonPointer> take;
  std::optional<JsonPointer> until;  // of a limit: its reset
  bool sum = false;  // of an amount: added to those of earlier lines; else the last one counts
};
using LinePatterns = std::vector<LinePattern>;

struct OutputMapping {
  enum class Format { text, jsonl };

  Format format = Format::text;
  LinePatterns session_id, text, tool, cost_usd, tokens_in, tokens_out, finished, failed, rate_limited;
};

}  // namespace orchestrate::spawners
