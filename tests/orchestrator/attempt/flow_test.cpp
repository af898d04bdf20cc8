#include "orchestrator/attempt/flow.h"

#include <gtest/gtest.h>

#include <functional>

#include "orchestrator/attempt/judge.h"

namespace orchestrate {
namespace {

using spawners::ExitRecord;
using spawners::FinishedNote;

ExitRecord exit_zero() {
  ExitRecord record;
  record.code = 0;
  return record;
}

// What the step would have left when everything goes well.
void succeed(Attempt& a, const StepRef& step) {
  switch (step.kind) {
    case StepKind::create:
      a.facts.created = workspaces::Created{"/w/task-1", "base", "tree", false};
      return;
    case StepKind::after_create:
      ++a.walk.after_create;
      return;
    case StepKind::base_checkout:
      a.walk.base_checked_out = true;
      return;
    case StepKind::baseline:
      a.facts.red_on_base.at(step.index) = false;
      return;
    case StepKind::before_run:
      ++a.walk.before_run;
      return;
    case StepKind::hide:
      a.walk.hidden = true;
      return;
    case StepKind::version:
      a.walk.version_asked = true;
      return;
    case StepKind::agent:
      a.facts.exit = exit_zero();
      a.facts.notes.finished = FinishedNote{true, spawners::Failure::none, "done"};
      return;
    case StepKind::snapshot:
      a.facts.snapshot = workspaces::Snapshot{};
      a.facts.snapshot->changed = true;
      return;
    case StepKind::fresh_checkout:
      a.walk.fresh_checked_out = true;
      return;
    case StepKind::check:
      a.facts.results.push_back({"make test", 0, true, false, false, "exit 0", ""});
      return;
    case StepKind::after_run:
      ++a.walk.after_run;
      return;
    case StepKind::land:
      a.facts.landed = workspaces::Landed{"orchestrate/1", "commit", false};
      return;
    case StepKind::before_remove:
      ++a.walk.before_remove;
      return;
    case StepKind::leftover:
    case StepKind::remove:
      a.walk.removed = a.facts.workspace_removed = true;
      return;
  }
}

class Flow : public testing::Test {
 protected:
  Flow() { a.terms.driver = spawners::find_driver("claude"); }

  // The names of all steps to the end, each answered by `succeed` and then by `spoil`.
  std::string walk(const std::function<void(const StepRef&)>& spoil = [](const StepRef&) {}) {
    std::string names;
    for (int steps = 0; steps < 50; ++steps) {
      auto step = next_step(a);
      if (!step && a.verdict) return names;
      if (!step) {
        a.verdict = judge(a.facts, a.terms);
        names += "| ";
        continue;
      }
      names += step_name(step->kind) + " ";
      succeed(a, *step);
      spoil(*step);
    }
    ADD_FAILURE() << "it never ends";
    return names;
  }

  void check(std::vector<DueCheck> checks) {
    a.terms.checks = std::move(checks);
    a.facts.red_on_base.assign(a.terms.checks.size(), std::nullopt);
  }

  Attempt a;
};

TEST_F(Flow, AnAcceptedRunIsPublishedAndItsWorkspaceGoes) {
  EXPECT_EQ(walk(), "create agent snapshot | land remove ");
}

TEST_F(Flow, EveryKindOfStepHasItsPlace) {
  const config::Command command{{"true"}, "true"};
  a.terms.hooks = {{command}, {command}, {command}, {command}};
  check({{command, false}, {command, true}});
  a.terms.fresh = true;
  a.terms.hidden = {"tool.json"};
  a.terms.program = "cli /usr/bin/tool";
  EXPECT_EQ(walk(),
            "create hook checkout baseline hook hide version agent snapshot checkout check check hook | land "
            "hook remove ");
}

TEST_F(Flow, AKnownBaselineIsNotAskedAgain) {
  check({{{{"true"}, "true"}, true}});
  a.facts.red_on_base = {false};
  EXPECT_EQ(walk(), "create agent snapshot check | land remove ");
}

TEST_F(Flow, AFailedWorkspaceEndsTheRunBeforeTheAgent) {
  EXPECT_EQ(walk([this](const StepRef&) {
              a.facts.created.reset();
              a.facts.setup_error = "no base";
            }),
            "create | ");
}

TEST_F(Flow, TheWorkOfAFailedAgentIsSavedButNotCheckedNorRemoved) {
  check({{{{"true"}, "true"}, false}});
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::agent) a.facts.exit->code = 1;
            }),
            "create agent snapshot | ");  // the next attempt goes on there
}

TEST_F(Flow, TheLastFailureIsPublishedApartAndItsWorkspaceStays) {
  a.terms.allowed = 1;
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::agent) a.facts.exit->code = 1;
            }),
            "create agent snapshot | land ");
}

TEST_F(Flow, AnUnchangedRunHasNothingToPublish) {
  a.terms.agent.expects_changes = false;
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::snapshot) a.facts.snapshot->changed = false;
            }),
            "create agent snapshot | remove ");
}

TEST_F(Flow, AScratchJobNeedsNoSnapshotAndKeepsItsFolder) {
  a.terms.kind = workspaces::Kind::scratch;
  a.terms.agent.expects_changes = false;
  EXPECT_EQ(walk(), "create agent | ");
}

TEST_F(Flow, NothingIsSnapshotWhenNothingStarted) {
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::agent) a.facts.exit->reason = spawners::ExitReason::spawn_failed;
            }),
            "create agent | ");
}

TEST_F(Flow, AWorkspaceThatItsHookWantsToKeepStays) {
  a.terms.hooks.before_remove = {{{"false"}, "false"}};
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::before_remove) a.facts.keep_workspace = true;
            }),
            "create agent snapshot | land hook ");
}

TEST_F(Flow, ARunThatChangedWhatJudgesItIsStillCheckedAndItsWorkspaceStays) {
  check({{{{"true"}, "true"}, false}});
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::snapshot) a.facts.snapshot->gates_changed = {{"tests/t.py"}, 1};
            }),
            "create agent snapshot check | land ");
  EXPECT_EQ(a.verdict->inbox_kind, InboxKind::tampered);
}

TEST_F(Flow, ARefusedLoginPublishesNothing) {
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind != StepKind::agent) return;
              a.facts.exit->code = 1;
              a.facts.notes.finished = FinishedNote{false, spawners::Failure::auth, "401"};
            }),
            "create agent snapshot | ");
}

}  // namespace
}  // namespace orchestrate
