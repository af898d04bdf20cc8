// Whether a run goes on in the session that an earlier one of its task had with its CLI. Pure.
//
// A further attempt by the same agent type does: the model knows what it tried, and what it read need not be
// read (and paid) again. Not after an end that a longer conversation would only repeat.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/attempt/attempt.h"

namespace orchestrate {

struct Continuation {
  std::string session;  // the CLI's id; empty: a new one is begun
  Charged charged;      // to earlier runs of it
};

// `earlier`: the task's runs before this one, oldest first.
[[nodiscard]] Continuation continuation(const std::vector<Run>& earlier, const config::AgentType& agent_type,
                                        const spawners::Driver& driver);

// What the run itself has used so far: a CLI may count earlier runs of its session again.
[[nodiscard]] Charged used_by(const Attempt& a);

// True when the session of a run that has ended may be gone on with. `begun` by that very run: where nothing
// came of it, a CLI may not even have kept it.
[[nodiscard]] bool may_be_continued(const std::optional<spawners::ExitRecord>& exit,
                                    const spawners::Notes& notes, bool begun);

}  // namespace orchestrate
