#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "workspaces/git/project.h"
#include "workspaces/git/results.h"
#include "workspaces/guard/disarm.h"
#include "workspaces/guard/inner_repositories.h"
#include "workspaces/guard/restore.h"
#include "workspaces/guard/set_aside.h"
#include "workspaces/tree/folder.h"
#include "workspaces/tree/scan.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::chrono::minutes kCheckoutLimit{30};

bool is_folder(const std::string& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return false;
  if (!S_ISDIR(info.st_mode))
    throw WorkspaceError(path + " is in the way of a workspace and is not a folder");
  return true;
}

void rename_folder(const std::string& from, const std::string& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    throw WorkspaceError("cannot rename " + from + " to " + to + ": " + std::strerror(errno));
  }
}

Created described(const std::string& root, const std::string& path, const Git& results) {
  Created created;
  created.path = contained(root, path);
  created.base_commit = commit_of(results, kBaseRef);
  if (created.base_commit.empty()) {
    throw WorkspaceError("the workspace " + path + " exists, but " + results.git_dir() +
                         " does not say what it started from: move the workspace away and try again");
  }
  created.base_tree = tree_of(results, created.base_commit);
  return created;
}

void keep_base(const Project& project, const std::string& keep_ref, const std::string& commit) {
  if (keep_ref.empty()) return;
  if (!keep_ref.starts_with("refs/orchestrate/")) throw WorkspaceError("not a ref of ours: " + keep_ref);
  project.git().must({"update-ref", keep_ref, commit});
}

// What the agent's own git needs. A commit without a name would fail, and its history would be lost.
std::string clone_config(std::vector<Setting> settings) {
  for (const auto& [key, value] :
       {Setting{"user.name", "orchestrate agent"}, Setting{"user.email", "agent@localhost"}}) {
    bool given = false;
    for (const Setting& setting : settings)
      given = given || setting.key == key;
    if (!given) settings.push_back({key, value});
  }
  return config_text(settings);
}

void append_file(const std::string& path, const std::string& text) {
  FILE* file = std::fopen(path.c_str(), "ae");
  const bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  if (file == nullptr || std::fclose(file) != 0 || !written) throw WorkspaceError("cannot write " + path);
}

// What the clone's .git/config is again at every further attempt: kept where no agent can write.
std::string config_record(const CreateRequest& request) {
  return request.results_git + "/workspace.config";
}

// A folder that holds nothing but a new .git without commits. "+" is in no key: what lies there is of an
// attempt that died half-way.
std::string make_repository(const CreateRequest& request, const Project& project,
                            const std::vector<Setting>& settings) {
  std::string path = request.root + "/+" + workspace_key(request.key);
  remove_tree(path);
  make_private_folders(path);
  const std::string git_dir = path + "/.git";
  Git("").must(
      {"init", "-q", "--template=", "--object-format=sha1", "--initial-branch=" + request.branch, path});
  // Tools expect what git's usual template would have made.
  make_private_folders(git_dir + "/info");
  make_private_folders(git_dir + "/hooks");
  borrow_objects(git_dir, project);
  append_file(git_dir + "/config", clone_config(settings));
  write_file(config_record(request), file_text(git_dir + "/config"));
  return path;
}

// The same as `git clone --shared --no-tags` and the removal of its remote, without a fetch of refs that
// nobody needs.
void check_out(const Project& project, const Project::Base& base, const std::string& branch,
               const std::string& path) {
  const Git git(path + "/.git", path);
  if (!base.branch.empty() && base.branch != branch) {
    // For `git diff main`. A failure ("a" and "a/b" cannot both be branches) takes nothing from the agent's
    // work.
    (void)git.run({"update-ref", "refs/heads/" + base.branch, base.commit});
  }
  GitOptions options;
  options.time_limit = kCheckoutLimit;
  options.config = {"lfs.storage=" + project.common_dir() + "/lfs"};
  git.must({"reset", "-q", "--hard", base.commit}, options);
}

