#include "orchestrator/queue/walk.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "routing/select.h"

namespace orchestrate {
namespace {

constexpr std::size_t kFirstPage = 4;  // a full house reads a handful of rows
constexpr std::size_t kLargestPage = 512;
constexpr std::size_t kSample = 16;

bool is_due(const Task& task, std::int64_t now_ms) {
  return task.state == TaskState::queued && !task.held && task.not_before_ms.value_or(0) <= now_ms &&
         task.next_attempt_ms.value_or(0) <= now_ms;
}

void wake_at(QueueWalk::Turn& turn, std::int64_t at_ms) {
  turn.wake_at_ms = std::min(turn.wake_at_ms.value_or(at_ms), at_ms);
}

void add_waiting(QueueWalk::Turn& turn, const Decision& decision) {
  if (decision.stopped_by_limit && decision.due) turn.left_by_limit = decision.holds.back();
  if (decision.wake_at_ms && decision.due) wake_at(turn, *decision.wake_at_ms);
}

WaitsFor waits_for(const Decision& decision) {
  WaitsFor waits;
  waits.available.insert(decision.route.asked.begin(), decision.route.asked.end());
  if (!decision.waits_for_tasks) waits.targets.insert(decision.route.names);
  return waits;
}

// When the first provider comes back that somebody in the stretch waits for.
std::optional<std::int64_t> next_park_end(const WaitsFor& waits, const SchedulingContext& context) {
  std::optional<std::int64_t> first_ms;
  for (const auto& names : waits.targets) {
    for (const auto& name : routing::select(names, context.candidates()).waits_for) {
      const Park* park = context.park_of(name);
      if (park != nullptr && park->until_ms)
        first_ms = std::min(first_ms.value_or(*park->until_ms), *park->until_ms);
    }
  }
  return first_ms;
}

bool held_by_budget(const WaitsFor& waits, const SchedulingContext& context) {
  return std::any_of(waits.targets.begin(), waits.targets.end(), [&context](const auto& names) {
    const std::string to = routing::select(names, context.candidates()).to;
    return !to.empty() && to != routing::kHuman && context.standing(to).too_dear;
  });
}

}  // namespace

QueueWalk::QueueWalk(Store& store, const std::vector<int>& ranks, std::vector<std::int64_t> only, bool watch,
                     std::size_t share, std::size_t stretches)
    : store_(store), ranks_(ranks), only_(std::move(only)), watch_(watch), share_(share) {
  for (const int rank : ranks_)
    streams_.emplace_back(rank, stretches);
}

void QueueWalk::forget() {
  fresh_ = true;
}

QueueWalk::Turn QueueWalk::turn(SchedulingContext& context, const Takers& takers) {
  Turn turn;
  turn.wake_at_ms = store_.tasks.next_due(context.now_ms(), ranks_, only_, watch_);
  if (!only_.empty()) {
    walk_listed(context, takers, turn);
    return turn;
  }
  turn.more = take_changes(context.now_ms());
  begin_walk();
  for (std::size_t met = 0; Stream* stream = earliest(context); ++met) {
    if (met == share_) {
      turn.more = true;
      break;
    }
    const Task task = std::move(stream->page.front());
    stream->page.pop_front();
    const Decision decision = decision_of(task, context);
    const bool taken = is_taken(task, decision, context, takers);
    const auto ends = stream->met.ahead_ends();
    stream->met.met(task.id, taken ? std::nullopt : std::optional(waits_for(decision)));
    if (ends == task.id) stream->read_out = false;  // what comes now is another stretch
  }
  look_back(context, turn);
  return turn;
}

bool QueueWalk::take_changes(std::int64_t now_ms) {
  if (std::exchange(fresh_, false)) {
    for (Stream& stream : streams_)
      stream.met.forget_all();
    store_.queue_changes.clear();
    seen_up_to_ = store_.tasks.last_id();
    retried_ = opened_ = {now_ms, std::numeric_limits<std::int64_t>::max()};
    return false;
  }
  // After a clock that was set back the same moments come again.
  for (DuePlace* since : {&retried_, &opened_})
    since->at_ms = std::min(since->at_ms, now_ms);
  bool more = false;
  auto& changes = store_.queue_changes;
  for (const auto& found :
       {changes.take(share_), changes.added(seen_up_to_, share_), changes.retried(retried_, now_ms, share_),
        changes.opened(opened_, now_ms, share_)}) {
    forget_places(found.places);
    more |= found.more;
  }
  return more;
}

void QueueWalk::forget_places(const std::vector<QueuedPlace>& places) {
  for (const auto& [rank, place] : places) {
    const auto of_rank = [rank = rank](const Stream& stream) { return stream.rank == rank; };
    const auto stream = std::find_if(streams_.begin(), streams_.end(), of_rank);
    if (stream != streams_.end()) stream->met.forget(place);
  }
}

void QueueWalk::begin_walk() {
  for (Stream& stream : streams_) {
    stream.met.rewind();
    stream.page.clear();
    stream.next_page = kFirstPage;
    stream.read_out = stream.ended = false;
  }
}

QueueWalk::Stream* QueueWalk::earliest(const SchedulingContext& context) {
  const std::int64_t aging_ms = context.config().dispatch.aging_ms;
  Stream* first = nullptr;
  for (Stream& stream : streams_) {
    const Task* task = head(stream, context);
    if (task == nullptr) continue;
    if (first == nullptr || earlier(*task, first->page.front(), context.now_ms(), aging_ms)) first = &stream;
  }
  return first;
}

// The next one to be met. nullptr: nobody else can start, as far as the stream goes.
const Task* QueueWalk::head(Stream& stream, const SchedulingContext& context) {
  while (!stream.ended) {
    const WaitsFor* known = stream.met.ahead();
    if (known != nullptr && known->still(context)) {
      stream.page.clear();
      stream.read_out = false;
      stream.met.skip();
    } else if (!stream.page.empty()) {
      return &stream.page.front();
    } else if (stream.read_out) {
      end_stretch(stream);
    } else {
      read_page(stream, context.now_ms());
    }
  }
  return nullptr;
}

void QueueWalk::read_page(Stream& stream, std::int64_t now_ms) {
  const QueuePlace upto = stream.met.ahead_ends().value_or(kQueueEnd);
  auto rows = store_.tasks.due(stream.rank, now_ms, stream.met.passed(), upto, stream.next_page);
  stream.read_out = rows.size() < stream.next_page;
  stream.page.assign(std::move_iterator(rows.begin()), std::move_iterator(rows.end()));
  stream.next_page = std::min(stream.next_page * 2, kLargestPage);
}

// Nobody else in it may start by its own row.
void QueueWalk::end_stretch(Stream& stream) {
  stream.read_out = false;
  if (const auto ends = stream.met.ahead_ends()) return stream.met.met(*ends, std::nullopt);
  stream.ended = true;
  const auto last = store_.queue_changes.last(stream.rank);
  if (last && stream.met.passed() < *last) stream.met.met(*last, std::nullopt);
}

Decision QueueWalk::decision_of(const Task& task, const SchedulingContext& context) {
  const auto unmet = task.depends_on.empty() ? std::vector<Task>{} : store_.tasks.unmet_dependencies(task.id);
  return decide(task, unmet, context);
}

bool QueueWalk::is_taken(const Task& task, const Decision& decision, SchedulingContext& context,
                         const Takers& takers) {
  switch (decision.kind) {
    case Decision::Kind::start:
      if (takers.start(task, decision, context)) context.started(decision.route.to);
      return true;
    case Decision::Kind::human:
      takers.hand_over(task, decision);
      return true;
    case Decision::Kind::wait:
      return false;
  }
  return false;
}

void QueueWalk::walk_listed(SchedulingContext& context, const Takers& takers, Turn& turn) {
  const std::int64_t now_ms = context.now_ms();
  std::vector<Task> tasks;
  for (const std::int64_t id : only_) {
    auto task = store_.tasks.find(id);
    if (task && is_due(*task, now_ms)) tasks.push_back(std::move(*task));
  }
  for (const Task& task : in_order(std::move(tasks), now_ms, context.config().dispatch.aging_ms)) {
    const Decision decision = decision_of(task, context);
    if (!is_taken(task, decision, context, takers)) add_waiting(turn, decision);
  }
}

// Some may wait for other tasks, whom nothing wakes: the first whose answer counts is looked for.
void QueueWalk::add_first_waiting(const SchedulingContext& context, int rank, const Met::Stretch& stretch,
                                  Turn& turn) {
  QueuePlace after = stretch.after;
  for (;;) {
    const auto tasks = store_.tasks.due(rank, context.now_ms(), after, stretch.last, kSample);
    for (const Task& task : tasks) {
      const Decision decision = decision_of(task, context);
      add_waiting(turn, decision);
      if (!decision.waits_for_tasks) return;
    }
    if (tasks.size() < kSample) return;
    after = tasks.back().id;
  }
}

// What time alone brings about, and what is left behind. While something runs the session goes on in any
// case; after that its end hangs on the answer, and rows are asked.
void QueueWalk::look_back(const SchedulingContext& context, Turn& turn) {
  const bool idle = context.load().running == 0;
  const std::string& closed = context.ceiling().closed;
  for (const Stream& stream : streams_) {
    if (idle && !closed.empty() &&
        !store_.tasks.due(stream.rank, context.now_ms(), kQueueBegin, kQueueEnd, 1).empty())
      turn.left_by_limit = closed;
    for (const auto& stretch : stream.met.waiting()) {
      const auto park_ends_ms = next_park_end(*stretch.waits, context);
      if (!idle && park_ends_ms) wake_at(turn, *park_ends_ms);
      if (!idle || (!park_ends_ms && !held_by_budget(*stretch.waits, context))) continue;
      add_first_waiting(context, stream.rank, stretch, turn);
    }
  }
}

}  // namespace orchestrate
