#include "spawners/drivers/script/script.h"

#include "text/lines.h"

namespace orchestrate::spawners {
namespace {

Plan plan(const Profile& profile, const Job& job) {
  if (job.run_command.empty()) {
    return {{},
            "agent type '" + profile.name +
                "' uses the driver 'script', which runs the task's own command, " +
                "and this task has none: add it with --run CMD, or route the task to another agent type",
            {}};
  }
  Launch launch;
  launch.argv = profile.command;
  launch.argv.insert(launch.argv.end(), job.run_command.begin(), job.run_command.end());
  launch.argv.insert(launch.argv.end(), profile.args.begin(), profile.args.end());
  launch.env = child_environment(profile, job);
  launch.cwd = job.workspace;
  launch.limits = profile.limits;
  return {std::move(launch), {}, {}};
}

Reading read(const Profile& /*profile*/, std::string_view /*file*/, std::string_view line) {
  std::string text = text::one_line(line, kPrintedLineBytes);
  if (text.empty()) return {};
  return {{TextNote{std::move(text)}}, true};
}

}  // namespace

const Driver kScript = {
    .traits = {.expects_changes = false},
    .plan = plan,
    .read = read,
    .writes_terminal_record = [](const Profile& /*profile*/) { return false; },
};

}  // namespace orchestrate::spawners
