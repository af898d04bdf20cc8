// The command line: `orchestrate VERB ...`. Parses, calls one function per verb, turns errors into one clear
// line.
#pragma once

namespace orchestrate::api {

// The whole program. Returns its exit status (see docs/operations.md); never throws.
int run_cli(int argc, char** argv);

}  // namespace orchestrate::api
