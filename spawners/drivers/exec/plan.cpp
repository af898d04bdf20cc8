// Profile and job -> the command line of a CLI that a lead wrote down.
#include "spawners/drivers/command_words.h"
#include "spawners/drivers/exec/exec.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* kPromptName = "prompt.md";
constexpr std::size_t kArgumentBytesMax = 100 << 10;  // Linux takes 128 KiB in one argument

std::string refusal(const Profile& profile, const Job& job) {
  const std::string who = "agent type '" + profile.name + "': ";
  if (profile.prompt_via != PromptVia::argument) return {};
  if (job.bundle.size() > kArgumentBytesMax) {
    return who + "the prompt has " + std::to_string(job.bundle.size()) +
           " bytes, and prompt_via = \"argument\" carries at most 102400; use \"stdin\" or \"file\"";
  }
  if (job.bundle.find('\0') != std::string::npos) {
    return who +
           "the prompt holds a NUL byte, which no argument can carry; use prompt_via = \"stdin\" or \"file\"";
  }
  return {};
}

std::vector<std::string> command_line(const Profile& profile, const Job& job) {
  const std::map<std::string, std::string, std::less<>> values = {
      {"model", profile.model},
      {"prompt", job.bundle},
      {"prompt_file", job.step_dir + "/" + kPromptName},
      {"workspace", job.workspace}};
  std::vector<std::string> argv;
  for (const auto* words : {&profile.command, &profile.args}) {
    for (const std::string& word : *words)
      argv.push_back(filled(word, values));
  }
  return argv;
}

Plan plan(const Profile& profile, const Job& job) {
  if (std::string why = refusal(profile, job); !why.empty()) return {{}, std::move(why), {}};
  Launch launch;
  launch.argv = command_line(profile, job);
  launch.env = child_environment(profile, job);
  launch.cwd = job.workspace;
  launch.limits = profile.limits;
  if (profile.prompt_via != PromptVia::argument) launch.files = {{kPromptName, job.bundle}};
  if (profile.prompt_via == PromptVia::input) launch.stdin_file = kPromptName;
  return {std::move(launch), {}, {}};
}

bool writes_terminal_record(const Profile& profile) {
  return !profile.output.finished.empty();
}

Globs control_files(const Profile& profile) {
  return profile.control_files;
}

}  // namespace

const Driver kExec = {
    .traits = {},
    .plan = plan,
    .read = read_exec,
    .writes_terminal_record = writes_terminal_record,
    .control_files = control_files,
};

}  // namespace orchestrate::spawners
