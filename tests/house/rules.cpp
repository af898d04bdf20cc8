#include "tests/house/rules.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string_view>

#include "tests/house/source.h"

namespace orchestrate::house {
namespace {

struct Floor {
  std::string_view room;
  int height;
};

// A file stands in the room with the longest prefix of its path; a door of the house (api/cli, ...) in one of
// its own.
constexpr std::array<Floor, 17> floors = {{{"main.cpp", 9},
                                           {"api/cli", 8},
                                           {"api/operations", 7},
                                           {"orchestrator/session", 6},
                                           {"orchestrator/report", 6},
                                           {"orchestrator/doctor", 6},
                                           {"orchestrator/queue", 5},
                                           {"orchestrator/attempt", 4},
                                           {"orchestrator/store", 3},
                                           {"orchestrator/project", 3},
                                           {"config", 2},
                                           {"routing", 1},
                                           {"prompts", 1},
                                           {"spawners", 1},
                                           {"workspaces", 1},
                                           {"text", 0},
                                           {"system", 0}}};

// What only certain files may use. `header`: includes that begin so; `word`: a call in the code.
struct Door {
  std::string_view header;
  std::string_view word;
  std::array<std::string_view, 3> files;  // each a path, or the beginning of some
};

constexpr std::array<Door, 15> doors = {
    {{"toml++/", "", {"config/document.cpp"}},
     {"toml.hpp", "", {"config/document.cpp"}},
     {"sqlite3.h", "", {"orchestrator/store/sqlite/copy.cpp", "orchestrator/store/sqlite/database.cpp"}},
     {"boost/", "", {"system/launcher.cpp"}},
     {"CLI/", "", {"api/cli/cli.cpp"}},
     {"spdlog/", "", {"orchestrator/session/process/session_log.cpp"}},
     {"openssl/", "", {"workspaces/git/blob_hash.cpp"}},
     {"utf8proc.h", "", {"text/width.cpp"}},
     {"", "std::time(", {"system/clock.cpp"}},
     {"", "_clock::now", {"system/clock.cpp"}},
     {"", "clock_gettime", {"system/clock.cpp"}},
     {"", "gettimeofday", {"system/clock.cpp"}},
     {"", "fork()", {"system/launcher.cpp", "spawners/shim/"}},
     {"", "posix_spawn(", {"system/launcher.cpp"}},
     {"", "execve(", {"spawners/shim/"}}}};

constexpr std::string_view shim = "spawners/shim/";
constexpr std::string_view reason = "// long: ";
constexpr std::size_t longest_file = 400;
constexpr int longest_function = 60;
constexpr std::size_t most_files = 21;

// Folders of tests that are about a promise that several rooms keep together.
constexpr std::array<std::string_view, 4> topics = {"tests/house/", "tests/simulation/",
                                                    "tests/workspaces/attacks/", "tests/spawners/runner/"};

bool is_topic(std::string_view folder) {
  return std::ranges::any_of(topics, [folder](std::string_view topic) { return folder.starts_with(topic); });
}

bool is_within(std::string_view path, std::string_view folder) {
  return path == folder || (path.starts_with(folder) && path.substr(folder.size()).starts_with('/'));
}

// Null: the path stands on no floor.
const Floor* floor_of(std::string_view path) {
  const Floor* best = nullptr;
  for (const Floor& floor : floors) {
    if (is_within(path, floor.room) && (best == nullptr || floor.room.size() > best->room.size()))
      best = &floor;
  }
  return best;
}

// The top folders that hold rooms: "api" of "api/cli".
bool is_top_of_a_room(std::string_view path) {
  return std::ranges::any_of(floors,
                             [path](const Floor& floor) { return room_of(floor.room) == room_of(path); });
}

std::string quoted(std::string_view text) {
  return "`" + std::string(text) + "`";
}

// Runs `check(path, text, out)` on every file that `wanted(path)`.
template <typename Wanted, typename Check>
std::vector<Violation> over(const Tree& tree, Wanted wanted, Check check) {
  std::vector<Violation> out;
  for (const auto& [path, text] : tree) {
    if (wanted(path)) check(path, text, out);
  }
  return out;
}

bool is_allowed_in_shim(std::string_view target) {
  return target.starts_with(shim) || target.starts_with("system/") || target.starts_with("text/") ||
         target.starts_with("spawners/step/");
}

bool is_product_code(std::string_view path) {
  return is_product(path) && is_code(path);
}

// Empty: the include is allowed.
std::string fault_of_include(const std::string& path, const std::string& target, const Tree& tree) {
  const Floor* from = floor_of(path);
  const Floor* to = floor_of(target);
  if (to == nullptr) {
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    const bool relative = target.starts_with(".") || tree.contains(folder + target);
    return relative ? "write the include from the root: " + quoted(target) : "";
  }
  if (from == nullptr || from == to || from->height > to->height) return {};
  return quoted(from->room) + " may not include " + quoted(target) +
         ": includes only go down, and rooms of one floor are apart";
}

void check_floor(const std::string& path, const std::string& text, const Tree& tree,
                 std::vector<Violation>& out) {
  if (floor_of(path) == nullptr) {
    out.push_back({path, 0,
                   quoted(is_top_of_a_room(path) ? path.substr(0, path.rfind('/')) : room_of(path)) +
                       " stands on no floor: give it one in tests/house/rules.cpp"});
  }
  for (const Include& include : includes_of(text)) {
    const std::string fault = fault_of_include(path, include.target, tree);
    if (!fault.empty()) out.push_back({path, include.line, fault});
  }
}

bool is_door(const Door& door, std::string_view path) {
  return std::ranges::any_of(
      door.files, [path](std::string_view file) { return !file.empty() && path.starts_with(file); });
}

void check_calls(const std::string& path, const std::string& text, std::vector<Violation>& out) {
  const std::string code = code_only(text);
  int number = 0;
  for (const std::string_view line : lines_of(code)) {
    ++number;
    for (const Door& door : doors) {
      if (door.word.empty() || line.find(door.word) == std::string_view::npos || is_door(door, path))
        continue;
      out.push_back({path, number, quoted(door.word) + " belongs only in " + std::string(door.files[0])});
    }
  }
}

void check_doors(const std::string& path, const std::string& text, std::vector<Violation>& out) {
  for (const Include& include : includes_of(text)) {
    for (const Door& door : doors) {
      if (door.header.empty() || !include.target.starts_with(door.header) || is_door(door, path)) continue;
      out.push_back(
          {path, include.line, quoted(include.target) + " belongs only in " + std::string(door.files[0])});
    }
    if (is_header(path) && include.target == "nlohmann/json.hpp") {
      out.push_back({path, include.line, "a header includes nlohmann/json_fwd.hpp at most"});
    }
  }
}

bool gives_reason(const std::vector<std::string_view>& lines, int first, int last) {
  for (int line = std::max(first, 1); line <= last && line <= static_cast<int>(lines.size()); ++line) {
    const std::string_view text = lines[static_cast<std::size_t>(line) - 1];
    const std::size_t at = text.find(reason);
    if (at != std::string_view::npos && text.size() > at + reason.size()) return true;
  }
  return false;
}

bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool has_word(std::string_view line, std::string_view word) {
  for (std::size_t at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const bool begins = at == 0 || !is_word_char(line[at - 1]);
    const std::size_t end = at + word.size();
    if (begins && (end == line.size() || !is_word_char(line[end]))) return true;
  }
  return false;
}

void check_header(const std::string& path, const std::string& text, std::vector<Violation>& out) {
  if (!text.starts_with("//") && !text.starts_with("/*")) {
    out.push_back({path, 1, "a header begins with a comment: what it is and what it promises"});
  }
  const std::string code = code_only(text);
  if (std::ranges::count(lines_of(code), "#pragma once") != 1)
    out.push_back({path, 0, "`#pragma once` is missing"});
}

// As a word of its own: `load.cpp` is not named by `unload.cpp`, nor by `store/load.cpp`.
bool names_file(std::string_view list, std::string_view file) {
  constexpr std::string_view around = " \t\n()\"";
  for (std::size_t at = list.find(file); at != std::string_view::npos; at = list.find(file, at + 1)) {
    const std::size_t end = at + file.size();
    const bool begins = at == 0 || around.find(list[at - 1]) != std::string_view::npos;
    if (begins && (end == list.size() || around.find(list[end]) != std::string_view::npos)) return true;
  }
  return false;
}

bool is_named_in_cmake(const Tree& tree, const std::string& path) {
  std::string folder = path;
  while (!folder.empty()) {
    const std::size_t slash = folder.rfind('/');
    folder = slash == std::string::npos ? "" : folder.substr(0, slash);
    const auto list = tree.find(folder.empty() ? "CMakeLists.txt" : folder + "/CMakeLists.txt");
    if (list == tree.end()) continue;
    const std::string inside = path.substr(folder.empty() ? 0 : folder.size() + 1);
    if (names_file(list->second, inside)) return true;
  }
  return false;
}

}  // namespace

std::string render(const std::vector<Violation>& violations) {
  std::string out;
  for (const Violation& violation : violations) {
    out +=
        violation.file + ":" + std::to_string(std::max(violation.line, 1)) + ": " + violation.message + "\n";
  }
  return out;
}

std::vector<Violation> broken_floors(const Tree& tree) {
  return over(tree, is_product_code, [&tree](const std::string& path, const std::string& text, auto& out) {
    check_floor(path, text, tree, out);
  });
}

std::vector<Violation> broken_shim(const Tree& tree) {
  const auto in_shim = [](std::string_view path) { return path.starts_with(shim) && is_code(path); };
  return over(tree, in_shim, [](const std::string& path, const std::string& text, auto& out) {
    for (const Include& include : includes_of(text)) {
      if (floor_of(include.target) == nullptr || is_allowed_in_shim(include.target)) continue;
      out.push_back(
          {path, include.line, "the shim stands alone: it may not include " + quoted(include.target)});
    }
  });
}

std::vector<Violation> broken_doors(const Tree& tree) {
  return over(tree, is_product_code, [](const std::string& path, const std::string& text, auto& out) {
    check_doors(path, text, out);
    check_calls(path, text, out);
  });
}

std::vector<Violation> vague_names(const Tree& tree) {
  constexpr std::array<std::string_view, 8> vague = {"util",   "utils",   "utility", "common",
                                                     "helper", "helpers", "misc",    "shared"};
  const auto any = [](std::string_view) { return true; };
  return over(tree, any, [&vague](const std::string& path, const std::string&, auto& out) {
    std::string_view rest = path;
    while (!rest.empty()) {
      const std::string_view part = rest.substr(0, rest.find('/'));
      if (std::ranges::count(vague, part.substr(0, part.find('.'))) > 0) {
        out.push_back({path, 0, quoted(part) + " says nothing: name it after what is in it"});
      }
      rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
  });
}

std::vector<Violation> long_files(const Tree& tree) {
  return over(tree, is_code, [](const std::string& path, const std::string& text, auto& out) {
    const auto lines = lines_of(text);
    if (lines.size() <= longest_file || gives_reason(lines, 1, 12)) return;
    out.push_back(
        {path, 0, std::to_string(lines.size()) + " lines: split it, or say `// long: reason` at its top"});
  });
}

std::vector<Violation> long_functions(const Tree& tree) {
  return over(tree, is_product_code, [](const std::string& path, const std::string& text, auto& out) {
    const Functions functions = functions_of(text);
    const auto lines = lines_of(text);
    if (!functions.balanced)
      out.push_back({path, 0, "braces do not balance: its functions cannot be measured"});
    for (const Function& function : functions.all) {
      if (function.lines() <= longest_function) continue;
      if (gives_reason(lines, function.head_line - 3, function.open_line + 1)) continue;
      out.push_back({path, function.open_line,
                     quoted(function.name) + " has " + std::to_string(function.lines()) +
                         " lines: split it, or say `// long: reason` above it"});
    }
  });
}

std::vector<Violation> bare_headers(const Tree& tree) {
  const auto ours = [](std::string_view path) { return is_header(path) && room_of(path) != "examples"; };
  return over(tree, ours, check_header);
}

std::vector<Violation> leftovers(const Tree& tree) {
  constexpr std::array<std::string_view, 3> words = {"TODO", "FIXME", "XXX"};
  const auto shipped = [](std::string_view path) { return is_top_of_a_room(path); };
  return over(tree, shipped, [&words](const std::string& path, const std::string& text, auto& out) {
    int number = 0;
    for (const std::string_view line : lines_of(text)) {
      ++number;
      for (const std::string_view word : words) {
        if (has_word(line, word))
          out.push_back({path, number, quoted(word) + ": finish it, or file it as a task"});
      }
    }
  });
}

std::vector<Violation> repeated_tests(const Tree& tree) {
  std::map<std::string, std::string> seen;
  return over(tree, is_code, [&seen](const std::string& path, const std::string& text, auto& out) {
    for (const TestName& test : test_names_of(text)) {
      const std::string place = path + ":" + std::to_string(test.line);
      const auto [first, is_new] = seen.emplace(test.name, place);
      if (!is_new)
        out.push_back({path, test.line, quoted(test.name) + " is the name of a test in " + first->second});
    }
  });
}

std::vector<Violation> uncompiled_files(const Tree& tree) {
  const auto compiled = [](std::string_view path) {
    return is_code(path) && !is_header(path) && room_of(path) != "examples";
  };
  return over(tree, compiled, [&tree](const std::string& path, const std::string&, auto& out) {
    if (!is_named_in_cmake(tree, path))
      out.push_back({path, 0, "no CMakeLists.txt names it: nothing compiles it"});
  });
}

std::vector<Violation> crowded_folders(const Tree& tree) {
  std::map<std::string, std::size_t> files;
  for (const auto& [path, text] : tree) {
    if (is_product_code(path)) ++files[path.substr(0, path.rfind('/') + 1)];
  }
  std::vector<Violation> out;
  for (const auto& [folder, count] : files) {
    if (count > most_files)
      out.push_back(
          {folder, 0, std::to_string(count) + " files side by side: which of them change together?"});
  }
  return out;
}

std::vector<Violation> misplaced_tests(const Tree& tree) {
  const auto of_interest = [](std::string_view path) { return is_code(path) && !is_header(path); };
  return over(tree, of_interest, [&tree](const std::string& path, const std::string&, auto& out) {
    const bool is_test = path.ends_with("_test.cpp");
    if (is_test && is_product(path)) out.push_back({path, 0, "a file of the product is called a test"});
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    if (!is_test || !folder.starts_with("tests/") || is_topic(folder)) return;
    const std::string mirrored = folder.substr(6);
    const auto below = tree.lower_bound(mirrored);
    if (below == tree.end() || !below->first.starts_with(mirrored))
      out.push_back({path, 0, "tests mirror the product, and it has no " + quoted(mirrored)});
  });
}

}  // namespace orchestrate::house
