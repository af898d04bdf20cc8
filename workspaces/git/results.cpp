#include "workspaces/git/results.h"

#include "workspaces/tree/folder.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

std::string quoted_value(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) {
    if (c == '\n') {
      text += "\\n";
    } else {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
  }
  return text + '"';
}

}  // namespace

std::string config_text(const std::vector<Setting>& settings) {
  std::string text;
  for (const Setting& setting : settings) {
    const std::size_t first = setting.key.find('.');
    const std::size_t last = setting.key.rfind('.');
    text += '[' + setting.key.substr(0, first);
    if (first != last) text += ' ' + quoted_value(setting.key.substr(first + 1, last - first - 1));
    text += "]\n\t" + setting.key.substr(last + 1) + " = " + quoted_value(setting.value) + '\n';
  }
  return text;
}

void borrow_objects(const std::string& git_dir, const Project& project) {
  make_private_folders(git_dir + "/objects/info");
  write_file(git_dir + "/objects/info/alternates", project.objects() + '\n');
  const std::string shallow = file_text(project.common_dir() + "/shallow");
  if (!shallow.empty()) write_file(git_dir + "/shallow", shallow);
}

void make_results(const std::string& path, const Project* project, const std::vector<Setting>& settings) {
  make_private_folders(path);
  const Git git(path);
  git.must({"init", "-q", "--bare", "--template=", "--object-format=sha1", path});
  std::vector<Setting> own{{"core.repositoryformatversion", "0"}, {"core.bare", "true"}};
  for (const Setting& setting : settings) {
    if (!setting.key.starts_with("user.")) own.push_back(setting);
  }
  if (project != nullptr) {
    borrow_objects(path, *project);
    // What the owner's LFS filter stores of a result has to be where the project will look for it.
    own.push_back({"lfs.storage", project->common_dir() + "/lfs"});
  }
  write_file(path + "/config", config_text(own));
}

std::string commit_of(const Git& git, const std::string& ref) {
  const system::ProcessResult result =
      git.run({"rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}"});
  return result.exit_code == 0 ? result.out.substr(0, result.out.find('\n')) : "";
}

std::string tree_of(const Git& git, const std::string& commit) {
  return git.line({"rev-parse", "--verify", "--end-of-options", commit + "^{tree}"});
}

bool is_ancestor(const Git& git, const std::string& ancestor, const std::string& commit) {
  const system::ProcessResult result = git.run({"merge-base", "--is-ancestor", ancestor, commit});
  if (result.exit_code > 1 || result.timed_out) throw WorkspaceError(describe_failure("merge-base", result));
  return result.exit_code == 0;
}

}  // namespace orchestrate::workspaces
