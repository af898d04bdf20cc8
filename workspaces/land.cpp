#include <string_view>

#include "workspaces/git/project.h"
#include "workspaces/git/results.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr const char* kNothing = "0000000000000000000000000000000000000000";
constexpr std::chrono::minutes kTransferLimit{10};

// Every commit that we ever put on a branch of this task is remembered here, before the branch moves: a crash
// between the two must not make our own commit look like somebody else's.
std::string landed_ref(const std::string& commit) {
  return "refs/orchestrate/landed/" + commit;
}

class Landing {
 public:
  explicit Landing(const LandRequest& request)
      : request_(request), project_(Project::open(request.project)), results_(request.results_git) {}

  Landed run() {
    if (tree_of(results_, request_.commit) != request_.tree) {
      throw WorkspaceError("commit " + request_.commit + " is not what was judged: its tree is not " +
                           request_.tree + ". Nothing was landed");
    }
    results_.must({"update-ref", landed_ref(request_.commit), request_.commit});
    const std::string in_transit = "refs/orchestrate/landing/" + request_.commit;
    fetch(in_transit);
    const Landed landed = request_.mode == LandMode::branch ? land_branch() : land_target();
    drop(in_transit);
    drop(request_.keep_ref);
    return landed;
  }

 private:
  // Under a ref of ours first, so that the owner's gc cannot take the objects before a branch names them.
  void fetch(const std::string& in_transit) {
    GitOptions options;
    options.durable = true;
    options.time_limit = kTransferLimit;
    project_.git().must(
        {"fetch", "-q", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--no-recurse-submodules",
         request_.results_git, '+' + landed_ref(request_.commit) + ':' + in_transit},
        options);
  }

  void drop(const std::string& ref) {
    if (!ref.empty()) (void)project_.git().run({"update-ref", "-d", ref});
  }

  Landed land_branch() {
    const std::string& branch = request_.branch;
    const std::string old = commit_of(project_.git(), "refs/heads/" + branch);
    if (!already_in(old)) {
      refuse_checked_out(branch);
      if (!old.empty() && !is_ours(old) && !is_ancestor(project_.git(), old, request_.commit)) {
        throw WorkspaceError(
            "the branch " + branch + " of " + request_.project +
            " holds commits that are not ours, and they would be lost: rename it (git branch -m " + branch +
            " ...) or delete it, then land again");
      }
      move(branch, old);
    }
    verify(branch);
    return {branch, request_.commit, false};
  }

  Landed land_target() {
    const std::string& target = request_.target;
    const std::string old = commit_of(project_.git(), "refs/heads/" + target);
    if (old.empty()) throw WorkspaceError(request_.project + " has no branch " + target + " to merge into");
    if (!already_in(old)) {
      if (!is_ancestor(project_.git(), old, request_.commit)) {
        throw WorkspaceError(
            "the branch " + target + " of " + request_.project +
            " has moved on since this work began, so it cannot be fast-forwarded: land it as a branch and merge by hand");
      }
      const std::string folder = project_.checked_out_at(target);
      folder.empty() ? move(target, old) : merge(folder);
    }
    verify(target);
    return {target, request_.commit, true};
  }

  // Landed before, and the owner may have gone on from there.
  [[nodiscard]] bool already_in(const std::string& old) const {
    return !old.empty() && is_ancestor(project_.git(), request_.commit, old);
  }

  [[nodiscard]] bool is_ours(const std::string& commit) const {
    return !commit_of(results_, landed_ref(commit)).empty();
  }

  void refuse_checked_out(const std::string& branch) const {
    const std::string folder = project_.checked_out_at(branch);
    if (folder.empty()) return;
    throw WorkspaceError(
        "the branch " + branch + " is checked out in " + folder +
        ", whose files would no longer fit it: switch to another branch there, then land again");
  }

  // Compare-and-swap: whoever moved the branch since we looked is not overwritten.
  void move(const std::string& branch, const std::string& old) const {
    const std::string ref = "refs/heads/" + branch;
    project_.git().must({"check-ref-format", ref});
    GitOptions options;
    options.durable = true;
    const system::ProcessResult moved = project_.git().run(
        {"update-ref", "-m", "orchestrate: land", ref, request_.commit, old.empty() ? kNothing : old},
        options);
    if (moved.exit_code != 0 || moved.timed_out) {
      throw WorkspaceError(
          "the branch " + branch + " of " + request_.project +
          " was not set; land again, or rename what is in the way: " + describe_failure("update-ref", moved));
    }
  }

  // The owner's filters act here, as in any merge of their own; hooks do not. The folder is named by the
  // owner's git.
  void merge(const std::string& folder) const {
    GitOptions options;
    options.cwd = folder;
    options.durable = true;
    options.offline_lfs = true;
    options.time_limit = kTransferLimit;
    options.config = {"safe.directory=*", "merge.autoStash=false"};
    for (const Setting& setting : project_.allowed_settings()) {
      options.config.push_back(setting.key + '=' + setting.value);
    }
    const system::ProcessResult merged = Git("").run(
        {"merge", "-q", "--ff-only", "--no-stat", "--no-overwrite-ignore", request_.commit}, options);
    if (merged.exit_code != 0 || merged.timed_out) {
      throw WorkspaceError(
          "the work could not be merged into " + request_.target + ", checked out in " + folder +
          "; put away what is in the way there and land again: " + describe_failure("merge", merged));
    }
  }

  void verify(const std::string& branch) const {
    const std::string now = commit_of(project_.git(), "refs/heads/" + branch);
    const bool there = now == request_.commit || already_in(now);
    if (!there || tree_of(project_.git(), request_.commit) != request_.tree) {
      throw WorkspaceError("the branch " + branch + " of " + request_.project + " is at " + now +
                           " and not at " + request_.commit +
                           ", which was to land: somebody moved it meanwhile. Land again");
    }
  }

  const LandRequest& request_;
  Project project_;
  Git results_;
};

}  // namespace

Landed land(const LandRequest& request) {
  return Landing(request).run();
}

}  // namespace orchestrate::workspaces
