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

constexpr std::string_view kMark = "#[";
constexpr std::string_view kMarkOfMissing = "no ";
constexpr std::string_view kEnd = "end";
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

// What stands between "#[claude]" and the next mark is for those who have claude, and becomes comments for
// the others; what follows "#[no claude]" is for the others only.
std::string adapted(const char* text, const std::vector<std::string>& found) {
  const auto has = [&found](std::string_view what) {
    return std::find(found.begin(), found.end(), what) != found.end();
  };
  bool as_comment = false;
  bool left_out = false;
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kMark)) {
      if (!left_out) out += (as_comment ? commented(line) : line) + "\n";
      continue;
    }
    const std::string mark = line.substr(kMark.size(), line.size() - kMark.size() - 1);
    const bool for_missing = mark.starts_with(kMarkOfMissing);
    left_out = for_missing && has(mark.substr(kMarkOfMissing.size()));
    as_comment = !for_missing && mark != kEnd && !has(mark);
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
  return {{"orchestrate.toml", named(adapted(default_orchestrate_text(), found), project_name)},
          {"routing.toml", adapted(default_routing_text(), found)},
          {"agents.toml", adapted(default_agents_text(), found)}};
}

}  // namespace orchestrate::config
