#include "orchestrator/steps.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "routing/route.h"
#include "spawners/step_files.h"
#include "workspaces/step.h"

namespace orchestrate {
namespace {

using spawners::WorkspaceKind;

constexpr std::int64_t kGitWallMs = 15LL * 60'000;  // a clone or a snapshot of a large repository
constexpr std::int64_t kHookWallMs = 60'000;
constexpr std::int64_t kVersionWallMs = 60'000;
constexpr const char* kResultRef = "refs/orchestrate/result";

std::string keep_ref(const LiveRun& live) {
  return "refs/orchestrate/" + std::to_string(live.task.id) + "/base";
}
std::string results_git(const LiveRun& live, const Paths& p) {
  return p.results + "/" + task_key(live) + ".git";
}

std::string checkout_path(const LiveRun& live, const Paths& p, const char* what) {
  return p.workspaces + "/" + task_key(live) + "-" + what + "-" + std::to_string(live.run.id);
}

workspaces::Kind kind_of(WorkspaceKind kind) {
  if (kind == WorkspaceKind::in_place) return workspaces::Kind::in_place;
  return kind == WorkspaceKind::scratch ? workspaces::Kind::scratch : workspaces::Kind::clone;
}

workspaces::CreateRequest create_request(const LiveRun& live, const StepContext& c) {
  workspaces::CreateRequest r;
  r.kind = kind_of(live.kind);
  r.project = c.paths->project;
  r.base = c.config->base;
  r.root = c.paths->workspaces;
  r.key = task_key(live);
  r.branch = live.branch;
  r.results_git = results_git(live, *c.paths);
  r.keep_ref = keep_ref(live);
  // At the other levels the CLI's own switches keep such files from acting.
  if (live.profile.repository_config == spawners::RepositoryConfig::trust)
    r.restore = live.driver->control_files(live.profile);
  return r;
}

workspaces::HideRequest hide_request(const LiveRun& live, const StepContext& c) {
  workspaces::HideRequest r;
  r.kind = kind_of(live.kind);
  r.workspace = live.created->path;
  r.results_git = results_git(live, *c.paths);
  r.base_commit = live.created->base_commit;
  r.globs = live.hidden;
  r.fresh = !live.created->reused;
  return r;
}

workspaces::SnapshotRequest snapshot_request(const LiveRun& live, const StepContext& c) {
  workspaces::SnapshotRequest r;
  r.workspace = live.created->path;
  r.results_git = results_git(live, *c.paths);
  r.base_commit = live.created->base_commit;
  const std::string& author = c.config->workspace.author;
  // Who names an author wants one commit by that author, not those of the agent.
  if (live.kind == WorkspaceKind::clone && author == "agent") r.agent_branch = live.branch;
  r.author = author == "agent" ? live.run.agent_type + " <" + live.run.agent_type + "@orchestrate>" : author;
  r.message = live.task.title + "\n\nTask " + std::to_string(live.task.id) + ", run " +
              std::to_string(live.run.id) + ", by " + live.run.agent_type + ".\n";
  r.ref = kResultRef;
  if (live.kind != WorkspaceKind::in_place) r.hidden = live.hidden;
  return r;
}

workspaces::LandRequest land_request(const LiveRun& live, const StepContext& c) {
  const bool accepted = live.verdict->kind == VerdictKind::accept;
  workspaces::LandRequest r;
  r.project = c.paths->project;
  r.results_git = results_git(live, *c.paths);
  r.commit = live.snapshot->commit;
  r.tree = live.snapshot->tree;
  r.base_commit = live.created->base_commit;
  // Unaccepted work must never be mistaken for the result.
  r.branch = accepted ? live.branch : live.branch + "-unfinished";
  r.target = c.config->base;
  if (accepted && c.config->workspace.publish == config::Publish::merge_ff)
    r.mode = workspaces::LandMode::merge_ff;
  if (accepted) r.keep_ref = keep_ref(live);
  return r;
}

workspaces::CheckoutRequest checkout_request(const LiveRun& live, StepKind kind, const StepContext& c) {
  const bool base = kind == StepKind::base_checkout;
  return {results_git(live, *c.paths), base ? live.created->base_commit : live.snapshot->commit,
          checkout_path(live, *c.paths, base ? "base" : "fresh")};
}

workspaces::RemoveRequest remove_request(const LiveRun& live, const StepContext& c) {
  workspaces::RemoveRequest r;
  r.root = c.paths->workspaces;
  if (live.base_checked_out) r.checkouts.push_back(checkout_path(live, *c.paths, "base"));
  if (live.fresh_checked_out) r.checkouts.push_back(checkout_path(live, *c.paths, "fresh"));
  if (workspace_served(live)) r.path = live.created->path;
  r.results_git = results_git(live, *c.paths);
  r.ref = kResultRef;
  r.base_commit = live.created->base_commit;
  return r;
}

// Checks and hooks get our plain environment and no keys.
std::vector<std::string> plain_environment(const StepContext& c) {
  spawners::Profile profile;
  profile.home = spawners::Home::inherit;
  spawners::Job job;
  job.inherited_env = c.environment;
  return spawners::child_environment(profile, job);
}

spawners::Launch own_program(const std::string& request, const StepContext& c) {
  spawners::Launch l;
  l.argv = {c.paths->program, "step", "."};  // in the step's own directory
  l.env = plain_environment(c);
  l.files = {{"request.json", request}};
  l.limits = {kGitWallMs, kGitWallMs, 0, 5'000, 4 << 20, false};
  return l;
}

spawners::Launch command(const config::Command& command, const std::string& cwd, std::int64_t wall_ms,
                         const LiveRun& live, const StepContext& c) {
  spawners::Launch l;
  l.argv = command.argv;
  l.env = plain_environment(c);
  l.env.push_back("ORCHESTRATE_TASK=" + std::to_string(live.task.id));
  l.env.push_back("ORCHESTRATE_WORKSPACE=" + live.created->path);
  l.cwd = cwd;
  l.limits = {wall_ms, wall_ms, 0, 5'000, 16 << 20, false};
  return l;
}

// What a person wrote; nothing for our own work and the agent's.
const config::Command* command_of(const LiveRun& live, const StepRef& step) {
  switch (step.kind) {
    case StepKind::baseline:
    case StepKind::check:
      return &live.checks.at(step.index).command;
    case StepKind::after_create:
      return &live.hooks.after_create.at(step.index);
    case StepKind::before_run:
      return &live.hooks.before_run.at(step.index);
    case StepKind::after_run:
      return &live.hooks.after_run.at(step.index);
    case StepKind::before_remove:
      return &live.hooks.before_remove.at(step.index);
    default:
      return nullptr;
  }
}

// FNV-1a of 32 bits (Fowler, Noll, Vo): the same in every build, for it names directories.
std::string fingerprint(const std::vector<std::string>& argv) {
  std::uint32_t hash = 2'166'136'261U;
  const auto take = [&hash](unsigned char byte) { hash = (hash ^ byte) * 16'777'619U; };
  for (const auto& word : argv) {
    std::for_each(word.begin(), word.end(), take);
    take(0);
  }
  char text[9];
  std::snprintf(text, sizeof text, "%08x", hash);
  return text;
}

// A UUID of version 8 (RFC 9562) made of the run's start and number: the same however often it is asked for.
std::string new_session_id(const Run& run) {
  char text[37];
  const auto ms = static_cast<std::uint64_t>(run.started_ms);
  const auto id = static_cast<std::uint64_t>(run.id);
  std::snprintf(text, sizeof text, "%08x-%04x-8000-8000-%012llx", static_cast<unsigned>(ms >> 16U),
                static_cast<unsigned>(ms & 0xFFFFU), static_cast<unsigned long long>(id & 0xFFFFFFFFFFFFU));
  return text;
}

}  // namespace

std::string task_key(const LiveRun& live) {
  return "task-" + std::to_string(live.task.id);
}

std::string step_id(const LiveRun& live, int n, const StepRef& step) {
  std::string id =
      std::to_string(live.run.id) + (n < 10 ? "/0" : "/") + std::to_string(n) + "-" + step_name(step.kind);
  if (const auto* command = command_of(live, step)) id += "-" + fingerprint(command->argv);
  return id;
}

spawners::Launch launch_of(const LiveRun& live, const StepRef& step, const StepContext& c) {
  switch (step.kind) {
    case StepKind::create:
      return own_program(workspaces::to_request(create_request(live, c)), c);
    case StepKind::hide:
      return own_program(workspaces::to_request(hide_request(live, c)), c);
    case StepKind::snapshot:
      return own_program(workspaces::to_request(snapshot_request(live, c)), c);
    case StepKind::land:
      return own_program(workspaces::to_request(land_request(live, c)), c);
    case StepKind::remove:
      return own_program(workspaces::to_request(remove_request(live, c)), c);
    case StepKind::base_checkout:
    case StepKind::fresh_checkout:
      return own_program(workspaces::to_request(checkout_request(live, step.kind, c)), c);
    case StepKind::baseline:
      return command(live.checks.at(step.index).command, checkout_path(live, *c.paths, "base"),
                     c.config->checks.wall_ms, live, c);
    case StepKind::check:
      return command(live.checks.at(step.index).command,
                     live.fresh_checked_out ? checkout_path(live, *c.paths, "fresh") : live.created->path,
                     c.config->checks.wall_ms, live, c);
    case StepKind::after_create:
      return command(live.hooks.after_create.at(step.index), live.created->path, kHookWallMs, live, c);
    case StepKind::before_run:
      return command(live.hooks.before_run.at(step.index), live.created->path, kHookWallMs, live, c);
    case StepKind::after_run:
      return command(live.hooks.after_run.at(step.index), live.created->path, kHookWallMs, live, c);
    case StepKind::before_remove:
      return command(live.hooks.before_remove.at(step.index), live.created->path, kHookWallMs, live, c);
    case StepKind::version:
    case StepKind::agent:
      break;
  }
  return {};
}

spawners::Plan version_launch(const LiveRun& live, const StepContext& c) {
  spawners::Plan plan = agent_launch(live, "orchestrate asks for the version", c);
  spawners::Launch& l = plan.launch;
  l.argv = live.profile.command;
  l.argv.emplace_back("--version");
  l.cwd.clear();
  l.stdin_file.clear();
  l.files.clear();
  l.record_files.clear();
  l.limits = {kVersionWallMs, kVersionWallMs, 0, 2'000, 1 << 20, false};
  return plan;
}

spawners::Plan agent_launch(const LiveRun& live, const std::string& bundle, const StepContext& c) {
  spawners::Job job;
  job.bundle = bundle;
  job.task_key = task_key(live);
  job.step_dir = c.paths->runs + "/" + step_id(live, live.steps_begun + 1, {StepKind::agent});
  job.home = c.paths->homes + "/" + live.run.agent_type;
  // Agent CLIs leave sockets, locks and reports in TMPDIR. Of one with a HOME of its own they belong there.
  if (!live.driver->traits().command.empty()) job.temporary = job.home + "/tmp";
  job.resume_session = live.resume_session;
  job.new_session = new_session_id(live.run);
  job.inherited_env = c.environment;
  try {
    job.workspace = live.kind == WorkspaceKind::in_place
                        ? live.created->path
                        : workspaces::contained(c.paths->workspaces, live.created->path);
  } catch (const workspaces::WorkspaceError& e) {
    return {{}, e.what(), {}};
  }
  job.git_root = std::filesystem::exists(job.workspace + "/.git");
  if (!live.task.run_command.empty()) {
    std::string why;
    const auto argv = config::split_command(live.task.run_command, why);
    if (!argv) return {{}, "the task's command cannot be split into arguments: " + why, {}};
    job.run_command = *argv;
  }
  return live.driver->plan(live.profile, job);
}

}  // namespace orchestrate
