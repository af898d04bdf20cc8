#include "orchestrator/session/scheduler.h"

#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "orchestrator/queue/survey.h"
#include "text/time_text.h"

namespace orchestrate {
namespace {

constexpr std::int64_t kLongestSleepMs = 3'600'000;  // a clock that jumps is noticed within the hour

}  // namespace

Scheduler::Scheduler(Project project, Store& store, spawners::Runner& runner, SessionOptions options,
                     Observer* observer)
    : project_(std::make_shared<const Project>(std::move(project))),
      config_seen_(config_fingerprint(project_->paths)),
      store_(store),
      runner_(runner),
      options_(std::move(options)),
      observer_(observer),
      random_(options_.seed) {
  unusable_ = unusable_agent_types(project_->config, options_.environment);
  set_window();
}

SessionEnd Scheduler::run() {
  last_seq_ = store_.events.last();
  started_paused_ = !store_.sessions.paused().empty();
  store_.write([this] { session_ = store_.sessions.start(::getpid(), runner_.now().wall_ms); });
  adopt_open_runs();
  std::vector<spawners::Event> events;
  for (;;) {
    turn(events);
    launch_ready();
    tell_observer();
    if (over()) break;
    events = runner_.wait(own_events_.empty() ? next_deadline() : 0);
    std::move(own_events_.begin(), own_events_.end(), std::back_inserter(events));
    own_events_.clear();
  }
  const SessionEnd how = end();
  const std::string reason = closed_.empty() ? left_by_limit_ : closed_;
  store_.write([&] { store_.sessions.end(session_, static_cast<int>(how), reason, runner_.now().wall_ms); });
  tell_observer();
  return how;
}

void Scheduler::turn(const std::vector<spawners::Event>& events) {
  store_.write([&] {
    reload_config();
    // Asked within the transaction: whoever woke us has committed by now.
    if (store_.changed_by_others()) heed_people();
    for (const auto& event : events)
      apply(event);
    for (auto& [id, live] : live_)
      write_progress(live, false);
    for (const std::int64_t id : finished_)
      live_.erase(id);
    look_ |= !finished_.empty() || (wake_at_ms_ && runner_.now().wall_ms >= *wake_at_ms_);
    finished_.clear();
    close_window();
    if (std::exchange(look_, false)) fill_slots();
  });
}

void Scheduler::launch_ready() {
  for (auto& step : std::exchange(ready_, {})) {
    try {
      runner_.start(step);
    } catch (const std::system_error& e) {
      // A full disk, no more descriptors: this step's failure, not the night's.
      spawners::ExitRecord record;
      record.reason = spawners::ExitReason::spawn_failed;
      record.error = e.what();
      own_events_.emplace_back(spawners::Exited{step.id, record});
    }
  }
}

void Scheduler::close_window() {
  const std::int64_t now_ms = runner_.now().wall_ms;
  if (until_ms_ && now_ms >= *until_ms_) {
    if (closed_.empty()) closed_ = "the night ended at " + local_time(*until_ms_, now_ms);
    look_ = true;
    if (stop_ != Stop::now) stop_now();
  } else if (last_start_ms_ && now_ms >= *last_start_ms_ && closed_.empty()) {
    closed_ = "nothing is started after " + local_time(*last_start_ms_, now_ms);
    look_ = true;
  }
}

bool Scheduler::over() const {
  if (!live_.empty() || !own_events_.empty() || !ready_.empty()) return false;
  if (!closed_.empty() || stop_ != Stop::no) return true;
  // Who pauses a session means to resume it; one that finds itself paused would wait for nobody.
  if (!paused_.empty() && !left_by_limit_.empty()) return started_paused_ && !options_.watch;
  return !options_.watch && !wake_at_ms_;
}

std::int64_t Scheduler::next_deadline() const {
  const auto now = runner_.now();
  if (look_) return now.mono_ms;
  std::int64_t deadline = now.mono_ms + kLongestSleepMs;
  const auto at_wall = [&](const std::optional<std::int64_t>& wall_ms) {
    if (wall_ms)
      deadline = std::min(deadline, now.mono_ms + std::max<std::int64_t>(1, *wall_ms - now.wall_ms));
  };
  if (stop_ == Stop::no && closed_.empty()) {
    at_wall(wake_at_ms_);
    at_wall(last_start_ms_);
  }
  if (stop_ != Stop::now) at_wall(until_ms_);
  for (const auto& [id, live] : live_) {
    if (live.dirty) deadline = std::min(deadline, live.written_mono_ms + 2'000);
  }
  if (options_.alive_ms > 0) deadline = std::min(deadline, now.mono_ms + options_.alive_ms);
  if (options_.refresh_ms > 0 && !live_.empty())
    deadline = std::min(deadline, now.mono_ms + options_.refresh_ms);
  return deadline;
}

SessionEnd Scheduler::end() const {
  if (store_.sessions.failed(session_)) return SessionEnd::failed;
  if (!left_by_limit_.empty()) return SessionEnd::limit;
  if (!store_.inbox.list("open").empty()) return SessionEnd::decisions;
  return SessionEnd::done;
}

void Scheduler::tell_observer() {
  if (observer_ == nullptr) return;
  const auto rows = store_.events.after(last_seq_, 10'000);
  if (!rows.empty()) last_seq_ = rows.back().seq;
  observer_->events(rows);
  if (options_.refresh_ms == 0) return;
  std::vector<RunningView> views;
  const std::int64_t now_ms = runner_.now().mono_ms;
  for (const auto& [id, live] : live_) {
    const auto& r = live.run;
    views.push_back({r.task.id, r.run.id, r.task.title, r.run.agent_type,
                     r.current ? step_name(r.current->kind) : "", r.notes.last_activity,
                     now_ms - live.started_mono_ms, now_ms - live.last_line_mono_ms,
                     r.notes.tokens_in + r.notes.tokens_out, r.notes.cost_usd});
  }
  observer_->turn(views, store_.tasks.counts());
}

}  // namespace orchestrate
