#include "orchestrator/doctor.h"

#include <algorithm>
#include <array>
#include <utility>

#include "routing/route.h"

namespace orchestrate {
namespace {

using spawners::RepositoryConfig;

constexpr std::size_t kNamesShown = 12;
constexpr std::size_t kVersionBytes = 80;
constexpr std::int64_t kDayMs = 86'400'000;
// 2025-01-01: nobody's clock is before the program was written.
constexpr std::int64_t kProgramWrittenMs = 1'735'689'600'000;

// f_type of file systems whose locks and shared memory SQLite and flock cannot rely on (statfs(2)).
constexpr std::array<std::pair<std::int64_t, const char*>, 7> kNetworkFileSystems = {{{0x6969, "NFS"},
                                                                                      {0x517B, "SMB"},
                                                                                      {0xFF534D42, "CIFS"},
                                                                                      {0xFE534D42, "SMB2"},
                                                                                      {0x01021997, "9P"},
                                                                                      {0x5346414F, "AFS"},
                                                                                      {0x00C36400, "Ceph"}}};

std::string mebibytes(std::int64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

std::string names(const std::vector<std::string>& list) {
  std::string text;
  for (std::size_t i = 0; i < std::min(list.size(), kNamesShown); ++i)
    text += (text.empty() ? "" : ", ") + list[i];
  if (list.size() > kNamesShown) text += " and " + std::to_string(list.size() - kNamesShown) + " more";
  return text;
}

bool matches_any(const std::string& path, const std::vector<std::string>& globs) {
  return std::any_of(globs.begin(), globs.end(),
                     [&path](const std::string& glob) { return routing::glob_match(glob, path); });
}

// Instructions are only ever read. What lies in a dot folder may be more: a skill can name commands and
// hooks.
bool is_instructions(const std::string& path) {
  return path.ends_with(".md") && !path.starts_with('.') && path.find("/.") == std::string::npos;
}

std::string level_name(RepositoryConfig level) {
  if (level == RepositoryConfig::trust) return "trust";
  return level == RepositoryConfig::ignore ? "ignore" : "text";
}

void add_part(std::string& text, const std::string& what, const std::vector<std::string>& list) {
  if (!list.empty()) text += (text.ends_with(": ") ? "" : "; ") + what + names(list);
}

}  // namespace

std::string_view to_string(Health health) {
  if (health == Health::ok) return "ok";
  return health == Health::warn ? "warn" : "FAIL";
}

Finding disk_finding(const std::string& folder, std::int64_t free_bytes, std::int64_t floor_bytes) {
  Finding f{Health::ok, "disk", mebibytes(free_bytes) + " free for " + folder, ""};
  if (free_bytes >= 2 * floor_bytes) return f;
  f.health = free_bytes < floor_bytes ? Health::fail : Health::warn;
  f.text += free_bytes < floor_bytes ? ", below the floor of " : ", close to the floor of ";
  f.text += mebibytes(floor_bytes) + " under which nothing is started";
  f.fix = "free some, or lower [retention] free_disk_floor in orchestrate.toml";
  return f;
}

Finding file_system_finding(const std::string& folder, std::int64_t magic) {
  const auto* found = std::find_if(kNetworkFileSystems.begin(), kNetworkFileSystems.end(),
                                   [magic](const auto& each) { return each.first == magic; });
  if (found == kNetworkFileSystems.end())
    return {Health::ok, "file system", folder + " is on a local file system", ""};
  return {Health::warn, "file system",
          folder + " is on " + found->second + ": file locks and SQLite's WAL need a local file system",
          "keep the project on a local disk"};
}

Finding clock_finding(std::int64_t now_ms, std::int64_t newest_ms) {
  if (now_ms < kProgramWrittenMs)
    return {Health::fail, "clock", "the clock stands before 2025", "timedatectl set-ntp true"};
  if (now_ms + kDayMs < newest_ms) {
    return {Health::warn, "clock",
            "the clock is " + std::to_string((newest_ms - now_ms) / kDayMs) +
                " days behind what was recorded here: night windows and retries go by it",
            "timedatectl set-ntp true"};
  }
  return {Health::ok, "clock", "nothing on record is later than now", ""};
}

Finding privacy_finding(const std::string& folder, unsigned mode) {
  if ((mode & 0077) == 0) return {Health::ok, "state", folder + " is private", ""};
  return {Health::warn, "state", folder + " can be entered by others: prompts and outputs lie there",
          "chmod 700 " + folder};
}

Findings repository_findings(const spawners::Profile& profile, const std::vector<std::string>& globs,
                             const std::vector<std::string>& base_files,
                             const std::vector<std::string>& above) {
  const RepositoryConfig level = profile.repository_config;
  std::vector<std::string> instructions;
  std::vector<std::string> acting;
  for (const auto& path : base_files) {
    if (matches_any(path, globs)) (is_instructions(path) ? instructions : acting).push_back(path);
  }
  const std::string subject = profile.name + ": repository";
  Finding f{Health::ok, subject, "repository_config = \"" + level_name(level) + "\": ", ""};
  if (level == RepositoryConfig::trust && !acting.empty()) {
    f.health = Health::warn;
    f.fix = "read these files of the base, or set repository_config = \"text\" for " + profile.name;
  }
  add_part(f.text, level == RepositoryConfig::trust ? "acts: " : "present, does not act: ", acting);
  add_part(f.text,
           level == RepositoryConfig::ignore ? "present, is not read: " : "is read as text: ", instructions);
  if (f.text.ends_with(": ")) f.text += "the base holds nothing that steers its CLI";
  Findings all{f};
  if (!above.empty() && level != RepositoryConfig::ignore) {
    all.push_back({Health::warn, subject,
                   "no part of the repository, but its CLI looks there too: " + names(above),
                   "move them, or set [workspace] root to a folder without such files above it"});
  }
  return all;
}

Finding login_finding(const std::string& agent_type, const Login& login) {
  Finding f{Health::ok, agent_type + ": login", "", ""};
  if (!login.passed.empty()) {
    f.text = "gets " + names(login.passed);
  } else if (!login.stored.empty()) {
    f.text = "a login is stored in " + login.stored;
  } else {
    f.text = login.needed ? "no key is passed and no login is stored" : "gets no key";
    if (login.needed) f.health = Health::fail;
  }
  if (!login.missing.empty()) {
    f.text += "; env_pass names " + names(login.missing) + ", not set here";
    if (f.health == Health::ok) f.health = Health::warn;
    f.fix = "export " + login.missing.front() + "=... where `orchestrate run` is started";
  } else if (f.health == Health::fail) {
    f.fix = "add its key's name to env_pass of " + agent_type +
            " in agents.toml, or log in once with HOME=" + login.home;
  }
  return f;
}

bool is_credential_name(const std::string& name) {
  constexpr std::array<const char*, 5> kWords = {"KEY", "TOKEN", "SECRET", "PASSWORD", "CREDENTIAL"};
  return std::any_of(kWords.begin(), kWords.end(),
                     [&name](const char* word) { return name.find(word) != std::string::npos; });
}

std::string version_line(const std::string& output) {
  const std::size_t begin = output.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  const std::size_t end = output.find_first_of("\r\n", begin);
  return output.substr(
      begin, std::min(end == std::string::npos ? output.size() : end, begin + kVersionBytes) - begin);
}

}  // namespace orchestrate
