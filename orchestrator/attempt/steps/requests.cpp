#include "orchestrator/attempt/steps/requests.h"

#include "orchestrator/attempt/flow.h"
#include "text/utf8.h"
#include "workspaces/step.h"

namespace orchestrate {
namespace {

constexpr const char* kResultRef = "refs/orchestrate/result";

std::string keep_ref(const Attempt& a) {
  return "refs/orchestrate/" + std::to_string(a.task.id) + "/base";
}
std::string results_git(const Attempt& a, const Paths& paths) {
  return paths.results + "/" + task_key(a) + ".git";
}

workspaces::CreateRequest create_request(const Attempt& a, const Paths& paths) {
  workspaces::CreateRequest r;
  r.kind = a.terms.kind;
  r.project = paths.project;
  r.base = a.terms.base;
  r.root = paths.workspaces;
  r.key = task_key(a);
  r.branch = a.terms.branch;
  r.results_git = results_git(a, paths);
  r.keep_ref = keep_ref(a);
  // At the other levels the CLI's own switches keep such files from acting.
  if (a.terms.agent.profile.repository_config == spawners::RepositoryConfig::trust)
    r.restore = a.terms.driver->control_files(a.terms.agent.profile);
  return r;
}

workspaces::HideRequest hide_request(const Attempt& a, const Paths& paths) {
  workspaces::HideRequest r;
  r.kind = a.terms.kind;
  r.workspace = a.facts.created->path;
  r.results_git = results_git(a, paths);
  r.base_commit = a.facts.created->base_commit;
  r.globs = a.terms.hidden;
  r.fresh = !a.facts.created->reused;
  return r;
}

workspaces::SnapshotRequest snapshot_request(const Attempt& a, const Paths& paths) {
  workspaces::SnapshotRequest r;
  r.workspace = a.facts.created->path;
  r.results_git = results_git(a, paths);
  r.base_commit = a.facts.created->base_commit;
  const std::string& author = a.terms.author;
  // Who names an author wants one commit by that author, not those of the agent.
  if (a.terms.kind == workspaces::Kind::clone && author == "agent") r.agent_branch = a.terms.branch;
  r.author = author == "agent" ? a.run.agent_type + " <" + a.run.agent_type + "@orchestrate>" : author;
  // A title may be any bytes: they come from whoever wrote the row.
  r.message = text::valid_utf8(a.task.title) + "\n\nTask " + std::to_string(a.task.id) + ", run " +
              std::to_string(a.run.id) + ", by " + a.run.agent_type + ".\n";
  r.ref = kResultRef;
  if (a.terms.kind != workspaces::Kind::in_place) r.hidden = a.terms.hidden;
  r.gates = a.terms.gates;
  return r;
}

workspaces::LandRequest land_request(const Attempt& a, const Paths& paths) {
  const bool accepted = a.verdict->kind == VerdictKind::accept;
  workspaces::LandRequest r;
  r.project = paths.project;
  r.results_git = results_git(a, paths);
  r.commit = a.facts.snapshot->commit;
  r.tree = a.facts.snapshot->tree;
  r.base_commit = a.facts.created->base_commit;
  // Unaccepted work must never be mistaken for the result.
  r.branch = accepted ? a.terms.branch : a.terms.branch + "-unfinished";
  r.target = a.terms.base;
  if (accepted && a.terms.publish == config::Publish::merge_ff) r.mode = workspaces::LandMode::merge_ff;
  if (accepted) r.keep_ref = keep_ref(a);
  return r;
}

workspaces::CheckoutRequest checkout_request(const Attempt& a, StepKind kind, const Paths& paths) {
  const bool base = kind == StepKind::base_checkout;
  return {results_git(a, paths), base ? a.facts.created->base_commit : a.facts.snapshot->commit,
          checkout_path(a, paths, base ? "base" : "fresh")};
}

workspaces::RemoveRequest remove_request(const Attempt& a, const Paths& paths) {
  workspaces::RemoveRequest r;
  r.root = paths.workspaces;
  if (a.walk.base_checked_out) r.checkouts.push_back(checkout_path(a, paths, "base"));
  if (a.walk.fresh_checked_out) r.checkouts.push_back(checkout_path(a, paths, "fresh"));
  if (workspace_served(a)) r.path = a.facts.created->path;
  r.results_git = results_git(a, paths);
  r.ref = kResultRef;
  r.base_commit = a.facts.created->base_commit;
  return r;
}

}  // namespace

std::string task_key(const Attempt& a) {
  return kTaskKey + std::to_string(a.task.id);
}

std::string checkout_path(const Attempt& a, const Paths& paths, const char* what) {
  return paths.workspaces + "/" + task_key(a) + "-" + what + "-" + std::to_string(a.run.id);
}

std::string request_of(const Attempt& a, StepKind kind, const Paths& paths) {
  switch (kind) {
    case StepKind::create:
      return workspaces::to_request(create_request(a, paths));
    case StepKind::hide:
      return workspaces::to_request(hide_request(a, paths));
    case StepKind::snapshot:
      return workspaces::to_request(snapshot_request(a, paths));
    case StepKind::land:
      return workspaces::to_request(land_request(a, paths));
    case StepKind::remove:
      return workspaces::to_request(remove_request(a, paths));
    case StepKind::base_checkout:
    case StepKind::fresh_checkout:
      return workspaces::to_request(checkout_request(a, kind, paths));
    default:
      return {};
  }
}

}  // namespace orchestrate
