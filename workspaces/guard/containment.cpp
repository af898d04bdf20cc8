#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "workspaces/git/blob_hash.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::size_t kLongestKey = 80;
constexpr std::size_t kHashDigits = 10;

bool is_plain(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

std::string resolved(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(realpath(path.c_str(), nullptr), std::free);
  if (!real) throw WorkspaceError("cannot resolve " + path + ": " + std::strerror(errno));
  return real.get();
}

}  // namespace

std::string workspace_key(const std::string& text) {
  std::string key = text.substr(0, kLongestKey);
  for (char& c : key) {
    if (!is_plain(c)) c = '_';
  }
  // A leading dot would hide the folder or name "." or "..", a leading dash would look like an option.
  if (!key.empty() && (key.front() == '.' || key.front() == '-')) key.front() = '_';
  if (key.empty()) key = "_";
  if (key == text) return key;
  return key + '-' + BlobHasher().sha1(text).substr(0, kHashDigits);
}

std::string contained(const std::string& root, const std::string& path) {
  const std::string below = resolved(root) + '/';
  std::string real = resolved(path);
  if (below == "//" || !real.starts_with(below)) {
    throw WorkspaceError(path + " resolves to " + real + ", which is not below " + root +
                         ": nothing is run there. Was a folder replaced by a symlink?");
  }
  return real;
}

}  // namespace orchestrate::workspaces
