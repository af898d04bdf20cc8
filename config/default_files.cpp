#include <algorithm>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/default_texts.h"

namespace orchestrate::config {
namespace {

constexpr const char* kFound = "#[claude]";
constexpr const char* kMissing = "#[no claude]";
constexpr const char* kEnd = "#[end]";
constexpr const char* kNameMark = "@PROJECT_NAME@";
constexpr std::size_t kLongestName = 100;

// A TOML string for a folder's name, which may be any bytes.
std::string project_string(const std::string& name) {
  std::string out;
  for (const char c : name.substr(0, kLongestName)) {
    const auto code = static_cast<unsigned char>(c);
    const bool plain = code >= 0x20 && code < 0x7F && c != '"' && c != '\\';
    out += plain ? c : '-';
  }
  return '"' + (out.empty() ? "project" : out) + '"';
}

std::string commented(const std::string& line) {
  return line.empty() || line.front() == '#' ? line : "# " + line;
}

// Lines after kFound are for those who have claude, and become comments for the others; lines after kMissing
// are for the others only.
std::string adapted(const char* text, bool has_claude) {
  enum class Part { all, found, missing } part = Part::all;
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line == kFound) {
      part = Part::found;
    } else if (line == kMissing) {
      part = Part::missing;
    } else if (line == kEnd) {
      part = Part::all;
    } else if (part != Part::missing || !has_claude) {
      out += (part == Part::found && !has_claude ? commented(line) : line) + "\n";
    }
  }
  return out;
}

std::string named(std::string text, const std::string& project_name) {
  const auto at = text.find(kNameMark);
  return text.replace(at, std::string_view(kNameMark).size(), project_string(project_name));
}

}  // namespace

std::map<std::string, std::string> default_files(const std::string& project_name,
                                                 const std::vector<std::string>& found) {
  const bool has_claude = std::find(found.begin(), found.end(), "claude") != found.end();
  return {{"orchestrate.toml", named(adapted(default_orchestrate_text(), has_claude), project_name)},
          {"routing.toml", adapted(default_routing_text(), has_claude)},
          {"agents.toml", adapted(default_agents_text(), has_claude)}};
}

}  // namespace orchestrate::config
