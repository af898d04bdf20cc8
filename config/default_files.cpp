#include <algorithm>
#include <array>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/default_texts.h"
#include "routing/route.h"

namespace orchestrate::config {
namespace {

constexpr std::string_view kMark = "#[";
constexpr std::string_view kMarkOfMissing = "no ";
constexpr std::string_view kEnd = "end";
constexpr std::string_view kNameMark = "@PROJECT_NAME@";
constexpr std::string_view kDefaultMark = "@DEFAULT@";
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

// Who does what no rule decides: the first that is there. Last the one that has to be let do anything.
std::string default_agent_type(const std::vector<std::string>& found) {
  constexpr std::array<const char*, 6> kInThisOrder = {"claude",   "codex", "gemini",
                                                       "opencode", "aider", "goose"};
  const auto* first = std::find_if(kInThisOrder.begin(), kInThisOrder.end(), [&found](const char* name) {
    return std::find(found.begin(), found.end(), name) != found.end();
  });
  if (first == kInThisOrder.end()) return routing::kHuman;
  return *first == std::string_view("claude") ? "development-lead" : *first;
}

std::string filled(std::string text, std::string_view mark, const std::string& words) {
  return text.replace(text.find(mark), mark.size(), words);
}

}  // namespace

std::map<std::string, std::string> default_files(const std::string& project_name,
                                                 const std::vector<std::string>& found) {
  return {{"orchestrate.toml",
           filled(adapted(default_orchestrate_text(), found), kNameMark, project_string(project_name))},
          {"routing.toml", filled(adapted(default_routing_text(), found), kDefaultMark,
                                  "\"" + default_agent_type(found) + "\"")},
          {"agents.toml", adapted(default_agents_text(), found)}};
}

}  // namespace orchestrate::config
