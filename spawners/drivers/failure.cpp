#include "spawners/drivers/failure.h"

#include <algorithm>

#include "text/words.h"

namespace orchestrate::spawners {

Failure failure_of_status(std::int64_t status) {
  if (status == 401 || status == 403) return Failure::auth;
  if (status == 402) return Failure::credit;
  if (status == 413) return Failure::context_too_long;
  if (status == 429) return Failure::rate_limit;
  if (status >= 500 && status <= 599) return Failure::overloaded;
  return Failure::other;
}

Failure failure_of_words(std::span<const Sign> signs, std::string_view text) {
  const auto found = std::find_if(signs.begin(), signs.end(),
                                  [&](const Sign& sign) { return text::contains(text, sign.words); });
  return found == signs.end() ? Failure::other : found->failure;
}

Failure first_specific(std::initializer_list<Failure> failures) {
  for (const Failure failure : failures) {
    if (failure != Failure::other) return failure;
  }
  return Failure::other;
}

}  // namespace orchestrate::spawners
