#include "orchestrator/session/people.h"

namespace orchestrate {

void People::recall(const SoFar& so_far) {
  stop_ = so_far.stop;
  why_ = so_far.why;
  started_paused_ = so_far.started_paused;
}

void People::meet(std::int64_t session) {
  session_ = session;
  paused_ = store_.sessions.paused();
  started_paused_ = !paused_.empty();
}

void People::heed(std::int64_t now_ms) {
  paused_ = store_.sessions.paused();
  for (const std::int64_t task : store_.tasks.to_cancel())
    attempts_.cancel_task(task);
  const auto session = store_.sessions.find(session_);
  if (!session || session->stop_asked.empty()) return;
  drain("stopped by `orchestrate stop`", now_ms);
  if (session->stop_asked == "now") stop_now(why_, now_ms);
}

void People::on_signal(std::int64_t now_ms) {
  if (stop_ == Stop::no) {
    drain(kStoppedBySignal, now_ms);
  } else {
    stop_now(why_, now_ms);
  }
}

void People::drain(const std::string& why, std::int64_t now_ms) {
  if (stop_ != Stop::no) return;
  stop_ = Stop::drain;
  why_ = why;
  store_.events.add(events::session_draining(now_ms, why));
}

void People::stop_now(const std::string& why, std::int64_t now_ms) {
  if (stop_ == Stop::now) return;
  stop_ = Stop::now;
  if (why_.empty()) why_ = why;
  store_.events.add(events::session_stopping(now_ms, why_));
  attempts_.end_agents();
}

}  // namespace orchestrate
