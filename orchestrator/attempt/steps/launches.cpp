#include "orchestrator/attempt/steps/launches.h"

#include <algorithm>
#include <cstdio>

#include "orchestrator/attempt/steps/requests.h"
#include "spawners/step/step_id.h"
#include "workspaces/workspace.h"

namespace orchestrate {
namespace {

constexpr std::int64_t kGitWallMs = 15LL * 60'000;  // a clone or a snapshot of a large repository
constexpr std::int64_t kHookWallMs = 60'000;
constexpr std::int64_t kVersionWallMs = 60'000;

// Checks and hooks get our plain environment and no keys.
std::vector<std::string> plain_environment(const LaunchContext& c) {
  spawners::Profile profile;
  profile.home = spawners::Home::inherit;
  spawners::Job job;
  job.inherited_env = c.environment;
  return spawners::child_environment(profile, job);
}

spawners::Launch own_program(const std::string& request, const LaunchContext& c) {
  spawners::Launch l;
  l.argv = {c.paths->program, "step", "."};  // in the step's own directory
  l.env = plain_environment(c);
  l.files = {{"request.json", request}};
  l.limits = {kGitWallMs, kGitWallMs, 0, 5'000, 4 << 20, false};
  return l;
}

spawners::Launch command(const config::Command& command, const std::string& cwd, std::int64_t wall_ms,
                         const Attempt& a, const LaunchContext& c) {
  spawners::Launch l;
  l.argv = command.argv;
  l.env = plain_environment(c);
  l.env.push_back("ORCHESTRATE_TASK=" + std::to_string(a.task.id));
  l.env.push_back("ORCHESTRATE_WORKSPACE=" + a.facts.created->path);
  l.cwd = cwd;
  l.limits = {wall_ms, wall_ms, 0, 5'000, 16 << 20, false};
  return l;
}

// What a person wrote; nothing for our own work and the agent's.
const config::Command* command_of(const Attempt& a, const StepRef& step) {
  switch (step.kind) {
    case StepKind::baseline:
    case StepKind::check:
      return &a.terms.checks.at(step.index).command;
    case StepKind::after_create:
      return &a.terms.hooks.after_create.at(step.index);
    case StepKind::before_run:
      return &a.terms.hooks.before_run.at(step.index);
    case StepKind::after_run:
      return &a.terms.hooks.after_run.at(step.index);
    case StepKind::before_remove:
      return &a.terms.hooks.before_remove.at(step.index);
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

std::string full_name(const Attempt& a, const StepRef& step) {
  const auto* command = command_of(a, step);
  return step_name(step.kind) + (command == nullptr ? "" : "-" + fingerprint(command->argv));
}

std::string step_id(const Attempt& a, int n, const StepRef& step) {
  return spawners::step_id(a.run.id, n, full_name(a, step));
}

std::string home_of(const Paths& paths, const std::string& agent_type) {
  return paths.homes + "/" + agent_type;
}

spawners::Launch launch_of(const Attempt& a, const StepRef& step, const LaunchContext& c) {
  if (const auto request = request_of(a, step.kind, *c.paths); !request.empty())
    return own_program(request, c);
  const config::Command* written = command_of(a, step);
  if (written == nullptr) return {};
  const std::string& workspace = a.facts.created->path;
  if (step.kind == StepKind::baseline)
    return command(*written, checkout_path(a, *c.paths, "base"), a.terms.check_wall_ms, a, c);
  if (step.kind == StepKind::check) {
    const auto folder = a.walk.fresh_checked_out ? checkout_path(a, *c.paths, "fresh") : workspace;
    return command(*written, folder, a.terms.check_wall_ms, a, c);
  }
  return command(*written, workspace, kHookWallMs, a, c);
}

spawners::Plan version_launch(const Attempt& a, const LaunchContext& c) {
  spawners::Plan plan = agent_launch(a, "orchestrate asks for the version", c);
  spawners::Launch& l = plan.launch;
  l.argv = a.terms.agent.profile.command;
  l.argv.emplace_back("--version");
  l.cwd.clear();
  l.stdin_file.clear();
  l.files.clear();
  l.record_files.clear();
  l.limits = {kVersionWallMs, kVersionWallMs, 0, 2'000, 1 << 20, false};
  return plan;
}

spawners::Plan agent_launch(const Attempt& a, const std::string& bundle, const LaunchContext& c) {
  spawners::Job job;
  job.bundle = bundle;
  job.task_key = task_key(a);
  job.step_dir = c.paths->runs + "/" + step_id(a, a.walk.steps_begun + 1, {StepKind::agent});
  job.home = home_of(*c.paths, a.run.agent_type);
  // Agent CLIs leave sockets, locks and reports in TMPDIR. They belong in a HOME that is its own.
  if (!a.terms.driver->traits.command.empty()) job.temporary = job.home + kTemporary;
  job.resume_session = a.terms.resume_session;
  job.new_session = new_session_id(a.run);
  job.inherited_env = c.environment;
  try {
    job.workspace = a.terms.kind == workspaces::Kind::in_place
                        ? a.facts.created->path
                        : c.machine->contained(c.paths->workspaces, a.facts.created->path);
  } catch (const workspaces::WorkspaceError& e) {
    return {{}, e.what(), {}};
  }
  job.git_root = c.machine->exists(job.workspace + "/.git");
  if (!a.task.run_command.empty()) {
    std::string why;
    const auto argv = config::split_command(a.task.run_command, why);
    if (!argv) return {{}, "the task's command cannot be split into arguments: " + why, {}};
    job.run_command = *argv;
  }
  return a.terms.driver->plan(a.terms.agent.profile, job);
}

}  // namespace orchestrate
