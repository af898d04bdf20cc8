// What a step leaves behind when its supervisor was killed: nobody sweeps it then, so it is hunted by a mark
// in its environment.
#pragma once

#include <set>
#include <string>

namespace orchestrate::spawners {

// The environment entry that marks every process of the step in `dir`; children inherit it.
[[nodiscard]] std::string step_mark(const std::string& dir);

struct Swept {
  bool found = false;  // there were some
  bool clean = false;  // in the end there were none; false too when nobody could look
};

// Kills every process of ours that carries the mark of the step in `dir`, until two passes find none. Blocks
// for two seconds at most. A process that has wiped its environment is not found.
Swept kill_leftovers(const std::string& dir);

// The marks' folders below `runs` of which something lives. Throws std::system_error when nobody can look.
[[nodiscard]] std::set<std::string> living_steps(const std::string& runs);

}  // namespace orchestrate::spawners
