#include "spawners/drivers/environment.h"

#include <algorithm>
#include <array>

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {
namespace {

constexpr std::array<std::string_view, 8> kInheritedNames = {"PATH", "HOME", "LANG", "LC_ALL",
                                                             "TZ",   "TERM", "USER", "TMPDIR"};

}  // namespace

Environment environment_from(const std::vector<std::string>& entries) {
  Environment environment;
  for (const std::string& entry : entries) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0) continue;
    environment.insert_or_assign(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return environment;
}

std::vector<std::string> entries_of(const Environment& environment) {
  std::vector<std::string> entries;
  entries.reserve(environment.size());
  for (const auto& [name, value] : environment)
    entries.push_back(name + "=" + value);
  return entries;
}

std::string value_of(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

std::string file_in_home(const Environment& environment, std::string_view variable, std::string_view folder,
                         std::string_view file) {
  std::string path = value_of(environment, variable);
  if (path.empty()) {
    path = value_of(environment, "HOME");
    if (path.empty()) return {};
    path += folder;
  }
  return path.append(file);
}

bool names_variable(const Profile& profile, const std::string& name) {
  return profile.env.contains(name) ||
         std::find(profile.env_pass.begin(), profile.env_pass.end(), name) != profile.env_pass.end();
}

std::vector<std::string> child_environment(const Profile& profile, const Job& job) {
  const Environment ours = environment_from(job.inherited_env);
  Environment child;
  const auto inherit = [&](std::string_view name) {
    if (const auto found = ours.find(name); found != ours.end()) child[found->first] = found->second;
  };
  for (const std::string_view name : kInheritedNames)
    inherit(name);
  for (const std::string& name : profile.env_pass)
    inherit(name);
  if (profile.home == Home::isolated) {
    child["HOME"] = job.home;
    if (!job.temporary.empty() && !names_variable(profile, "TMPDIR")) child["TMPDIR"] = job.temporary;
  }
  for (const auto& [name, value] : profile.env)
    child[name] = value;
  return entries_of(child);
}

}  // namespace orchestrate::spawners
