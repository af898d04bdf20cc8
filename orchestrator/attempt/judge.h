// What became of an attempt: facts in, verdict out. Pure; an agent is never graded by its own word.
//
// Order of evidence, strongest first: exit record; the vendor's terminal record; what changed; checks of
// ours; the gates. What the agent says of itself decides nothing.
#pragma once

#include <optional>

#include "orchestrator/attempt/attempt.h"

namespace orchestrate {

[[nodiscard]] Verdict judge(const Facts& facts, const Terms& terms);

// The verdict, if it is one that no check can change any more; absent: the checks' word is missing.
[[nodiscard]] std::optional<Verdict> judge_before_checks(const Facts& facts, const Terms& terms);

// The verdict once its work was to be published: accepted work that could not be is a person's to look at.
[[nodiscard]] Verdict judge_landing(Verdict verdict, const Facts& facts);

}  // namespace orchestrate
