#include <csignal>

#include "orchestrator/queue/survey.h"
#include "orchestrator/session/scheduler.h"
#include "orchestrator/store/json.h"
#include "text/time_text.h"

namespace orchestrate {
namespace {

std::optional<std::int64_t> next_time(std::int64_t now_ms, const std::optional<int>& minutes) {
  return minutes ? std::optional(next_local_ms(now_ms, *minutes)) : std::nullopt;
}

}  // namespace

// Another program has written into the database: perhaps a person, by another verb.
void Scheduler::heed_people() {
  look_ = true;
  paused_ = store_.sessions.paused();
  for (const std::int64_t task : store_.tasks.to_cancel()) {
    for (auto& [id, live] : live_) {
      if (live.run.task.id == task) cancel_run(live);
    }
  }
  const auto session = store_.sessions.find(session_);
  if (!session || session->stop_asked.empty()) return;
  if (stop_ == Stop::no) drain("stopped by `orchestrate stop`");
  if (session->stop_asked == "now" && stop_ != Stop::now) stop_now();
}

void Scheduler::cancel_run(Live& live) {
  if (live.run.cancelled || live.run.verdict)
    return;  // once it is judged, what is left is short and saves work
  live.run.cancelled = live.run.stopping = true;
  if (live.run.current) runner_.cancel(live.step_id);
}

void Scheduler::on_signal(int number) {
  if (number == SIGHUP) {
    config_seen_ = "asked for";  // no fingerprint looks like that
    return reload_config();
  }
  if (stop_ == Stop::no) {
    drain("stopped by a signal");
  } else {
    stop_now();
  }
}

void Scheduler::drain(const std::string& why) {
  stop_ = Stop::drain;
  closed_ = why;
  look_ = true;
  store_.events.add(
      {0, runner_.now().wall_ms, session_, {}, {}, "session_draining", object_json({{"why", why}})});
}

void Scheduler::stop_now() {
  stop_ = Stop::now;
  look_ = true;
  store_.events.add(
      {0, runner_.now().wall_ms, session_, {}, {}, "session_stopping", object_json({{"why", closed_}})});
  for (auto& [id, live] : live_) {
    live.run.stopping = true;
    // What comes after the agent is short and saves its work: it runs to its end.
    if (live.run.current && (live.run.current->kind == StepKind::agent || !live.run.exit))
      runner_.cancel(live.step_id);
  }
}

// The window of this night, by the clock of now.
void Scheduler::set_window() {
  const std::int64_t now_ms = runner_.now().wall_ms;
  const auto& night = project_->config.night;
  until_ms_ = next_time(now_ms, options_.until ? options_.until : night.until);
  last_start_ms_ = next_time(now_ms, night.last_start);
  // `last_start` after `until` as seen from now means that it has passed for tonight.
  if (until_ms_ && last_start_ms_ && *last_start_ms_ > *until_ms_) last_start_ms_ = now_ms;
}

// A broken file keeps the last good configuration. Where work is done and kept does not move in mid-session.
void Scheduler::reload_config() {
  const std::string seen = config_fingerprint(project_->paths);
  if (seen == config_seen_) return;
  config_seen_ = seen;
  Project fresh = load_project(project_->paths.project);
  const bool holds = fresh.errors.empty();
  const std::string text = holds ? "" : fresh.errors.front().file + ": " + fresh.errors.front().message;
  if (holds) {
    fresh.paths = project_->paths;
    const bool new_window = fresh.config.night != project_->config.night;
    project_ = std::make_shared<const Project>(std::move(fresh));
    unusable_ = unusable_agent_types(project_->config, options_.environment);
    if (new_window) set_window();
    met_up_to_ = 0;  // a new rule may send any of them to a person
    look_ = true;
  }
  store_.events.add({0,
                     runner_.now().wall_ms,
                     session_,
                     {},
                     {},
                     holds ? "config_reloaded" : "config_broken",
                     object_json({{"problem", text}})});
}

}  // namespace orchestrate
