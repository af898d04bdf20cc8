// Where an agent works, and what it left there, read as bytes.
//
// Every function blocks and may take seconds: they run in a child process of their own (`orchestrate step
// DIR`, see step.h), never in the loop. Git is run with an empty environment plus a fixed list, full SHAs,
// `-z`, a time limit; it never opens a place that an agent wrote to, but for the objects of its history (and
// a failure costs only that). Failures of git or the file system throw WorkspaceError with a sentence for
// people.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "workspaces/kind.h"

namespace orchestrate::workspaces {

class WorkspaceError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// ---- create ----------------------------------------

struct CreateRequest {
  Kind kind = Kind::clone;
  std::string project;      // absolute: the project's checkout (not used for scratch)
  std::string base;         // branch or commit of the project; empty: what HEAD names
  std::string root;         // absolute: where this project's workspaces live; created 0700
  std::string key;          // becomes the folder's name below root, see workspace_key()
  std::string branch;       // the branch the agent finds itself on (clone)
  std::string results_git;  // absolute: our bare repository of the task, below state/results/
  std::string keep_ref;     // "refs/orchestrate/7/base", set in the project so that its gc keeps the base
  // Globs of files that are put back as the base has them when a clone or scratch folder is found, see
  // restore.h.
  std::vector<std::string> restore;
};

// Names for a report, however many there are.
struct Listing {
  std::vector<std::string> names;  // the first 20, long ones cut
  std::int64_t count = 0;          // of all
};
[[nodiscard]] Listing listing(const std::vector<std::string>& all);

struct Created {
  std::string path;         // the workspace, absolute, symlinks resolved, below root
  std::string base_commit;  // full SHA: what changes are measured against (in place: the tree as found)
  std::string base_tree;
  bool reused = false;    // it was there from an earlier attempt and was left as it is, but for:
  Listing restored = {};  // what was put back or set aside
};

// Creates, or finds the workspace of an earlier attempt and changes nothing in it but what `restore` names
// and, in any case, what that attempt set up for git (disarm.h, inner_repositories.h).
[[nodiscard]] Created create(const CreateRequest& request);

// An empty folder and no repository: a scratch workspace of which nothing is to be snapshotted. Two system
// calls, so it may be called from the loop. Found as it is when it exists.
[[nodiscard]] Created create_folder(const std::string& root, const std::string& key);

// A folder name of [A-Za-z0-9._-] for any text; with a hash of the original appended when anything had to be
// replaced.
[[nodiscard]] std::string workspace_key(const std::string& text);

// The path with symlinks resolved, when it lies strictly below root; throws otherwise. Called again right
// before exec.
[[nodiscard]] std::string contained(const std::string& root, const std::string& path);

// ---- hide ----------------------------------------

// Files that no switch of the agent's CLI keeps from acting are taken out of its sight, right before it
// starts.
struct HideRequest {
  Kind kind = Kind::clone;
  std::string workspace;
  std::string results_git;
  std::string base_commit;
  std::vector<std::string> globs;  // control_globs.h
  bool fresh = false;  // no agent has worked here yet: its git may be told that nothing is missing
};

// Returns what the agent will not see. In place nothing is taken away: there it is what it would see.
[[nodiscard]] Listing hide(const HideRequest& request);

// ---- snapshot ----------------------------------------

struct Caps {
  std::int64_t file_bytes = 50LL << 20;
  std::int64_t total_bytes = 2LL << 30;
  std::int64_t files = 200'000;
  int path_bytes = 3500;
};

struct SnapshotRequest {
  std::string workspace;
  std::string results_git;
  std::string base_commit;
  std::string agent_branch;         // whose history to fetch from the clone; empty: none (in place, scratch)
  std::string author;               // "Name <mail>" of the snapshot commit
  std::string message;              // its message
  std::string ref;                  // where to keep the result in results_git: "refs/orchestrate/result"
  std::vector<std::string> hidden;  // globs of what hide() took away: not missing, and brought back
  std::vector<std::string> gates;   // globs of what judges or steers the agent: which of them it changed
  Caps caps;
};

struct Change {
  char status = 'M';  // A M D T
  std::string path;
};

struct LeftOut {
  std::string path;
  // "special file", "oversize", "nested repository", "submodule", "unreadable", "too many files", "path too
  // deep", "bad name". What the base holds at such a path stays in the result as it is there.
  std::string why;
};

struct Snapshot {
  std::string commit;           // what gets published
  std::string tree;             // what verdicts are bound to
  bool changed = false;         // tree differs from the base's
  std::vector<Change> changes;  // against the base, first 2,000
  // Of ALL changes: what a gate names, and a symlink or submodule (or what was one) in the place of a folder
  // of such files.
  Listing gates_changed = {};
  std::int64_t changed_files = 0;
  std::int64_t insertions = 0;
  std::int64_t deletions = 0;
  std::vector<LeftOut> left_out;  // first 200
  std::int64_t left_out_count = 0;
  // Untracked and ignored by the base's rules: not part of the result. An ignored folder counts once.
  std::int64_t ignored_files = 0;
  // "agent": its commits as they are; "agent+snapshot": one of ours on top; "snapshot"; "none": unchanged.
  std::string history;
  std::string history_note;  // why the agent's history was not taken, for people
  int agent_commits = 0;
};

// Every process that could write there must be dead before; what changes while it is read is a
// WorkspaceError.
[[nodiscard]] Snapshot snapshot(const SnapshotRequest& request);

// ---- land ----------------------------------------

enum class LandMode { branch, merge_ff };

struct LandRequest {
  LandMode mode = LandMode::branch;
  std::string project;
  std::string results_git;
  std::string commit;
  std::string tree;  // what was judged; landing anything else is an error
  std::string base_commit;
  std::string branch;    // "orchestrate/7": created, or moved if it is an ancestor or was last set by us
  std::string target;    // merge_ff: the project's branch
  std::string keep_ref;  // removed once the work is published
};

struct Landed {
  std::string branch;
  std::string commit;
  bool merged = false;
};

[[nodiscard]] Landed land(const LandRequest& request);

// ---- checkout and remove ----------------------------------------

struct CheckoutRequest {
  std::string results_git;
  std::string commit;
  std::string path;  // must not exist; parent is ours
};

// A clean checkout of a commit, without history: for baseline checks and for checks with where = "fresh".
void checkout(const CheckoutRequest& request);

struct RemoveRequest {
  std::string root;
  std::vector<std::string> checkouts;  // made by checkout(): removed whatever they hold now
  std::string path;                    // the workspace; empty: only the checkouts
  std::string results_git;
  std::string ref;  // the published result; the workspace goes only when its tree still equals it
  std::string base_commit;
};

// Removes the workspace when nothing in it is unpublished. False, untouched: something would have been lost
// (`why`).
// The checkouts go in any case.
[[nodiscard]] bool remove_if_published(const RemoveRequest& request, std::string& why);

// Removes a directory tree of ours by descriptors, never following a symlink. Missing is fine.
void remove_tree(const std::string& path);

}  // namespace orchestrate::workspaces
