// An attempt in which everything went well, to be spoilt.
#pragma once

#include "orchestrator/attempt/attempt.h"

namespace orchestrate::test {

inline spawners::ExitRecord exit_with(int code) {
  spawners::ExitRecord record;
  record.code = code;
  return record;
}

// Of task 7, run 41, by `coder` (claude, in a clone), with one check of the project and one of the task.
inline Attempt good_attempt() {
  Attempt a;
  a.task.id = 7;
  a.task.title = "Fix it";
  a.run.id = 41;
  a.run.task = 7;
  a.run.agent_type = "coder";
  a.run.started_ms = 1'795'000'000'000;
  a.terms.agent.profile.name = "coder";
  a.terms.agent.profile.driver = "claude";
  a.terms.agent.provider = "anthropic";
  a.terms.driver = spawners::find_driver("claude");
  a.terms.branch = "orchestrate/7";
  a.terms.base = "main";
  a.terms.checks = {{{{"own"}, "own"}, false}, {{{"make", "test"}, "make test"}, true}};
  a.facts.red_on_base = {std::nullopt, std::nullopt};
  a.facts.created = workspaces::Created{"/w/task-7", "base", "tree", false, {}};
  a.facts.exit = exit_with(0);
  a.facts.notes.finished = spawners::FinishedNote{true, spawners::Failure::none, "done"};
  a.facts.snapshot = workspaces::Snapshot{};
  a.facts.snapshot->changed = true;
  a.facts.snapshot->commit = "c0ffee";
  a.facts.snapshot->tree = "7ree";
  return a;
}

}  // namespace orchestrate::test
