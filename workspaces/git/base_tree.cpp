#include "workspaces/git/base_tree.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

// The output of `git cat-file --batch` for blobs: "<id> blob <size>\n<bytes>\n" each.
std::vector<std::string> parse_batch(std::string_view output) {
  std::vector<std::string> blobs;
  while (!output.empty()) {
    const std::size_t end = output.find('\n');
    const std::string head(output.substr(0, end));
    if (end == std::string_view::npos || head.find(" blob ") == std::string::npos) {
      throw WorkspaceError("git cat-file did not find an object of the base: " + head);
    }
    const std::size_t size = std::stoul(head.substr(head.rfind(' ') + 1));
    blobs.emplace_back(output.substr(end + 1, size));
    output.remove_prefix(std::min(output.size(), end + 1 + size + 1));
  }
  return blobs;
}

}  // namespace

BaseTree BaseTree::read(const Git& git, const std::string& commit) {
  BaseTree tree;
  if (commit.empty()) return tree;
  const std::string listing = git.must({"ls-tree", "-r", "-z", "--full-tree", commit});
  std::string_view rest = listing;
  while (!rest.empty()) {
    const std::string_view record = rest.substr(0, rest.find('\0'));
    const std::size_t tab = record.find('\t');
    const std::size_t space = record.rfind(' ', tab);
    if (tab == std::string_view::npos || space == std::string_view::npos) {
      throw WorkspaceError("git ls-tree printed a line that is none: " + std::string(record));
    }
    const auto mode = static_cast<unsigned>(std::stoul(std::string(record.substr(0, 6)), nullptr, 8));
    tree.add(std::string(record.substr(tab + 1)),
             {mode, std::string(record.substr(space + 1, tab - space - 1))});
    rest.remove_prefix(std::min(rest.size(), record.size() + 1));
  }
  return tree;
}

void BaseTree::add(const std::string& path, TreeEntry entry) {
  entries_.insert_or_assign(path, std::move(entry));
  for (std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
       slash = path.rfind('/', slash - 1)) {
    if (!directories_.insert(path.substr(0, slash)).second) break;
  }
}

const TreeEntry* BaseTree::find(const std::string& path) const {
  const auto found = entries_.find(path);
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<BaseTree::File> BaseTree::files_named(const Git& git, const std::string& name) const {
  std::vector<File> files;
  GitOptions options;
  for (const auto& [path, entry] : entries_) {
    const bool regular = entry.mode != kSymlinkMode && entry.mode != kGitlinkMode;
    if (!regular || (path != name && !path.ends_with('/' + name))) continue;
    files.push_back({path, {}});
    options.input += entry.id + '\n';
  }
  if (files.empty()) return files;
  std::vector<std::string> blobs = parse_batch(git.must({"cat-file", "--batch"}, options));
  if (blobs.size() != files.size()) throw WorkspaceError("git cat-file left out objects of the base");
  for (std::size_t i = 0; i < files.size(); ++i)
    files[i].bytes = std::move(blobs[i]);
  return files;
}

}  // namespace orchestrate::workspaces
