#include "workspaces/guard/control_globs.h"

#include <algorithm>
#include <utility>

#include "text/glob.h"

namespace orchestrate::workspaces {
namespace {

bool matches(const std::vector<std::string>& globs, const std::string& path) {
  return std::any_of(globs.begin(), globs.end(),
                     [&path](const std::string& glob) { return text::glob_match(glob, path); });
}

}  // namespace

ControlGlobs::ControlGlobs(std::vector<std::string> globs) : globs_(std::move(globs)) {
  for (const std::string& glob : globs_) {
    for (std::size_t slash = glob.find('/'); slash != std::string::npos; slash = glob.find('/', slash + 1)) {
      std::string folder = glob.substr(0, slash);
      if (folder.find_first_not_of("*/") != std::string::npos) folders_.push_back(std::move(folder));
    }
  }
}

bool ControlGlobs::match(const std::string& path) const {
  return matches(globs_, path);
}

bool ControlGlobs::match_file(const std::string& path) const {
  return match(path) || matches(folders_, path);
}

}  // namespace orchestrate::workspaces
