// Which of the three files the configuration of the last session was made of: whoever comes after it tells a
// file that has gone, or was emptied, from one that never was.
#pragma once

#include "orchestrator/project/project.h"
#include "orchestrator/store/store.h"

namespace orchestrate {

// Belongs between the store's begin and commit.
void remember_files(Store& store, const Project& project);

// Those that are gone are errors of the project.
void miss_files(Project& project, Store& store);

}  // namespace orchestrate
