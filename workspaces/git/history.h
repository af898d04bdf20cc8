// The agent's own commits: taken when they lead from the base to exactly the bytes that were found, and only
// as git objects that we checked. Losing them is no failure: the work is in the snapshot.
//
// Of the agent's .git only its objects and what its branch names are read. git gets the objects by way of a
// repository of ours, so that it sees no configuration, hook, graft, alternate or other ref of the agent's.
#pragma once

#include <string>

#include "workspaces/git/git.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {

struct History {
  std::string commit;  // what to publish
  std::string kind;    // "agent", "agent+snapshot" or "snapshot"
  std::string note;    // for people: why not all of it is the agent's
  int agent_commits = 0;
};

// `scanned` is the snapshot: one commit on the base.
[[nodiscard]] History take_history(const Git& results, const SnapshotRequest& request,
                                   const std::string& scanned);

}  // namespace orchestrate::workspaces
