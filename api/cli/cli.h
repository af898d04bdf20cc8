// The command line: `orchestrate VERB ...`. Parses, runs the verb, turns errors into one clear line.
#pragma once

#include <string>
#include <vector>

#include "api/cli/context.h"

namespace orchestrate::api {

// The whole program. Returns its exit status (see docs/operations.md); never throws.
int run_cli(int argc, char** argv);

// The same with streams of one's own; `words` is what stands behind the program's name.
int run_words(Context context, const std::vector<std::string>& words);

}  // namespace orchestrate::api
