#include "orchestrator/queue/queue.h"

#include <algorithm>

#include "orchestrator/queue/decide.h"

namespace orchestrate {
namespace {

constexpr std::size_t kLargestPage = 512;

bool is_due(const Task& task, std::int64_t now_ms) {
  return task.state == TaskState::queued && !task.held && task.not_before_ms.value_or(0) <= now_ms &&
         task.next_attempt_ms.value_or(0) <= now_ms;
}

}  // namespace

Queue::Queue(Store& store, const std::vector<int>& ranks, const std::vector<std::int64_t>& only,
             std::int64_t now_ms, std::int64_t aging_ms)
    : store_(store), now_ms_(now_ms), aging_ms_(aging_ms) {
  if (only.empty()) {
    for (const int rank : ranks)
      streams_.emplace_back().rank = rank;
    return;
  }
  for (const std::int64_t id : only) {
    const auto task = store.tasks.find(id);
    if (!task || !is_due(*task, now_ms)) continue;
    Stream& one = streams_.emplace_back();
    one.tasks.push_back(*task);
    one.ended = true;
  }
}

std::optional<Task> Queue::next() {
  Stream* first = nullptr;
  for (Stream& stream : streams_) {
    fill(stream);
    if (stream.tasks.empty()) continue;
    if (first == nullptr || earlier(stream.tasks.front(), first->tasks.front(), now_ms_, aging_ms_)) {
      first = &stream;
    }
  }
  if (first == nullptr) return std::nullopt;
  Task task = std::move(first->tasks.front());
  first->tasks.pop_front();
  return task;
}

void Queue::fill(Stream& stream) {
  if (!stream.tasks.empty() || stream.ended) return;
  store_.tasks.each_due(stream.rank, now_ms_, stream.after, stream.page,
                        [&stream](const Task& task) { stream.tasks.push_back(task); });
  stream.ended = stream.tasks.size() < stream.page;
  if (stream.tasks.empty()) return;
  stream.after = {stream.tasks.back().created_ms, stream.tasks.back().id};
  stream.page = std::min(stream.page * 2, kLargestPage);
}

}  // namespace orchestrate
