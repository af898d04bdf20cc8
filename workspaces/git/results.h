// Our bare repository of a task: what its agents left, as commits. No agent can write to it.
//
// It borrows the project's objects (gitrepository-layout(5), "alternates") and holds two refs of ours:
// refs/orchestrate/base, set last when the workspace's base is recorded, and the ones that callers name.
#pragma once

#include <string>
#include <vector>

#include "workspaces/git/git.h"
#include "workspaces/git/project.h"

namespace orchestrate::workspaces {

constexpr const char* kBaseRef = "refs/orchestrate/base";

// Creates what is missing; may be called again. No project: it borrows nothing.
void make_results(const std::string& path, const Project* project, const std::vector<Setting>& settings);

// The commit a ref names; empty when there is none (or no repository).
[[nodiscard]] std::string commit_of(const Git& git, const std::string& ref);
[[nodiscard]] std::string tree_of(const Git& git, const std::string& commit);
[[nodiscard]] bool is_ancestor(const Git& git, const std::string& ancestor, const std::string& commit);

// Lets a repository (its git directory) read the project's objects, and know where a shallow project's
// history ends.
void borrow_objects(const std::string& git_dir, const Project& project);

// Settings in the syntax of git-config(1), "CONFIGURATION FILE".
[[nodiscard]] std::string config_text(const std::vector<Setting>& settings);

}  // namespace orchestrate::workspaces
