#include "workspaces/history.h"

#include <fstream>
#include <iterator>

#include "workspaces/fast_import.h"
#include "workspaces/results.h"
#include "workspaces/tree_reader.h"

namespace orchestrate::workspaces {
namespace {

constexpr const char* kAgentRef = "refs/orchestrate/agent";
constexpr std::chrono::seconds kFetchLimit{60};
constexpr std::int64_t kMostEntries = 300'000;

// git is about to open this directory. A FIFO in it would hang it, a symlink or other alternates would make
// it read what the agent may not read itself. Hooks are never read by a fetch, and tools like to link them.
std::string why_not_plain(const std::string& workspace, const std::string& expected_alternates) {
  TreeReader reader(workspace + "/.git");
  std::vector<std::string> directories{""};
  std::int64_t count = 0;
  while (!directories.empty()) {
    const std::string directory = std::move(directories.back());
    directories.pop_back();
    const auto entries = reader.list(directory);
    if (!entries) return "a folder of its .git cannot be read";
    for (const DirectoryEntry& entry : *entries) {
      const std::string path = directory.empty() ? entry.name : directory + '/' + entry.name;
      if (++count > kMostEntries) return "its .git holds too many files";
      if (path == "hooks") continue;
      if (path == "commondir") return "its .git names another repository (commondir)";
      if (S_ISDIR(entry.info.st_mode)) {
        directories.push_back(path);
      } else if (!S_ISREG(entry.info.st_mode)) {
        return "its .git holds something that is no plain file: " + path;
      } else if (path == "objects/info/alternates" &&
                 (static_cast<std::size_t>(entry.info.st_size) != expected_alternates.size() ||
                  reader.read_file(path, expected_alternates.size()) != expected_alternates)) {
        return "its .git/objects/info/alternates was changed";
      }
    }
  }
  return "";
}

std::string alternates_of(const Git& results) {
  std::ifstream file(results.git_dir() + "/objects/info/alternates", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The agent's tip in our repository; empty, with a note, when it could not be had.
std::string fetch_tip(const Git& results, const SnapshotRequest& request, std::string& note) {
  try {
    note = why_not_plain(request.workspace, alternates_of(results));
  } catch (const WorkspaceError& error) {
    note = error.what();
  }
  if (!note.empty()) return "";
  GitOptions options;
  options.durable = true;
  options.time_limit = kFetchLimit;
  const ProcessResult fetched = results.run(
      {"fetch", "-q", "--no-tags", "--no-write-fetch-head", "--no-auto-gc", "--no-recurse-submodules",
       request.workspace, "+refs/heads/" + request.agent_branch + ':' + kAgentRef},
      options);
  if (fetched.exit_code != 0 || fetched.timed_out) {
    note = describe_failure("fetch of the agent's branch", fetched);
    return "";
  }
  return commit_of(results, kAgentRef);
}

// The snapshot's tree as one commit on top of the agent's.
std::string on_top(const Git& results, const SnapshotRequest& request, const std::string& tip,
                   const std::string& tree) {
  FastImport import(results);
  import.commit(kAgentRef, {request.author, request.message}, tip);
  import.put_tree(tree);
  import.finish();
  return commit_of(results, kAgentRef);
}

}  // namespace

History take_history(const Git& results, const SnapshotRequest& request, const std::string& scanned) {
  History history{scanned, "snapshot", "", 0};
  if (request.agent_branch.empty()) return history;
  const std::string tip = fetch_tip(results, request, history.note);
  if (tip.empty() || tip == request.base_commit) return history;
  if (!is_ancestor(results, request.base_commit, tip)) {
    history.note = "the agent's branch does not contain the commit it started from";
    return history;
  }
  history.agent_commits = std::stoi(results.line({"rev-list", "--count", request.base_commit + ".." + tip}));
  const std::string tree = tree_of(results, scanned);
  if (tree_of(results, tip) == tree) {
    history.commit = tip;
    history.kind = "agent";
  } else {
    history.commit = on_top(results, request, tip, tree);
    history.kind = "agent+snapshot";
    history.note = "the agent left changes that it did not commit; they are the last commit";
  }
  return history;
}

}  // namespace orchestrate::workspaces
