#include "spawners/step/watcher.h"

#include <utility>

namespace orchestrate::spawners {
namespace {

// A flooding step must not starve the others: so much of its output is read per turn.
constexpr std::size_t kBytesPerTurn = 1 << 20;

}  // namespace

void StepWatcher::want_lines(const std::vector<std::string>& record_files) {
  tails_.emplace_back(dir_, "stdout");
  for (const auto& file : record_files)
    tails_.emplace_back(dir_, file);
}

std::optional<StartRecord> StepWatcher::read(std::vector<Event>& events) {
  std::optional<StartRecord> started;
  if (!reported_start_) started = read_started(dir_);
  if (started) {
    reported_start_ = true;
    events.emplace_back(Started{id_, started->pid});
  }
  read_lines(events);
  return started;
}

bool StepWatcher::finish(std::vector<Event>& events) {
  const auto record = read_exit(dir_);
  if (!record) return false;
  finish_lines(*record, events);
  events.emplace_back(Exited{id_, *record});
  return true;
}

void StepWatcher::read_lines(std::vector<Event>& events) {
  more_output_ = false;
  for (auto& tail : tails_) {
    std::vector<std::string> lines;
    more_output_ |= tail.read(lines, kBytesPerTurn);
    report(tail, std::move(lines), events);
  }
}

// What the shim kept after the head, at most an eighth of the output limit, and the unterminated last lines.
void StepWatcher::finish_lines(const ExitRecord& record, std::vector<Event>& events) {
  for (auto& tail : tails_) {
    std::vector<std::string> lines;
    const auto& kept = tail.file() == "stdout"   ? record.stdout_tail
                       : tail.file() == "stderr" ? record.stderr_tail
                                                 : std::vector<std::string>();
    // There is a gap before what follows.
    if (!kept.empty() && record.dropped_bytes > 0) tail.finish(lines);
    for (const auto& name : kept) {
      tail.continue_with(dir_ + "/" + name);
      while (tail.read(lines, kBytesPerTurn)) {
      }
    }
    tail.finish(lines);
    report(tail, std::move(lines), events);
  }
}

void StepWatcher::report(Tail& tail, std::vector<std::string> lines, std::vector<Event>& events) const {
  if (!lines.empty()) events.emplace_back(Lines{id_, tail.file(), std::move(lines), tail.newly_cut()});
}

}  // namespace orchestrate::spawners
