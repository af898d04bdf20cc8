#include "routing/select.h"

#include <algorithm>
#include <utility>

#include "routing/match.h"

namespace orchestrate::routing {
namespace {

class Search {
 public:
  explicit Search(const std::vector<Candidate>& candidates) : candidates_(candidates) {}

  // True: somebody starts. Marks each name as seen, so that fallbacks in a circle end.
  bool look_at(const std::string& name) {
    if (seen(name)) return false;
    seen_.push_back(name);
    if (name == kHuman) {
      selection_.to = kHuman;
      return true;
    }
    const Candidate* candidate = find(candidates_, name);
    if (candidate == nullptr) {
      selection_.passed_over.push_back(name + " does not exist");
      return false;
    }
    if (can_start(*candidate)) {
      selection_.to = name;
      return true;
    }
    selection_.waits_for.push_back(name);
    selection_.passed_over.push_back(why_not(*candidate));
    return false;
  }

  // Depth first, without recursion: a chain of fallbacks may be as long as the file.
  bool look_behind(const std::string& name) {
    std::vector<std::string> open = fallbacks_of(name);
    while (!open.empty()) {
      const std::string next = open.back();
      open.pop_back();
      if (seen(next)) continue;
      if (look_at(next)) return true;
      const auto further = fallbacks_of(next);
      open.insert(open.end(), further.begin(), further.end());
    }
    return false;
  }

  Selection finish() {
    if (!selection_.to.empty()) selection_.waits_for.clear();
    selection_.nobody_exists = selection_.to.empty() && selection_.waits_for.empty();
    return std::move(selection_);
  }

 private:
  [[nodiscard]] bool seen(const std::string& name) const {
    return std::find(seen_.begin(), seen_.end(), name) != seen_.end();
  }

  // Last first, as a stack wants them. Only a parked one has stand-ins.
  [[nodiscard]] std::vector<std::string> fallbacks_of(const std::string& name) const {
    const Candidate* candidate = find(candidates_, name);
    if (candidate == nullptr || !candidate->parked) return {};
    return {candidate->fallback.rbegin(), candidate->fallback.rend()};
  }

  const std::vector<Candidate>& candidates_;
  std::vector<std::string> seen_;
  Selection selection_;
};

}  // namespace

Selection select(const std::vector<std::string>& names, const std::vector<Candidate>& candidates) {
  Search search(candidates);
  for (const auto& name : names) {
    if (search.look_at(name)) return search.finish();
  }
  for (const auto& name : names) {
    if (search.look_behind(name)) break;
  }
  return search.finish();
}

}  // namespace orchestrate::routing
