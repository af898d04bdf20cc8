// The word that somebody probably meant. Pure.
#pragma once

#include <string>
#include <vector>

namespace orchestrate::text {

// The known word nearest to `word` (edit distance at most a third of its length, at least 1), or empty.
[[nodiscard]] std::string nearest(const std::string& word, const std::vector<std::string>& known);

}  // namespace orchestrate::text
