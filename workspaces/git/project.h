// The owner's repository: trusted, and opened with as little of its configuration acting as git allows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workspaces/git/git.h"

namespace orchestrate::workspaces {

struct Setting {
  std::string key;  // "filter.lfs.clean"
  std::string value;
};

class Project {
 public:
  // Throws with what to do when it is no git repository, a part of one, or one that we cannot work with.
  static Project open(const std::string& path);

  // nullopt when `path` is not the top of a repository.
  static std::optional<Project> find(const std::string& path);

  [[nodiscard]] const Git& git() const { return git_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string objects() const { return common_dir_ + "/objects"; }
  [[nodiscard]] std::string common_dir() const { return common_dir_; }

  // The full SHA of a branch, remote branch, tag or commit; empty: of the branch that HEAD names.
  struct Base {
    std::string commit;
    std::string branch;  // "main", when it is a branch of the project
  };
  [[nodiscard]] Base resolve(const std::string& name) const;

  // What HEAD names, whatever it is; empty when there is no commit yet.
  [[nodiscard]] std::string head_commit() const;

  // The folder where refs/heads/<branch> is checked out; empty: nowhere.
  [[nodiscard]] std::string checked_out_at(const std::string& branch) const;

  // What a workspace gets of the owner's settings, from an allow-list: user.name, user.email, filter.lfs.*,
  // core.autocrlf, core.eol.
  [[nodiscard]] std::vector<Setting> allowed_settings() const;

 private:
  Project(std::string path, std::string git_dir, std::string common_dir);

  [[nodiscard]] std::string commit_or_empty(const std::string& ref) const;
  [[nodiscard]] Base resolve_head() const;

  std::string path_;
  std::string common_dir_;
  Git git_;
};

}  // namespace orchestrate::workspaces
