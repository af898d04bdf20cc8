// What an agent type's CLI would do tonight: facts about it -> findings. Pure.
#pragma once

#include <string>
#include <vector>

#include "config/agent_type.h"
#include "orchestrator/doctor/doctor.h"
#include "spawners/drivers/driver.h"

namespace orchestrate {

// What a CLI said when it was asked something.
struct Answer {
  std::string program;  // its path
  std::string said;
  std::string trouble;  // why that is no answer; empty: it is one
  int exit_code = 0;
};

// The version, and whether the driver was measured with it. Of a CLI that we do not know anything goes.
[[nodiscard]] Finding version_finding(const spawners::Profile& profile, const spawners::Traits& traits,
                                      const Answer& answer);

// Whether the sandbox can be set up on which the agent type's level rests.
[[nodiscard]] Finding sandbox_finding(const spawners::Profile& profile, const Answer& answer);

// The command is nowhere on `path`.
[[nodiscard]] Finding missing_finding(const config::AgentType& agent_type, const spawners::Traits& traits,
                                      const std::string& path);

// The limits that the CLI does not keep itself, and what does; none: it keeps them all.
[[nodiscard]] Findings limit_findings(const spawners::Profile& profile, const spawners::Traits& traits);

// The files that steer an agent type's CLI, and what they may do at its level.
struct Steering {
  std::vector<std::string> globs;         // of its control files
  std::vector<std::string> instructions;  // names of those that it only ever reads, besides *.md
  std::vector<std::string> hidden;        // globs of those that no switch of the CLI stops
  std::vector<std::string> files;         // of the base, or of the folder when it works in place
  std::vector<std::string> above;         // control files in folders above the workspaces, absolute
  workspaces::Kind kind = workspaces::Kind::clone;
};
[[nodiscard]] Findings repository_findings(const spawners::Profile& profile, const Steering& steering);

// What a driver's CLI may log in with.
struct Login {
  std::vector<std::string> accepted;  // variables, any of which logs it in; empty: we do not know
  std::vector<std::string> passed;    // variables it gets that look like a credential
  std::vector<std::string> missing;   // in env_pass, and not set here
  std::string file;                   // of a stored login; empty: it keeps none
  bool stored = false;                // that file is there
  std::string home;
  bool needed = true;  // a CLI of a provider
};
[[nodiscard]] Finding login_finding(const std::string& agent_type, const Login& login);

// True for a name like ANTHROPIC_API_KEY or GITHUB_TOKEN.
[[nodiscard]] bool is_credential_name(const std::string& name);

}  // namespace orchestrate
