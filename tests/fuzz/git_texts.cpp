// What is made of git's words, of paths that an agent chose, and what git is told of them. The first byte
// says which: a a version, b a failure, c a path, d settings, e names of folders and files, f globs.
#include "tests/fuzz/input.h"
#include "tests/fuzz/promise.h"
#include "workspaces/git/fast_import.h"
#include "workspaces/git/results.h"
#include "workspaces/guard/control_globs.h"
#include "workspaces/tree/names.h"
#include "workspaces/workspace.h"

namespace orchestrate::fuzz {
namespace {

using namespace workspaces;

void read_version(const std::string& text) {
  try {
    require_git_version(text);
  } catch (const WorkspaceError& error) {
    promise(error.what()[0] != '\0', "a refusal says why");
  }
}

void tell_failure(const std::string& text) {
  system::ProcessResult result;
  result.err = text;
  result.exit_code = 1;
  for (const char c : describe_failure("gc", result))
    promise(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F, "git's words are made harmless");
}

// As git does (quote.c, unquote_c_style).
std::string unquoted(std::string_view quoted) {
  promise(quoted.size() >= 2 && quoted.front() == '"' && quoted.back() == '"', "a path is in quotes");
  std::string path;
  const std::string_view inside = quoted.substr(1, quoted.size() - 2);
  for (std::size_t at = 0; at < inside.size(); ++at) {
    promise(inside[at] >= 0x20 && inside[at] < 0x7F && inside[at] != '"', "and printable ASCII");
    if (inside[at] != '\\') {
      path += inside[at];
      continue;
    }
    const char escaped = inside.at(at + 1);
    const bool octal = escaped >= '0' && escaped <= '7';
    path += octal ? static_cast<char>(std::stoi(std::string(inside.substr(at + 1, 3)), nullptr, 8)) : escaped;
    at += octal ? 3 : 1;
  }
  return path;
}

void quote_path(const std::string& path) {
  promise(unquoted(quoted_path(path)) == path, "a path is quoted so that it is read again");
}

// A value cannot begin a section or a setting of its own.
void write_settings(Input& input) {
  const std::string value = input.part();
  const std::string text = config_text({{"filter.lfs.clean", value}, {"core.eol", "lf"}});
  promise(std::count(text.begin(), text.end(), '\n') == 4, "each setting takes two lines");
  promise(text.ends_with("\n[core]\n\teol = \"lf\"\n"), "and the next is as it would be alone");
}

void name_things(const std::string& text) {
  const std::string key = workspace_key(text);
  promise(!key.empty() && key.front() != '.' && key.front() != '-' && key.size() < 256,
          "a folder can be called so");
  promise(key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") ==
              std::string::npos,
          "of harmless letters");
  promise(is_dot_git(".git" + std::string(text.size() % 3, ' ')), "disguises are known");
  promise(!is_dot_git(text) || is_dot_git(text + "."), "on NTFS too");
  promise(!is_dot_gitmodules(text) || !is_dot_git(text) || text.find_first_of("\\:") != std::string::npos,
          "one name is one thing");
  const Listing names = listing({text, text});
  promise(names.count == 2 && names.names.size() == 2 && names.names[0].size() <= 200, "lists are bounded");
}

void match_globs(Input& input) {
  std::vector<std::string> globs = {input.part(), input.part()};
  const std::string path = input.rest();
  const ControlGlobs control(globs);
  promise(!control.match(path) || control.match_file(path), "what is named is named as a file too");
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  fuzz::Input input(data, size);
  switch (input.choice(6)) {
    case 0:
      fuzz::read_version(input.rest());
      break;
    case 1:
      fuzz::tell_failure(input.rest());
      break;
    case 2:
      fuzz::quote_path(input.rest());
      break;
    case 3:
      fuzz::write_settings(input);
      break;
    case 4:
      fuzz::name_things(input.rest());
      break;
    default:
      fuzz::match_globs(input);
  }
  return 0;
}
