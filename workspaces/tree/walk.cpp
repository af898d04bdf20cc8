#include "workspaces/tree/walk.h"

#include <algorithm>
#include <utility>

#include "workspaces/tree/names.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::size_t kLeftOutListed = 200;
constexpr int kDeepest = 200;
constexpr std::int64_t kRulesFileBytes = 1 << 20;

struct Seen {
  std::string path;
  mode_t mode = 0;
  std::int64_t size = 0;
  bool tracked = false;
};

class Walk {
 public:
  Walk(TreeReader& reader, const BaseTree& base, IgnoreRules& rules, RulesFrom rules_from, const Caps& caps)
      : reader_(reader), base_(base), rules_(rules), rules_from_(rules_from), caps_(caps) {}

  WalkResult run() {
    std::vector<std::string> level{""};
    for (int depth = 0; !level.empty(); ++depth) {
      for (const std::string& directory : level)
        list(directory);
      level = admit(depth);
    }
    std::sort(result_.entries.begin(), result_.entries.end(),
              [](const WalkEntry& a, const WalkEntry& b) { return a.path < b.path; });
    return std::move(result_);
  }

 private:
  void list(const std::string& directory) {
    const auto entries = reader_.list(directory);
    if (!entries) return leave_out(directory, "unreadable");
    for (const DirectoryEntry& entry : *entries)
      look_at(directory, entry);
  }

  void look_at(const std::string& directory, const DirectoryEntry& entry) {
    const bool at_root = directory.empty();
    std::string path = at_root ? entry.name : directory + '/' + entry.name;
    if (entry.name == ".git") {
      if (!at_root) leave_out(path, "nested repository");
      return;
    }
    const bool symlink = S_ISLNK(entry.info.st_mode);
    if (is_dot_git(entry.name) || (symlink && is_dot_gitmodules(entry.name)))
      return leave_out(path, "bad name");
    if (static_cast<std::int64_t>(path.size()) > caps_.path_bytes) return leave_out(path, "path too deep");
    const TreeEntry* known = base_.find(path);
    if (known != nullptr && known->mode == kGitlinkMode) return look_at_submodule(path, entry);
    if (rules_from_ == RulesFrom::workspace) learn_rules(path, entry);
    const bool tracked = S_ISDIR(entry.info.st_mode) ? base_.has_directory(path) : known != nullptr;
    seen_.push_back({std::move(path), entry.info.st_mode, entry.info.st_size, tracked});
  }

  // Its contents belong to another repository; the base's link to it stays.
  void look_at_submodule(const std::string& path, const DirectoryEntry& entry) {
    const auto inside = S_ISDIR(entry.info.st_mode) ? reader_.list(path) : std::nullopt;
    if (!inside || !inside->empty()) leave_out(path, "submodule");
  }

  void learn_rules(const std::string& path, const DirectoryEntry& entry) {
    if (entry.name != ".gitignore" || !S_ISREG(entry.info.st_mode) || entry.info.st_size > kRulesFileBytes)
      return;
    if (const auto bytes = reader_.read_file(path, static_cast<std::size_t>(entry.info.st_size)))
      rules_.add(path, *bytes);
  }

  std::vector<std::string> admit(int depth) {
    std::vector<IgnoreRules::Question> questions;
    for (const Seen& seen : seen_) {
      if (!seen.tracked) questions.push_back({seen.path, S_ISDIR(seen.mode)});
    }
    const std::unordered_set<std::string> ignored = rules_.ignored(questions);
    std::vector<std::string> next;
    for (Seen& seen : std::exchange(seen_, {})) {
      if (!seen.tracked && ignored.contains(seen.path)) {
        ++result_.ignored;
      } else if (S_ISDIR(seen.mode)) {
        admit_directory(seen, depth, next);
      } else {
        admit_file(seen);
      }
    }
    return next;
  }

  void admit_directory(Seen& seen, int depth, std::vector<std::string>& next) {
    if (depth >= kDeepest) return leave_out(seen.path, "path too deep");
    if (!seen.tracked && ++new_directories_ > caps_.files) return leave_out(seen.path, "too many files");
    next.push_back(std::move(seen.path));
  }

  void admit_file(Seen& seen) {
    if (!S_ISREG(seen.mode) && !S_ISLNK(seen.mode)) return leave_out(seen.path, "special file");
    if (seen.size > caps_.file_bytes) return leave_out(seen.path, "oversize");
    if (!seen.tracked && ++new_files_ > caps_.files) return leave_out(seen.path, "too many files");
    const unsigned mode = S_ISLNK(seen.mode)           ? kSymlinkMode
                          : (seen.mode & S_IXUSR) != 0 ? kExecutableMode
                                                       : kPlainMode;
    result_.entries.push_back({std::move(seen.path), mode, seen.size});
  }

  void leave_out(const std::string& path, const char* why) {
    result_.left_out.add(path, why);
    if (base_.find(path) != nullptr || base_.has_directory(path)) result_.kept.insert(path);
  }

  TreeReader& reader_;
  const BaseTree& base_;
  IgnoreRules& rules_;
  const RulesFrom rules_from_;
  const Caps& caps_;
  std::vector<Seen> seen_;  // of the level at hand
  std::int64_t new_directories_ = 0;
  std::int64_t new_files_ = 0;
  WalkResult result_;
};

}  // namespace

void LeftOutList::add(const std::string& path, const std::string& why) {
  if (first_.size() < kLeftOutListed) first_.push_back({path, why});
  ++count_;
}

WalkResult walk(TreeReader& reader, const BaseTree& base, IgnoreRules& rules, RulesFrom rules_from,
                const Caps& caps) {
  return Walk(reader, base, rules, rules_from, caps).run();
}

}  // namespace orchestrate::workspaces
