#include "workspaces/git/convert.h"

#include <filesystem>
#include <sstream>

#include "workspaces/git/fast_import.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr const char* kName = ".gitattributes";
constexpr std::chrono::minutes kTimeLimit{10};

}  // namespace

Converter::Converter(const Git& results, const BaseTree& base)
    : folder_(results.git_dir()), git_(results.git_dir(), folder_.path()) {
  for (const BaseTree::File& file : base.files_named(results, kName)) {
    active_ = folder_.put(file.path, file.bytes) || active_;
  }
  active_ = active_ || results.succeeds({"config", "--get", "core.autocrlf"});
}

bool Converter::add(const std::string& path, std::string_view bytes) {
  // Written here, an attributes file would act on the others in place of the base's.
  if (path == kName || path.ends_with(std::string("/") + kName)) {
    GitOptions options;
    options.durable = true;
    options.input = bytes;
    files_.push_back({path, git_.line({"hash-object", "-w", "--stdin", "--path=" + path}, options)});
    return true;
  }
  // What the base has below a name that is a file now says nothing about it.
  const std::string place = folder_.path() + "/" + path;
  if (std::filesystem::is_directory(place)) remove_tree(place);
  if (!folder_.put(path, bytes)) return false;
  files_.push_back({path, {}});
  return true;
}

std::vector<std::string> Converter::finish() {
  GitOptions options;
  options.durable = true;
  options.time_limit = kTimeLimit;
  for (const File& file : files_) {
    if (file.id.empty()) options.input += workspaces::quoted_path(file.path) + '\n';
  }
  if (!options.input.empty()) {
    std::istringstream lines(git_.must({"hash-object", "-w", "--stdin-paths"}, options));
    for (File& file : files_) {
      if (file.id.empty()) std::getline(lines, file.id);
    }
  }
  std::vector<std::string> ids;
  for (const File& file : files_) {
    if (file.id.empty()) throw WorkspaceError("git hash-object left out " + file.path);
    ids.push_back(file.id);
  }
  return ids;
}

}  // namespace orchestrate::workspaces
