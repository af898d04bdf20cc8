#include <algorithm>
#include <charconv>
#include <string_view>

#include "workspaces/git/history.h"
#include "workspaces/git/results.h"
#include "workspaces/guard/restore.h"
#include "workspaces/tree/scan.h"
#include "workspaces/workspace.h"

namespace orchestrate::workspaces {
namespace {

constexpr const char* kScannedRef = "refs/orchestrate/scanned";
constexpr std::size_t kChangesListed = 2000;
constexpr std::chrono::minutes kDiffLimit{10};

// The next NUL-terminated field, taken off the front.
std::string_view take_field(std::string_view& rest) {
  const std::string_view field = rest.substr(0, rest.find('\0'));
  rest.remove_prefix(std::min(rest.size(), field.size() + 1));
  return field;
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;  // 0 for "-": a binary file has no lines
}

GitOptions diff_options() {
  GitOptions options;
  options.time_limit = kDiffLimit;
  options.config = {"core.bigFileThreshold=4m", "diff.algorithm=myers"};
  return options;
}

// ":100644 120000 <sha> <sha> T", before the path: git-diff-tree(1), "Raw output format".
struct RawChange {
  explicit RawChange(std::string_view field) {
    constexpr std::size_t kOldMode = 1;
    constexpr std::size_t kNewMode = 8;
    if (field.size() < kNewMode + 6) return;
    stands_for_a_folder = is_link(field.substr(kOldMode, 6)) || is_link(field.substr(kNewMode, 6));
    const std::size_t blank = field.rfind(' ');
    if (blank + 1 < field.size()) status = field[blank + 1];
  }

  char status = 'M';
  bool stands_for_a_folder = false;  // a symlink or a submodule, now or in the base

 private:
  static bool is_link(std::string_view mode) { return mode == "120000" || mode == "160000"; }
};

// What judges and steers the agent is looked for in every change; only what is shown to people is bounded.
void list_changes(const Git& results, const std::string& base, const ControlGlobs& gates,
                  Snapshot& snapshot) {
  const std::string raw =
      results.must({"diff-tree", "-r", "-z", "--no-renames", "--raw", base, snapshot.tree}, diff_options());
  std::vector<std::string> gates_changed;
  for (std::string_view rest = raw; !rest.empty(); ++snapshot.changed_files) {
    const RawChange change(take_field(rest));
    const std::string path(take_field(rest));
    if (change.stands_for_a_folder ? gates.match_file(path) : gates.match(path))
      gates_changed.push_back(path);
    if (snapshot.changes.size() < kChangesListed) snapshot.changes.push_back({change.status, path});
  }
  snapshot.gates_changed = listing(gates_changed);
}

void count_lines(const Git& results, const std::string& base, Snapshot& snapshot) {
  const std::string listing = results.must({"diff-tree", "-r", "-z", "--no-renames", "--numstat",
                                            "--no-ext-diff", "--no-textconv", base, snapshot.tree},
                                           diff_options());
  for (std::string_view rest = listing; !rest.empty();) {
    std::string_view record = take_field(rest);
    const std::size_t tab = std::min(record.find('\t'), record.size());
    snapshot.insertions += number(record.substr(0, tab));
    record.remove_prefix(std::min(record.size(), tab + 1));
    snapshot.deletions += number(record.substr(0, record.find('\t')));
  }
}

}  // namespace

Snapshot snapshot(const SnapshotRequest& request) {
  const Git results(request.results_git);
  ScanRequest wanted;
  wanted.workspace = request.workspace;
  wanted.parent = request.base_commit;
  wanted.rules = request.base_commit;
  wanted.ref = kScannedRef;
  wanted.text = {request.author, request.message};
  wanted.caps = request.caps;
  wanted.hidden = ControlGlobs(request.hidden);
  const Scan scanned = scan(results, wanted);

  Snapshot snapshot;
  snapshot.left_out = scanned.left_out.first();
  snapshot.left_out_count = scanned.left_out.count();
  snapshot.ignored_files = scanned.ignored;
  snapshot.commit = scanned.commit;
  snapshot.tree = tree_of(results, scanned.commit);
  snapshot.changed = snapshot.tree != tree_of(results, request.base_commit);
  snapshot.history = "none";
  if (snapshot.changed) {
    const History history = take_history(results, request, scanned.commit);
    snapshot.commit = history.commit;
    snapshot.history = history.kind;
    snapshot.history_note = history.note;
    snapshot.agent_commits = history.agent_commits;
    list_changes(results, request.base_commit, ControlGlobs(request.gates), snapshot);
    count_lines(results, request.base_commit, snapshot);
  } else {
    snapshot.commit = request.base_commit;
  }
  GitOptions durable;
  durable.durable = true;
  results.must({"update-ref", request.ref, snapshot.commit}, durable);
  // Checks and people find everything where it was.
  bring_back(results, request.workspace, request.base_commit, wanted.hidden);
  return snapshot;
}

}  // namespace orchestrate::workspaces
