#include "workspaces/git/history.h"

#include <algorithm>
#include <string_view>

#include "workspaces/git/fast_import.h"
#include "workspaces/git/results.h"
#include "workspaces/tree/folder.h"
#include "workspaces/tree/tree_reader.h"

namespace orchestrate::workspaces {
namespace {

constexpr const char* kAgentRef = "refs/orchestrate/agent";
constexpr std::chrono::seconds kFetchLimit{60};
constexpr std::int64_t kFetchMemoryBytes = 2LL << 30;
constexpr std::int64_t kMostEntries = 300'000;
constexpr std::int64_t kLargestRefsFile = 64 << 20;
constexpr std::size_t kIdDigits = 40;

[[noreturn]] void not_plain(const std::string& path) {
  throw WorkspaceError("its .git holds something that is no plain file: " + path);
}

// nullopt: not there.
std::optional<DirectoryEntry> entry_at(TreeReader& git_dir, const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string parent = slash == std::string::npos ? "" : path.substr(0, slash);
  if (!parent.empty()) {
    const auto above = entry_at(git_dir, parent);
    if (!above || !S_ISDIR(above->info.st_mode)) return std::nullopt;
  }
  for (const DirectoryEntry& entry : git_dir.list(parent).value_or(std::vector<DirectoryEntry>{})) {
    if (entry.name == path.substr(slash + 1)) return entry;
  }
  return std::nullopt;
}

// Empty: not there.
std::string plain_text(TreeReader& git_dir, const std::string& path) {
  const auto entry = entry_at(git_dir, path);
  if (!entry) return "";
  if (!S_ISREG(entry->info.st_mode)) not_plain(path);
  if (entry->info.st_size > kLargestRefsFile) throw WorkspaceError("its .git/" + path + " is too large");
  return git_dir.read_file(path, static_cast<std::size_t>(entry->info.st_size)).value_or("");
}

bool is_id(std::string_view text) {
  return text.size() == kIdDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// What the branch names (gitrepository-layout(5), "refs", "packed-refs").
std::string tip_of(TreeReader& git_dir, const std::string& branch) {
  const std::string ref = "refs/heads/" + branch;
  const std::string loose = plain_text(git_dir, ref);
  if (is_id(std::string_view(loose).substr(0, loose.find('\n')))) return loose.substr(0, kIdDigits);
  if (!loose.empty()) throw WorkspaceError("its branch " + branch + " does not name a commit");
  const std::string packed = plain_text(git_dir, "packed-refs");
  const std::size_t found = std::min(packed.find(' ' + ref + '\n'), packed.size());
  std::string id = packed.substr(found - std::min(found, kIdDigits), kIdDigits);
  if (!is_id(id)) throw WorkspaceError("it has no branch " + branch + " any more");
  return id;
}

// git is about to read these. A FIFO among them would hang it; a symlink, or other alternates, would make it
// read what the agent may not read itself.
void require_plain_objects(TreeReader& git_dir, const std::string& expected_alternates) {
  std::vector<std::string> directories{"objects"};
  std::int64_t count = 0;
  while (!directories.empty()) {
    const std::string directory = std::move(directories.back());
    directories.pop_back();
    const auto entries = git_dir.list(directory);
    if (!entries) throw WorkspaceError("its .git/" + directory + " cannot be read");
    for (const DirectoryEntry& entry : *entries) {
      const std::string path = directory + '/' + entry.name;
      if (++count > kMostEntries) throw WorkspaceError("its .git/objects holds too many files");
      if (S_ISDIR(entry.info.st_mode)) {
        directories.push_back(path);
      } else if (!S_ISREG(entry.info.st_mode)) {
        not_plain(path);
      }
    }
  }
  const std::string alternates = plain_text(git_dir, "objects/info/alternates");
  if (!alternates.empty() && alternates != expected_alternates) {
    throw WorkspaceError("its .git/objects/info/alternates was changed");
  }
}

// A repository of ours that holds the agent's objects and its tip, and nothing else of what it could set up:
// no configuration, hooks, grafts, or other refs, and none of the indexes that could belie the objects.
void make_view(const TemporaryFolder& view, const Git& results, const std::string& objects,
               const std::string& tip) {
  const auto put = [&](const std::string& path, const std::string& text) {
    if (!view.put(path, text)) throw WorkspaceError("cannot write " + view.path() + '/' + path);
  };
  put("HEAD", "ref: refs/heads/agent\n");
  put("refs/heads/agent", tip + '\n');
  put("config",
      "[core]\n\tbare = true\n\tcommitGraph = false\n\tmultiPackIndex = false\n"
      "[pack]\n\tuseBitmaps = false\n");
  put("objects/info/alternates", objects + '\n' + file_text(results.git_dir() + "/objects/info/alternates"));
  const std::string shallow = file_text(results.git_dir() + "/shallow");
  if (!shallow.empty()) put("shallow", shallow);
}

// The agent's tip in our repository.
std::string fetch_tip(const Git& results, const SnapshotRequest& request) {
  TreeReader git_dir(request.workspace + "/.git");
  require_plain_objects(git_dir, file_text(results.git_dir() + "/objects/info/alternates"));
  const TemporaryFolder view(results.git_dir());
  make_view(view, results, git_dir.root() + "/objects", tip_of(git_dir, request.agent_branch));
  GitOptions options;
  options.durable = true;
  options.time_limit = kFetchLimit;
  options.memory_limit_bytes = kFetchMemoryBytes;
  const system::ProcessResult fetched =
      results.run({"fetch", "-q", "--no-tags", "--no-write-fetch-head", "--no-auto-gc",
                   "--no-recurse-submodules", view.path(), std::string("+refs/heads/agent:") + kAgentRef},
                  options);
  if (fetched.exit_code != 0 || fetched.timed_out) {
    throw WorkspaceError(describe_failure("fetch of the agent's branch", fetched));
  }
  return results.line({"rev-parse", "--verify", std::string(kAgentRef) + "^{commit}"});
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

// What its commits make of the snapshot.
History connected(const Git& results, const SnapshotRequest& request, const std::string& scanned) {
  History history{scanned, "snapshot", "", 0};
  const std::string tip = fetch_tip(results, request);
  if (tip == request.base_commit) return history;
  if (!is_ancestor(results, request.base_commit, tip)) {
    throw WorkspaceError("the agent's branch does not contain the commit it started from");
  }
  const std::string commits = request.base_commit + ".." + tip;
  if (std::stoll(results.line({"rev-list", "--objects", "--disk-usage", commits})) >
      request.caps.total_bytes) {
    throw WorkspaceError("the agent's commits hold more than " + std::to_string(request.caps.total_bytes) +
                         " bytes, most of which are in no file any more");
  }
  history.agent_commits = std::stoi(results.line({"rev-list", "--count", commits}));
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

}  // namespace

History take_history(const Git& results, const SnapshotRequest& request, const std::string& scanned) {
  History none{scanned, "snapshot", "", 0};
  if (request.agent_branch.empty()) return none;
  try {
    return connected(results, request, scanned);
  } catch (const WorkspaceError& error) {
    none.note = error.what();
    return none;
  }
}

}  // namespace orchestrate::workspaces
