#include "workspaces/tree/names.h"

#include <algorithm>
#include <string>

namespace orchestrate::workspaces {
namespace {

bool in(unsigned char byte, int low, int high) {
  return byte >= low && byte <= high;
}

// U+200C..200F, U+202A..202E, U+206A..206F, U+FEFF: what HFS+ leaves out when it compares names.
bool is_ignored_by_hfs(std::string_view three) {
  const auto a = static_cast<unsigned char>(three[0]);
  const auto b = static_cast<unsigned char>(three[1]);
  const auto c = static_cast<unsigned char>(three[2]);
  if (a == 0xe2 && b == 0x80) return in(c, 0x8c, 0x8f) || in(c, 0xaa, 0xae);
  if (a == 0xe2 && b == 0x81) return in(c, 0xaa, 0xaf);
  return a == 0xef && b == 0xbb && c == 0xbf;
}

std::string folded(std::string_view name) {
  std::string plain;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (i + 3 <= name.size() && is_ignored_by_hfs(name.substr(i, 3))) {
      i += 2;
      continue;
    }
    const char c = name[i];
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  while (!plain.empty() && (plain.back() == '.' || plain.back() == ' '))
    plain.pop_back();
  return plain;
}

// On NTFS a backslash separates components and a colon begins a stream name.
template <typename Predicate>
bool any_piece(std::string_view component, Predicate predicate) {
  while (true) {
    const std::size_t end = std::min(component.find_first_of("\\:"), component.size());
    if (predicate(folded(component.substr(0, end)))) return true;
    if (end == component.size()) return false;
    component.remove_prefix(end + 1);
  }
}

}  // namespace

bool is_dot_git(std::string_view component) {
  return any_piece(component, [](const std::string& name) { return name == ".git" || name == "git~1"; });
}

bool is_dot_gitmodules(std::string_view component) {
  return any_piece(component, [](const std::string& name) {
    return name == ".gitmodules" || name.starts_with("gitmod~") || name.starts_with("gi7eb");
  });
}

}  // namespace orchestrate::workspaces
