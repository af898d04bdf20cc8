// What lies on disk and the database does not know: it is a new one, or an older copy of itself.
//
// Its ids are not given again, nothing of it passes for the work of a task, and what may have run is not run
// again before a person has said so. For who begins a session, before anything is taken up; between the
// store's begin and commit. Throws std::system_error when the disk cannot be looked at.
#pragma once

#include <cstdint>

#include "orchestrator/project/machine.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

// Folders of workspaces and results are put aside where they belong to another database.
void claim_folders(Store& store, const Machine& machine, const Paths& paths, std::int64_t now_ms);

// Tasks of ours with such runs or workspaces wait for a person. Once: what was met is on record then.
void meet_what_is_not_on_record(Store& store, const Machine& machine, const Paths& paths,
                                std::int64_t now_ms);

}  // namespace orchestrate