// No program that an earlier agent named in the clone's .git runs with the git of the next one.
std::vector<std::string> make_harmless(const CreateRequest& request, const Project& project,
                                       const std::string& commit, SetAside& tree) {
  const bool usable = holds_repository(tree);
  // A version before this one kept none.
  const bool recorded = !file_text(config_record(request)).empty();
  if (usable && recorded) return disarm(tree, file_text(config_record(request)));
  const std::string unfinished = make_repository(request, project, project.allowed_settings());
  std::vector<std::string> changed{".git"};
  if (usable) {
    changed = disarm(tree, file_text(config_record(request)));
  } else {
    Git(unfinished + "/.git", unfinished).must({"reset", "-q", commit});
    (void)tree.take(".git");
    rename_folder(unfinished + "/.git", tree.workspace() + "/.git");
  }
  remove_tree(unfinished);
  return changed;
}

// `project`: what a clone was made of.
Created found(const CreateRequest& request, const std::string& path, const Git& results,
              const Project* project) {
  Created created = described(request.root, path, results);
  created.reused = true;
  SetAside tree(created.path);
  const auto restored = restore(results, tree, created.base_commit, ControlGlobs(request.restore));
  std::vector<std::string> changed;
  if (project != nullptr) changed = make_harmless(request, *project, created.base_commit, tree);
  const auto inner = disarm_inner(tree, results, project != nullptr);
  changed.insert(changed.end(), inner.begin(), inner.end());
  changed.insert(changed.end(), restored.begin(), restored.end());
  created.restored = listing(changed);
  return created;
}

Created create_clone(const CreateRequest& request) {
  const Project project = Project::open(request.project);
  make_private_folders(request.root);
  const std::string path = request.root + '/' + workspace_key(request.key);
  const Git results(request.results_git);
  if (is_folder(path)) return found(request, path, results, &project);

  const Project::Base base = project.resolve(request.base);
  keep_base(project, request.keep_ref, base.commit);
  const std::vector<Setting> settings = project.allowed_settings();
  make_results(request.results_git, &project, settings);
  const std::string unfinished = make_repository(request, project, settings);
  check_out(project, base, request.branch, unfinished);
  results.must({"update-ref", kBaseRef, base.commit});
  rename_folder(unfinished, path);
  return described(request.root, path, results);
}

Created create_in_place(const CreateRequest& request) {
  if (!is_folder(request.project))
    throw WorkspaceError(request.project + " does not exist: correct the project's path");
  const std::optional<Project> project = Project::find(request.project);
  const Git results(request.results_git);
  const std::string head = project ? project->head_commit() : "";
  Created created;
  created.path = std::filesystem::canonical(request.project).string();
  created.reused = !commit_of(results, kBaseRef).empty();
  if (!created.reused) {
    if (!head.empty()) keep_base(*project, request.keep_ref, head);
    make_results(request.results_git, project ? &*project : nullptr,
                 project ? project->allowed_settings() : std::vector<Setting>{});
    ScanRequest as_found;
    as_found.workspace = created.path;
    as_found.parent = head;
    as_found.rules = head;
    as_found.rules_from = RulesFrom::workspace;
    as_found.ref = "refs/orchestrate/found";
    as_found.text = {"orchestrate <orchestrate@localhost>", "The folder as it was found\n"};
    results.must({"update-ref", kBaseRef, scan(results, as_found).commit});
  }
  created.base_commit = commit_of(results, kBaseRef);
  created.base_tree = tree_of(results, created.base_commit);
  return created;
}

Created create_scratch(const CreateRequest& request) {
  make_private_folders(request.root);
  const std::string path = request.root + '/' + workspace_key(request.key);
  const Git results(request.results_git);
  if (is_folder(path)) return found(request, path, results, nullptr);
  require_git_version(results.line({"--version"}));
  make_results(request.results_git, nullptr, {});
  FastImport import(results);
  import.commit(kBaseRef, {"orchestrate <orchestrate@localhost>", "An empty folder\n"}, "");
  import.finish();
  make_private_folders(path);
  return described(request.root, path, results);
}

}  // namespace

Created create_folder(const std::string& root, const std::string& key) {
  const std::string path = root + '/' + workspace_key(key);
  Created created;
  created.reused = is_folder(path);
  make_private_folders(path);
  created.path = contained(root, path);
  return created;
}

Created create(const CreateRequest& request) {
  switch (request.kind) {
    case Kind::clone:
      return create_clone(request);
    case Kind::in_place:
      return create_in_place(request);
    case Kind::scratch:
      return create_scratch(request);
  }
  throw WorkspaceError("there is no such kind of workspace");
}

}  // namespace orchestrate::workspaces
