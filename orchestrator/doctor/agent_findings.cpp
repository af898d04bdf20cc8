#include "orchestrator/doctor/agent_findings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "text/list.h"
#include "text/version.h"
#include "workspaces/guard/control_globs.h"

namespace orchestrate {
namespace {

using spawners::Profile;
using spawners::RepositoryConfig;
using spawners::Traits;
using workspaces::ControlGlobs;
using Names = std::vector<std::string>;

// Major and minor of "0.169.0"; -1 where there is none.
std::pair<int, int> release_of(const std::string& version) {
  std::pair<int, int> release{-1, -1};
  const char* end = version.data() + version.size();
  const auto major = std::from_chars(version.data(), end, release.first);
  if (major.ptr != end && *major.ptr == '.') std::from_chars(major.ptr + 1, end, release.second);
  return release;
}

// Ok as far as nothing worse is known: minor versions come weekly, and each run has on record what it ran
// with.
void compare(Finding& f, const Traits& traits, const std::string& version) {
  f.text += version;
  if (version == traits.measured) {
    f.text += ", as measured";
    return;
  }
  f.text += "; " + traits.measured + " was measured: look at docs/agents.md";
  const auto here = release_of(version);
  const auto measured = release_of(traits.measured);
  if (here >= measured && here.first <= measured.first) return;
  f.health = Health::warn;
  f.fix = traits.install;
}

bool holds(const Names& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Instructions are only ever read. What lies in a dot folder may be more: a skill can name commands and
// hooks.
bool is_instructions(const std::string& path, const Names& instructions) {
  if (holds(instructions, path.substr(path.rfind('/') + 1))) return true;
  const bool hidden = path.starts_with('.') || path.find("/.") != std::string::npos;
  return !hidden && path.ends_with(".md");
}

std::string level_name(RepositoryConfig level) {
  if (level == RepositoryConfig::trust) return "trust";
  return level == RepositoryConfig::ignore ? "ignore" : "text";
}

void add_part(std::string& text, const std::string& what, const Names& list) {
  if (!list.empty()) text += (text.ends_with(": ") ? "" : "; ") + what + text::join_first(list);
}

struct Sorted {
  Names instructions;
  Names acting;
  Names hidden;
};

Sorted sorted(const Steering& steering) {
  const ControlGlobs control(steering.globs);
  const ControlGlobs hidden(steering.hidden);
  Sorted all;
  for (const auto& path : steering.files) {
    if (hidden.match_file(path)) {
      all.hidden.push_back(path);
    } else if (control.match_file(path)) {
      (is_instructions(path, steering.instructions) ? all.instructions : all.acting).push_back(path);
    }
  }
  return all;
}

Finding files_finding(const Profile& profile, const Steering& steering) {
  const RepositoryConfig level = profile.repository_config;
  const Sorted found = sorted(steering);
  const bool in_place = steering.kind == workspaces::Kind::in_place;
  Finding f{Health::ok, profile.name + ": repository",
            "repository_config = \"" + level_name(level) + "\": ", ""};
  if (level == RepositoryConfig::trust && !found.acting.empty()) {
    f.health = Health::warn;
    f.fix = "read these files of the base, or set repository_config = \"text\" for " + profile.name;
  }
  add_part(f.text, level == RepositoryConfig::trust ? "acts: " : "present, does not act: ", found.acting);
  add_part(f.text, level == RepositoryConfig::ignore ? "present, is not read: " : "is read as text: ",
           found.instructions);
  add_part(f.text, in_place ? "is not started in place beside: " : "hidden while it works: ", found.hidden);
  if (in_place && !found.hidden.empty()) {
    f.health = Health::fail;
    f.fix = "set workspace = \"clone\" for " + profile.name +
            ", or repository_config = \"trust\" once you have read these files";
  }
  if (f.text.ends_with(": "))
    f.text += std::string("the ") + (in_place ? "project" : "base") + " holds nothing that steers its CLI";
  return f;
}

}  // namespace

Finding version_finding(const Profile& profile, const Traits& traits, const Answer& answer) {
  const bool known = !traits.command.empty();
  Finding f{Health::ok, profile.name, profile.driver + ": " + answer.program + ", ", ""};
  const std::string by_hand = "run `" + answer.program + " --version` by hand";
  const std::string version = text::version_number(answer.said);
  if (!known) {
    const bool silent = !answer.trouble.empty() || answer.said.empty();
    f.text += silent ? "does not say a version" : text::version_line(answer.said);
  } else if (!answer.trouble.empty()) {
    f.health = Health::fail;
    f.text += answer.trouble;
    f.fix = by_hand + "; install it again: " + traits.install + "; or set command in agents.toml";
  } else if (version.empty()) {
    f.health = Health::warn;
    f.text +=
        answer.said.empty() ? "says no version" : "says no version, but: " + text::version_line(answer.said);
    f.fix = by_hand;
  } else {
    compare(f, traits, version);
  }
  return f;
}

Finding sandbox_finding(const Profile& profile, const Answer& answer) {
  const std::string subject = profile.name + ": sandbox";
  if (answer.trouble.empty()) return {Health::ok, subject, "can be set up", ""};
  return {
      Health::fail, subject,
      "cannot be set up here, so every command of the agent would fail: " + answer.trouble,
      "allow user namespaces (sysctl user.max_user_namespaces, or the container's seccomp profile), or set "
      "permissions = \"full\" for " +
          profile.name + " on a machine that may be lost"};
}

Finding missing_finding(const config::AgentType& agent_type, const Traits& traits, const std::string& path) {
  const Profile& profile = agent_type.profile;
  const std::string& name = profile.command.front();
  Finding f{Health::fail, profile.name, "`" + name + "` is not on PATH (" + path + ")", ""};
  if (!agent_type.fallback.empty()) {
    f.health = Health::warn;
    f.text += "; its tasks go to " + agent_type.fallback.front();
  }
  f.fix = (name == traits.command ? traits.install : "install it") + ", or set command = \"/path/to/" + name +
          "\" in agents.toml";
  return f;
}

Findings limit_findings(const Profile& profile, const Traits& traits) {
  if (traits.command.empty()) return {};
  Finding f{Health::ok, profile.name + ": limits", "", ""};
  if (profile.max_turns > 0 && !traits.takes_max_turns)
    f.text = "max_turns: " + traits.command + " takes none, wall_limit and silence_limit end a run";
  if (profile.max_cost_usd > 0 && !traits.takes_max_cost) {
    f.text += (f.text.empty() ? "" : "; ") + std::string("max_cost_usd: ") + traits.command + " takes none, ";
    f.text += traits.states_cost ? "a run counts against task_cost_usd and session_cost_usd when it ended"
                                 : "and states no cost: only your provider's own limit holds the money";
  }
  return f.text.empty() ? Findings{} : Findings{f};
}

Findings repository_findings(const Profile& profile, const Steering& steering) {
  Findings all;
  if (steering.kind != workspaces::Kind::scratch) all.push_back(files_finding(profile, steering));
  if (!steering.above.empty() && profile.repository_config != RepositoryConfig::ignore) {
    all.push_back(
        {Health::warn, profile.name + ": repository",
         "no part of the repository, but its CLI may look there: " + text::join_first(steering.above),
         "move them, or set [workspace] root to a folder without such files above it"});
  }
  return all;
}

Finding login_finding(const std::string& agent_type, const Login& login) {
  Finding f{Health::ok, agent_type + ": login", "", ""};
  const bool by_key =
      login.accepted.empty()
          ? !login.passed.empty()
          : std::any_of(login.passed.begin(), login.passed.end(),
                        [&login](const std::string& name) { return holds(login.accepted, name); });
  if (by_key) {
    f.text = "gets " + text::join_first(login.passed);
  } else if (login.stored) {
    f.text = "a login is stored in " + login.file;
  } else if (login.passed.empty()) {
    f.text = login.needed ? "no key is passed and no login is stored" : "gets no key";
    if (login.needed) f.health = Health::fail;
  } else {
    f.text = "gets " + text::join_first(login.passed);
    if (login.needed) {
      f.health = Health::warn;
      f.text += ", and none of what it looks at by itself: " + text::join_first(login.accepted);
      f.fix = "pass one of those, unless its own configuration names the key it gets";
    }
  }
  // Any of those that it accepts will do.
  Names missing = login.missing;
  if (by_key || login.stored)
    std::erase_if(missing, [&login](const std::string& name) { return holds(login.accepted, name); });
  if (!missing.empty()) {
    f.text += "; env_pass names " + text::join_first(missing) + ", not set here";
    if (f.health == Health::ok) f.health = Health::warn;
    f.fix = "export " + missing.front() + "=... where `orchestrate run` is started";
  } else if (f.health == Health::fail) {
    f.fix = "add its key's name (" + text::join_first(login.accepted) + ") to env_pass of " + agent_type +
            " in agents.toml";
    if (!login.file.empty()) f.fix += ", or log in once with HOME=" + login.home;
  }
  return f;
}

bool is_credential_name(const std::string& name) {
  constexpr std::array<const char*, 5> kWords = {"KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&name](const char* word) { return name.find(word) != std::string::npos; });
}

}  // namespace orchestrate
