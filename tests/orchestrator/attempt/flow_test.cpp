#include "orchestrator/attempt/flow.h"

#include <gtest/gtest.h>

#include <functional>

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
void succeed(LiveRun& live, const StepRef& step) {
  switch (step.kind) {
    case StepKind::create:
      live.created = workspaces::Created{"/w/task-1", "base", "tree", false};
      return;
    case StepKind::after_create:
      ++live.after_create_done;
      return;
    case StepKind::base_checkout:
      live.base_checked_out = true;
      return;
    case StepKind::baseline:
      live.checks.at(step.index).red_on_base = false;
      return;
    case StepKind::before_run:
      ++live.before_run_done;
      return;
    case StepKind::hide:
      live.hidden_done = true;
      return;
    case StepKind::version:
      live.version_asked = true;
      return;
    case StepKind::agent:
      live.exit = exit_zero();
      live.notes.finished = FinishedNote{true, spawners::Failure::none, "done"};
      return;
    case StepKind::snapshot:
      live.snapshot = workspaces::Snapshot{};
      live.snapshot->changed = true;
      return;
    case StepKind::fresh_checkout:
      live.fresh_checked_out = true;
      return;
    case StepKind::check:
      live.results.push_back({"make test", 0, true, false, false, "exit 0", ""});
      return;
    case StepKind::after_run:
      ++live.after_run_done;
      return;
    case StepKind::land:
      live.landed = workspaces::Landed{"orchestrate/1", "commit", false};
      return;
    case StepKind::before_remove:
      ++live.before_remove_done;
      return;
    case StepKind::remove:
      live.removal_done = live.removed = true;
      return;
  }
}

class Flow : public testing::Test {
 protected:
  Flow() { live.driver = spawners::find_driver("claude"); }

  // The names of all steps to the end, each answered by `succeed` and then by `spoil`.
  std::string walk(const std::function<void(const StepRef&)>& spoil = [](const StepRef&) {}) {
    std::string names;
    for (int steps = 0; steps < 50; ++steps) {
      auto step = next_step(live);
      if (!step && live.verdict) return names;
      if (!step) {
        live.verdict = judge(outcome_of(live));
        names += "| ";
        continue;
      }
      names += step_name(step->kind) + " ";
      succeed(live, *step);
      spoil(*step);
    }
    ADD_FAILURE() << "it never ends";
    return names;
  }

  LiveRun live;
};

TEST_F(Flow, AnAcceptedRunIsPublishedAndItsWorkspaceGoes) {
  EXPECT_EQ(walk(), "create agent snapshot | land remove ");
}

TEST_F(Flow, EveryKindOfStepHasItsPlace) {
  const config::Command command{{"true"}, "true"};
  live.hooks = {{command}, {command}, {command}, {command}};
  live.checks = {{command, false, std::nullopt}, {command, true, std::nullopt}};
  live.fresh = true;
  live.hidden = {"tool.json"};
  live.program = "cli /usr/bin/tool";
  EXPECT_EQ(walk(),
            "create hook checkout baseline hook hide version agent snapshot checkout check check hook | land "
            "hook remove ");
}

TEST_F(Flow, AKnownBaselineIsNotAskedAgain) {
  live.checks = {{{{"true"}, "true"}, true, false}};
  EXPECT_EQ(walk(), "create agent snapshot check | land remove ");
}

TEST_F(Flow, AFailedWorkspaceEndsTheRunBeforeTheAgent) {
  EXPECT_EQ(walk([this](const StepRef&) {
              live.created.reset();
              live.setup_error = "no base";
            }),
            "create | ");
}

TEST_F(Flow, TheWorkOfAFailedAgentIsSavedButNotCheckedNorRemoved) {
  live.checks = {{{{"true"}, "true"}, false, std::nullopt}};
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::agent) live.exit->code = 1;
            }),
            "create agent snapshot | ");  // the next attempt goes on there
}

TEST_F(Flow, TheLastFailureIsPublishedApartAndItsWorkspaceStays) {
  live.attempts_allowed = 1;
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::agent) live.exit->code = 1;
            }),
            "create agent snapshot | land ");
}

TEST_F(Flow, AnUnchangedRunHasNothingToPublish) {
  live.agent.expects_changes = false;
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::snapshot) live.snapshot->changed = false;
            }),
            "create agent snapshot | remove ");
}

TEST_F(Flow, AScratchJobNeedsNoSnapshotAndKeepsItsFolder) {
  live.kind = workspaces::Kind::scratch;
  live.agent.expects_changes = false;
  EXPECT_EQ(walk(), "create agent | ");
}

TEST_F(Flow, NothingIsSnapshotWhenNothingStarted) {
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::agent) live.exit->reason = spawners::ExitReason::spawn_failed;
            }),
            "create agent | ");
}

TEST_F(Flow, AWorkspaceThatItsHookWantsToKeepStays) {
  live.hooks.before_remove = {{{"false"}, "false"}};
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind == StepKind::before_remove) live.keep_workspace = true;
            }),
            "create agent snapshot | land hook ");
}

TEST_F(Flow, ARefusedLoginPublishesNothing) {
  EXPECT_EQ(walk([this](const StepRef& step) {
              if (step.kind != StepKind::agent) return;
              live.exit->code = 1;
              live.notes.finished = FinishedNote{false, spawners::Failure::auth, "401"};
            }),
            "create agent snapshot | ");
}

}  // namespace
}  // namespace orchestrate
