// What would fail tonight: facts about the machine, the project and the agent types -> findings. Pure.
//
// Every finding that is not ok says the way out. Values of variables are never in a finding, only names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "spawners/drivers/profile.h"

namespace orchestrate {

enum class Health { ok, warn, fail };

struct Finding {
  Health health = Health::ok;
  std::string subject;  // "git", "coder: login"
  std::string text;
  std::string fix;  // a command, or what to write where; empty when it is ok
};

using Findings = std::vector<Finding>;

[[nodiscard]] std::string_view to_string(Health health);

[[nodiscard]] Finding disk_finding(const std::string& folder, std::int64_t free_bytes,
                                   std::int64_t floor_bytes);

// `magic` is statfs's f_type.
[[nodiscard]] Finding file_system_finding(const std::string& folder, std::int64_t magic);

// `newest_ms`: the latest time that is on record here; 0: none.
[[nodiscard]] Finding clock_finding(std::int64_t now_ms, std::int64_t newest_ms);

// `mode` as stat gives it.
[[nodiscard]] Finding privacy_finding(const std::string& folder, unsigned mode);

// The files of the base that steer an agent type's CLI, and what they may do at its level. `above`: such
// files in folders above the workspaces, absolute.
[[nodiscard]] Findings repository_findings(const spawners::Profile& profile,
                                           const std::vector<std::string>& globs,
                                           const std::vector<std::string>& base_files,
                                           const std::vector<std::string>& above);

// What a driver's CLI may log in with.
struct Login {
  std::vector<std::string> passed;   // variables it gets that look like a credential
  std::vector<std::string> missing;  // in env_pass, and not set here
  std::string stored;                // the file of a stored login; empty: there is none
  std::string home;                  // where one would be looked for
  bool needed = true;                // a CLI of a provider
};
[[nodiscard]] Finding login_finding(const std::string& agent_type, const Login& login);

// True for a name like ANTHROPIC_API_KEY or GITHUB_TOKEN.
[[nodiscard]] bool is_credential_name(const std::string& name);

// A version in what a CLI printed: its first line that is not blank, shortened.
[[nodiscard]] std::string version_line(const std::string& output);

}  // namespace orchestrate
