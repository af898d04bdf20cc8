// What became of an attempt, in the program's words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/store/rows/inbox_kind.h"
#include "orchestrator/store/rows/run.h"

namespace orchestrate {

struct Verdict {
  VerdictKind kind = VerdictKind::escalate;
  bool verified = false;                      // accept: every check of ours passed, and there was one
  bool counts = true;                         // uses up an attempt
  std::optional<InboxKind> inbox_kind;        // escalate: which decision a person owes; none: it was made
  std::string why;                            // one line for people
  std::string failing_output;                 // what the next attempt and the human should read
  std::vector<std::string> flags;             // what a reviewer should look at, also when accepted
  std::optional<std::int64_t> park_until_ms;  // park: the stated reset, if there was one
};

}  // namespace orchestrate
