// The table of attacks: what an agent plants in its workspace beside honest work, and what must come of it.
#pragma once

#include <vector>

namespace orchestrate::workspaces {

// Whatever is planted: nothing of it runs, nothing hangs, and the result holds the true bytes of all that is
// not named as left out. What a row says beside that is how the attack is told.
struct Planted {
  const char* name;    // of the test
  const char* attack;  // as docs/security.md says it
  // A shell script in the workspace. $RUN is a program that leaves a trace, $OUT the folder around
  // everything.
  const char* plant;
  // What runs $RUN when plain git is used there: shows that the plant is no dud. "": it is meant to mislead,
  // to hang or to destroy.
  const char* live = "";
  const char* left_out = "";         // "path: why", one per line
  const char* history_lost = "";     // words of the note; "": the agent's commit is published
  const char* landing_refused = "";  // words of the error; "": it lands
};

[[nodiscard]] const std::vector<Planted>& planted_programs();  // what would make git run something
[[nodiscard]] const std::vector<Planted>& planted_state();     // in .git: what would make git lie or hang
[[nodiscard]] const std::vector<Planted>& planted_files();     // in the tree

}  // namespace orchestrate::workspaces
