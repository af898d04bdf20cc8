// The rule on what the fuzzers begin with, which is read from the disk: seeds are any bytes.
#pragma once

#include <string>
#include <vector>

#include "tests/house/rules.h"

namespace orchestrate::house {

// Every fuzzer has seeds in tests/fuzz/corpus/<its name>/ and there are none of others; at most 30 for each,
// of less than 2 KiB, so that everything in them can be read.
[[nodiscard]] std::vector<Violation> unfit_seeds(const std::string& root);

}  // namespace orchestrate::house
