#include "spawners/drivers/prompt_launch.h"

#include <utility>

#include "spawners/drivers/arguments.h"

namespace orchestrate::spawners {

Launch launch_with_prompt(const Profile& profile, const Job& job, const Traits& traits, std::string prompt) {
  Launch launch;
  launch.cwd = job.workspace;
  launch.stdin_file = kPromptFile;
  launch.limits = profile.limits;
  launch.limits.startup_ms = traits.startup_ms;
  launch.files = {{kPromptFile, std::move(prompt)}};
  return launch;
}

std::string refusal_of(const Profile& profile) {
  return "agent type '" + profile.name + "': ";
}

std::string refused_job(const Profile& profile, const Job& job, const Traits& traits) {
  if (job.bundle.empty())
    return refusal_of(profile) + "the prompt is empty, " + traits.command + " has nothing to do";
  if (job.resume_session.empty() || is_session_id(job.resume_session)) return {};
  return refusal_of(profile) + "the session to resume has an id that " + traits.command +
         " never wrote; start a new session (retry the task)";
}

std::string disarmed(const std::string& prompt, std::string_view command_characters) {
  const bool command = command_characters.find(prompt.front()) != std::string_view::npos;
  return command ? "\n" + prompt : prompt;
}

}  // namespace orchestrate::spawners
