#include "orchestrator/queue/met.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "routing/select.h"

namespace orchestrate {
namespace {

// More places that have to be met, each by itself, than this cannot be remembered.
constexpr std::size_t kHolesPerStretch = 8;

// Whoever it is, or a person: who is handed a task whether or not anything may start.
bool somebody_takes(const std::vector<std::string>& names, const SchedulingContext& context) {
  const std::string to = routing::select(names, context.candidates()).to;
  if (to == routing::kHuman) return true;
  return !to.empty() && !context.shut() && context.standing(to).clear();
}

}  // namespace

bool WaitsFor::still(const SchedulingContext& context) const {
  const bool as_it_was = std::all_of(available.begin(), available.end(), [&context](const auto& asked) {
    const Standing& stands = context.standing(asked.first);
    return (!stands.parked && !stands.full) == asked.second;
  });
  return as_it_was && std::none_of(targets.begin(), targets.end(),
                                   [&context](const auto& names) { return somebody_takes(names, context); });
}

std::optional<WaitsFor> both(const WaitsFor& a, const WaitsFor& b) {
  WaitsFor all = a;
  all.targets.insert(b.targets.begin(), b.targets.end());
  for (const auto& asked : b.available) {
    if (!all.available.insert(asked).second && all.available.at(asked.first) != asked.second)
      return std::nullopt;
  }
  return all;
}

void Met::forget(QueuePlace place) {
  const auto at = stretches_.lower_bound(place);
  if (at == stretches_.end() || !at->second) return;
  const QueuePlace begins = at == stretches_.begin() ? kQueueBegin : std::prev(at)->first;
  if (begins < place - 1) stretches_.emplace(place - 1, at->second);
  if (place < at->first) {
    stretches_.emplace(place, std::nullopt);
  } else {
    at->second.reset();
  }
}

void Met::forget_all() {
  stretches_.clear();
  rewind();
}

void Met::rewind() {
  if (stretches_.size() > most_) {
    // Well below, so that it is not done again at once.
    while (stretches_.size() > most_ / 2 && shrink()) {
    }
    if (stretches_.size() > most_ * kHolesPerStretch) stretches_.clear();
  }
  ahead_ = stretches_.begin();
  behind_ = stretches_.end();
  passed_ = kQueueBegin;
}

const WaitsFor* Met::ahead() const {
  return ahead_ == stretches_.end() || !ahead_->second ? nullptr : &*ahead_->second;
}

std::optional<QueuePlace> Met::ahead_ends() const {
  if (ahead_ == stretches_.end()) return std::nullopt;
  return ahead_->first;
}

void Met::skip() {
  if (behind_ != stretches_.end() && behind_->second == ahead_->second) stretches_.erase(behind_);
  behind_ = ahead_++;
  passed_ = behind_->first;
}

void Met::met(QueuePlace place, const std::optional<WaitsFor>& waits) {
  const bool to_its_end = ahead_ != stretches_.end() && !(place < ahead_->first);
  if (to_its_end) {
    // The last of the stretch: it takes over what is known now.
    ahead_->second = waits ? *waits : behind_ != stretches_.end() ? *behind_->second : WaitsFor{};
    return skip();
  }
  if (behind_ != stretches_.end() && (!waits || behind_->second == waits)) {
    auto node = stretches_.extract(behind_);
    node.key() = place;
    behind_ = stretches_.insert(ahead_, std::move(node));
  } else {
    behind_ = stretches_.insert_or_assign(ahead_, place, waits.value_or(WaitsFor{}));
  }
  passed_ = place;
}

std::vector<Met::Stretch> Met::waiting() const {
  std::vector<Stretch> all;
  QueuePlace after = kQueueBegin;
  for (const auto& [last, waits] : stretches_) {
    if (waits && !waits->targets.empty()) all.push_back({after, last, &*waits});
    after = last;
  }
  return all;
}

// Neighbours become one: less is known, and nothing wrongly. What is known is never given up for a place that
// has to be met. False: nothing could be joined.
bool Met::shrink() {
  const std::size_t before = stretches_.size();
  for (auto at = stretches_.begin(); at != stretches_.end() && std::next(at) != stretches_.end();) {
    const auto next = std::next(at);
    const bool holes = !at->second && !next->second;
    const auto joined = at->second && next->second ? both(*at->second, *next->second) : std::nullopt;
    if (!holes && !joined) {
      ++at;
      continue;
    }
    next->second = joined;
    stretches_.erase(at);
    at = std::next(next);
  }
  return stretches_.size() < before;
}

}  // namespace orchestrate
