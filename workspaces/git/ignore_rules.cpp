#include "workspaces/git/ignore_rules.h"

#include <algorithm>

#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr const char* kName = ".gitignore";

bool is_rules_file(const std::string& path) {
  return path == kName || path.ends_with(std::string("/") + kName);
}

}  // namespace

IgnoreRules::IgnoreRules(const Git& results)
    : results_(results), folder_(results.git_dir()), git_(results.git_dir(), folder_.path()) {}

void IgnoreRules::add_all(const BaseTree& base) {
  for (const BaseTree::File& file : base.files_named(results_, kName))
    add(file.path, file.bytes);
}

void IgnoreRules::add(const std::string& path, std::string_view bytes) {
  any_ = folder_.put(path, bytes) || any_;
}

std::unordered_set<std::string> IgnoreRules::ignored(const std::vector<Question>& questions) const {
  std::unordered_set<std::string> paths;
  if (!any_ || questions.empty()) return paths;
  GitOptions options;
  options.literal_pathspecs = false;
  for (const Question& question : questions) {
    // A rule like "build/" holds for folders only, and git looks at the disk to tell; a folder that bears the
    // name of a rules file must not stand where git would read the rules.
    if (question.directory && !is_rules_file(question.path)) (void)folder_.make_folder(question.path);
    // "./" keeps a name that begins with ":" from being taken for pathspec magic.
    options.input += "./" + question.path + '\0';
  }
  const system::ProcessResult result = git_.run({"check-ignore", "--no-index", "-z", "--stdin"}, options);
  if ((result.exit_code != 0 && result.exit_code != 1) || result.timed_out || result.output_limit) {
    throw WorkspaceError(describe_failure("check-ignore", result));
  }
  for (std::string_view rest = result.out; !rest.empty();) {
    const std::string_view record = rest.substr(0, rest.find('\0'));
    paths.emplace(record.substr(std::min<std::size_t>(record.size(), 2)));
    rest.remove_prefix(std::min(rest.size(), record.size() + 1));
  }
  return paths;
}

}  // namespace orchestrate::workspaces
