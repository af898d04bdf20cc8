#include "orchestrator/attempt/step_requests.h"

#include "workspaces/step.h"

namespace orchestrate {
namespace {

constexpr const char* kResultRef = "refs/orchestrate/result";

std::string keep_ref(const LiveRun& live) {
  return "refs/orchestrate/" + std::to_string(live.task.id) + "/base";
}
std::string results_git(const LiveRun& live, const Paths& paths) {
  return paths.results + "/" + task_key(live) + ".git";
}

workspaces::CreateRequest create_request(const LiveRun& live, const Paths& paths,
                                         const config::Config& config) {
  workspaces::CreateRequest r;
  r.kind = live.kind;
  r.project = paths.project;
  r.base = config.base;
  r.root = paths.workspaces;
  r.key = task_key(live);
  r.branch = live.branch;
  r.results_git = results_git(live, paths);
  r.keep_ref = keep_ref(live);
  // At the other levels the CLI's own switches keep such files from acting.
  if (live.agent.profile.repository_config == spawners::RepositoryConfig::trust)
    r.restore = live.driver->control_files(live.agent.profile);
  return r;
}

workspaces::HideRequest hide_request(const LiveRun& live, const Paths& paths) {
  workspaces::HideRequest r;
  r.kind = live.kind;
  r.workspace = live.created->path;
  r.results_git = results_git(live, paths);
  r.base_commit = live.created->base_commit;
  r.globs = live.hidden;
  r.fresh = !live.created->reused;
  return r;
}

workspaces::SnapshotRequest snapshot_request(const LiveRun& live, const Paths& paths,
                                             const config::Config& config) {
  workspaces::SnapshotRequest r;
  r.workspace = live.created->path;
  r.results_git = results_git(live, paths);
  r.base_commit = live.created->base_commit;
  const std::string& author = config.workspace.author;
  // Who names an author wants one commit by that author, not those of the agent.
  if (live.kind == workspaces::Kind::clone && author == "agent") r.agent_branch = live.branch;
  r.author = author == "agent" ? live.run.agent_type + " <" + live.run.agent_type + "@orchestrate>" : author;
  r.message = live.task.title + "\n\nTask " + std::to_string(live.task.id) + ", run " +
              std::to_string(live.run.id) + ", by " + live.run.agent_type + ".\n";
  r.ref = kResultRef;
  if (live.kind != workspaces::Kind::in_place) r.hidden = live.hidden;
  r.gates = live.gates;
  return r;
}

workspaces::LandRequest land_request(const LiveRun& live, const Paths& paths, const config::Config& config) {
  const bool accepted = live.verdict->kind == VerdictKind::accept;
  workspaces::LandRequest r;
  r.project = paths.project;
  r.results_git = results_git(live, paths);
  r.commit = live.snapshot->commit;
  r.tree = live.snapshot->tree;
  r.base_commit = live.created->base_commit;
  // Unaccepted work must never be mistaken for the result.
  r.branch = accepted ? live.branch : live.branch + "-unfinished";
  r.target = config.base;
  if (accepted && config.workspace.publish == config::Publish::merge_ff)
    r.mode = workspaces::LandMode::merge_ff;
  if (accepted) r.keep_ref = keep_ref(live);
  return r;
}

workspaces::CheckoutRequest checkout_request(const LiveRun& live, StepKind kind, const Paths& paths) {
  const bool base = kind == StepKind::base_checkout;
  return {results_git(live, paths), base ? live.created->base_commit : live.snapshot->commit,
          checkout_path(live, paths, base ? "base" : "fresh")};
}

workspaces::RemoveRequest remove_request(const LiveRun& live, const Paths& paths) {
  workspaces::RemoveRequest r;
  r.root = paths.workspaces;
  if (live.base_checked_out) r.checkouts.push_back(checkout_path(live, paths, "base"));
  if (live.fresh_checked_out) r.checkouts.push_back(checkout_path(live, paths, "fresh"));
  if (workspace_served(live)) r.path = live.created->path;
  r.results_git = results_git(live, paths);
  r.ref = kResultRef;
  r.base_commit = live.created->base_commit;
  return r;
}

}  // namespace

std::string task_key(const LiveRun& live) {
  return "task-" + std::to_string(live.task.id);
}

std::string checkout_path(const LiveRun& live, const Paths& paths, const char* what) {
  return paths.workspaces + "/" + task_key(live) + "-" + what + "-" + std::to_string(live.run.id);
}

std::string request_of(const LiveRun& live, StepKind kind, const Paths& paths, const config::Config& config) {
  switch (kind) {
    case StepKind::create:
      return workspaces::to_request(create_request(live, paths, config));
    case StepKind::hide:
      return workspaces::to_request(hide_request(live, paths));
    case StepKind::snapshot:
      return workspaces::to_request(snapshot_request(live, paths, config));
    case StepKind::land:
      return workspaces::to_request(land_request(live, paths, config));
    case StepKind::remove:
      return workspaces::to_request(remove_request(live, paths));
    case StepKind::base_checkout:
    case StepKind::fresh_checkout:
      return workspaces::to_request(checkout_request(live, kind, paths));
    default:
      return {};
  }
}

}  // namespace orchestrate
