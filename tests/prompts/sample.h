// A bundle with every field filled, for the tests of prompts/.
#pragma once

#include "prompts/prompt.h"

namespace orchestrate::prompts {

inline Bundle full_bundle() {
  return {.task_id = "T42",
          .title = "Parse durations with several units",
          .type = "FEATURE",
          .priority = "P1-HIGH",
          .description = "`parse(\"1h30m\")` gives 30 seconds.\nIt should give 5400.",
          .acceptance = {"`1h30m` is 5400 seconds", "Unknown units are refused\nwith the unit named"},
          .specs = {{"docs/duration.md", "A duration is a sum of terms.\n", 0},
                    {"docs/history.md", "Long ago", 181000}},
          .dependency_results = {{"T41", "Added the tokenizer in src/token.c.", 0}},
          .checks = {"make test", "make lint"},
          .red_on_base = {"make lint"},
          .protected_paths = {"tests/**", ".ci/**"},
          .attempt = 2,
          .earlier_failure = "FAIL parse_1h30m: expected 5400, got 1800",
          .workspace = "/var/lib/night/T42",
          .branch = "orchestrate/T42",
          .agent_type = "backend-specialist",
          .expects_changes = true};
}

}  // namespace orchestrate::prompts
