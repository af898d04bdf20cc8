#include "workspaces/tree/scan.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "workspaces/git/blob_hash.h"
#include "workspaces/git/convert.h"

namespace orchestrate::workspaces {
namespace {

constexpr int kTries = 3;

struct Put {
  unsigned mode = 0;
  std::string object;  // an id, or a mark of the import
  std::string path;
};

bool same_mode(unsigned a, unsigned b) {
  // Old repositories hold 0100664; only the executable bit means anything.
  return (a & 0170000U) == (b & 0170000U) && (a & 0100U) == (b & 0100U);
}

class Scanner {
 public:
  Scanner(const Git& results, const ScanRequest& request)
      : results_(results),
        request_(request),
        reader_(request.workspace),
        parent_(BaseTree::read(results, request.parent)),
        rules_tree_(request.rules == request.parent ? BaseTree{} : BaseTree::read(results, request.rules)),
        converter_(results, rules_tree()) {}

  Scan run() {
    IgnoreRules rules(results_);
    rules.add_all(rules_tree());
    walk_ = walk(reader_, parent_, rules, request_.rules_from, request_.caps);
    for (const WalkEntry& entry : walk_.entries)
      take(entry);
    take_converted();
    reader_.require_unchanged();
    const std::vector<std::string> gone = removed();
    if (!request_.parent.empty() && puts_.empty() && gone.empty()) {
      return {request_.parent, std::move(walk_.left_out), walk_.ignored};
    }
    commit(gone);
    return {results_.line({"rev-parse", "--verify", request_.ref}), std::move(walk_.left_out), walk_.ignored};
  }

 private:
  [[nodiscard]] const BaseTree& rules_tree() const {
    return request_.rules == request_.parent ? parent_ : rules_tree_;
  }

  void take(const WalkEntry& entry) {
    const auto bytes = entry.mode == kSymlinkMode
                           ? reader_.read_link(entry.path)
                           : reader_.read_file(entry.path, static_cast<std::size_t>(entry.size));
    if (!bytes) return walk_.left_out.add(entry.path, "unreadable");
    const std::string id = hasher_.blob_id(*bytes);
    const TreeEntry* known = parent_.find(entry.path);
    const bool same_bytes = known != nullptr && known->id == id;
    if (same_bytes && same_mode(known->mode, entry.mode)) return;
    if (same_bytes) {
      puts_.push_back({entry.mode, id, entry.path});
    } else if (entry.size > request_.caps.total_bytes - taken_bytes_) {
      walk_.left_out.add(entry.path, "oversize");
    } else {
      taken_bytes_ += entry.size;
      store(entry, *bytes);
    }
  }

  void store(const WalkEntry& entry, const std::string& bytes) {
    if (entry.mode != kSymlinkMode && converter_.active() && converter_.add(entry.path, bytes)) {
      converted_.push_back({entry.mode, {}, entry.path});
    } else {
      puts_.push_back({entry.mode, import().blob(bytes), entry.path});
    }
  }

  void take_converted() {
    const std::vector<std::string> ids = converter_.finish();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      Put& put = converted_[i];
      const TreeEntry* known = parent_.find(put.path);
      if (known != nullptr && known->id == ids[i] && same_mode(known->mode, put.mode)) continue;
      put.object = ids[i];
      puts_.push_back(std::move(put));
    }
  }

  [[nodiscard]] std::vector<std::string> removed() const {
    std::unordered_set<std::string> present;
    for (const WalkEntry& entry : walk_.entries)
      present.insert(entry.path);
    std::vector<std::string> gone;
    for (const auto& [path, entry] : parent_.entries()) {
      if (entry.mode != kGitlinkMode && !present.contains(path) && !is_kept(path) &&
          !request_.hidden.match_file(path))
        gone.push_back(path);
    }
    return gone;
  }

  [[nodiscard]] bool is_kept(std::string path) const {
    while (!walk_.kept.empty()) {
      if (walk_.kept.contains(path)) return true;
      const std::size_t slash = path.rfind('/');
      if (slash == std::string::npos) return false;
      path.resize(slash);
    }
    return false;
  }

  void commit(const std::vector<std::string>& gone) {
    import().commit(request_.ref, request_.text, request_.parent);
    for (const std::string& path : gone)
      import().remove(path);
    for (const Put& put : puts_)
      import().put(put.mode, put.object, put.path);
    import().finish();
  }

  FastImport& import() {
    if (!import_) import_ = std::make_unique<FastImport>(results_);
    return *import_;
  }

  const Git& results_;
  const ScanRequest& request_;
  TreeReader reader_;
  BaseTree parent_;
  BaseTree rules_tree_;
  Converter converter_;
  BlobHasher hasher_;
  WalkResult walk_;
  std::vector<Put> puts_;
  std::vector<Put> converted_;
  std::int64_t taken_bytes_ = 0;
  std::unique_ptr<FastImport> import_;
};

}  // namespace

Scan scan(const Git& results, const ScanRequest& request) {
  for (int tries = 1;; ++tries) {
    try {
      return Scanner(results, request).run();
    } catch (const StillWriting&) {
      // In place, the owner may have saved a file just now. An agent's process would go on.
      if (tries == kTries) throw;
    }
  }
}

}  // namespace orchestrate::workspaces
