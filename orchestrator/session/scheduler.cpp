#include "orchestrator/session/scheduler.h"

#include <algorithm>
#include <csignal>
#include <iterator>
#include <utility>

#include "orchestrator/session/begin/known_files.h"
#include "orchestrator/session/begin/not_on_record.h"

namespace orchestrate {
namespace {

constexpr std::int64_t kLongestSleepMs = 3'600'000;  // a clock that jumps is noticed within the hour
// Between two turns that follow each other at once: whoever waits to write tries again every few
// milliseconds.
constexpr std::int64_t kBreathMs = 10;
constexpr int kEventsPerTurn = 10'000;

bool asks_to_stop(const spawners::Event& event) {
  const auto* signal = std::get_if<spawners::Signal>(&event);
  return signal != nullptr && signal->number != SIGHUP;
}

}  // namespace

Scheduler::Scheduler(Project project, Store& store, spawners::Runner& runner, const Machine& machine,
                     SessionOptions options, Observer* observer)
    : store_(store),
      runner_(runner),
      machine_(machine),
      options_(std::move(options)),
      observer_(observer),
      configuration_(options_.goes_on ? options_.goes_on->configuration
                                      : Configuration(std::move(project), machine)),
      attempts_(store, runner, machine, options_, trouble_),
      dispatch_(store, runner, machine, options_, attempts_),
      people_(store, attempts_) {
  dispatch_.use(configuration_.project());
  set_window();
  committed_ms_ = wall_ms();
  if (!options_.goes_on) return;
  window_ = options_.goes_on->window;
  committed_ms_ = options_.goes_on->failed_since_ms;
  shown_ = options_.goes_on->shown;
  told_trouble_ = options_.goes_on->told_trouble;
}

SessionEnd Scheduler::run() {
  begin();
  std::vector<spawners::Event> events;
  for (;;) {
    turn(events);
    attempts_.launch_ready();
    tell_observer();
    if (over() && !looks_once_more()) break;
    events = runner_.wait(attempts_.has_failed_starts() ? 0 : next_deadline());
    auto failed_starts = attempts_.take_failed_starts();
    std::move(failed_starts.begin(), failed_starts.end(), std::back_inserter(events));
  }
  const SessionEnd how = end();
  const std::string why = closed_.empty() ? dispatch_.left_by_limit() : closed_;
  store_.write([&] { store_.sessions.end(session_, static_cast<int>(how), why, wall_ms()); });
  store_.checkpoint();
  tell_observer();
  return how;
}

// What nobody told us of must not be left behind: before the end everything is met once more.
bool Scheduler::looks_once_more() {
  if (!closed_.empty() || looked_once_more_ || !options_.only.empty()) return false;
  dispatch_.forget();
  return looked_once_more_ = look_ = true;
}

void Scheduler::begin() {
  last_seq_ = store_.events.last();
  std::int64_t session = 0;
  store_.write([&] {
    session = options_.goes_on ? options_.goes_on->session
                               : store_.sessions.start(machine_.process_id(), wall_ms(), options_);
    remember_files(store_, *configuration_.project());
  });
  session_ = session;  // it has its row
  people_.meet(session_);
  if (options_.goes_on) recall(*options_.goes_on);
  const Paths& paths = configuration_.project()->paths;
  store_.write([&] {
    store_.tasks.agree_with_runs(wall_ms());
    end_strays();
    // Nobody who works in them for another database is left.
    claim_folders(store_, machine_, paths, wall_ms());
    meet_what_is_not_on_record(store_, machine_, paths, wall_ms());
    end_strays();  // of a run that was closed just now
    attempts_.adopt_open(configuration_.project());
    people_.heed(wall_ms());
    if (people_.stop() == Stop::now) attempts_.end_agents();
  });
  attempts_.launch_ready();  // what lives is found, whatever comes
}

void Scheduler::end_strays() {
  for (const auto& step : runner_.end_all_but(store_.steps.of_open_runs()))
    store_.events.add(events::stray_ended(wall_ms(), step));
}

// What the loop before this one knew, and its limits count.
void Scheduler::recall(const SoFar& so_far) {
  people_.recall(so_far);
  const auto began_ms = store_.sessions.find(session_)->started_ms;
  double spent_usd = 0;
  int started = 0;
  for (const auto& run : store_.runs.of_session(session_)) {
    if (run.phase == RunPhase::ended) spent_usd += run.cost_usd;
    if (run.started_ms >= began_ms) ++started;
  }
  attempts_.recall(spent_usd, so_far.failed_since_ms, wall_ms());
  dispatch_.recall(started);
}

std::optional<SoFar> Scheduler::so_far() const {
  if (session_ == 0) return options_.goes_on;
  SoFar so_far{session_,     people_.stop(), people_.why(), people_.started_paused(),
               window_,      configuration_, committed_ms_, shown_,
               told_trouble_};
  for (int signals = unheard_signals_; signals > 0; --signals) {
    if (so_far.why.empty()) so_far.why = kStoppedBySignal;
    so_far.stop = so_far.stop == Stop::no ? Stop::drain : Stop::now;
  }
  return so_far;
}

void Scheduler::turn(const std::vector<spawners::Event>& events) {
  unheard_signals_ += static_cast<int>(std::ranges::count_if(events, asks_to_stop));
  store_.write([&] {
    reload_configuration();
    // Asked within the transaction: whoever woke us has committed by now.
    if (store_.changed_by_others()) {
      people_.heed(wall_ms());
      look_ = true;
    }
    for (const auto& event : events)
      apply(event);
    look_at_machine();
    if (!attempts_.idle()) looked_once_more_ = false;
    attempts_.write_progress();
    look_ |= attempts_.forget_ended();
    look_ |= dispatch_.wake_at_ms() && wall_ms() >= *dispatch_.wake_at_ms();
    close();
    if (configuration_.is_settling() || !std::exchange(look_, false)) return;
    dispatch_.fill(session_, held_back());
    look_ = dispatch_.has_more();
    close();
  });
  committed_ms_ = wall_ms();
}

void Scheduler::apply(const spawners::Event& event) {
  const auto* signal = std::get_if<spawners::Signal>(&event);
  if (signal == nullptr) return attempts_.apply(event);
  if (signal->number == SIGHUP) {
    configuration_.forget();
    reload_configuration();
  } else {
    people_.on_signal(wall_ms());
    --unheard_signals_;
    look_ = true;
  }
}

void Scheduler::reload_configuration() {
  const auto reload = configuration_.reload(runner_.now().mono_ms);
  if (!reload) return;
  if (reload->holds) {
    remember_files(store_, *configuration_.project());
    dispatch_.use(configuration_.project());
    if (reload->new_night) set_window();
    look_ = true;
  }
  store_.events.add(reload->holds ? events::config_reloaded(wall_ms())
                                  : events::config_broken(wall_ms(), reload->problem));
}

void Scheduler::set_window() {
  const auto& night = configuration_.project()->config.night;
  window_ = Window(options_.until ? options_.until : night.until, night.last_start, wall_ms());
}

// Whether anything new may start is decided here, once a turn, and holds until the next one.
void Scheduler::close() {
  const std::int64_t now_ms = wall_ms();
  const std::string window = window_.closed(now_ms);
  if (window_.is_over(now_ms)) people_.stop_now(window, now_ms);
  const std::string before = std::exchange(closed_, people_.why());
  if (closed_.empty()) closed_ = window;
  if (closed_.empty() && dispatch_.has_started_enough()) closed_ = kStartedEnough;
  const bool gives_up = trouble_.is_too_long(runner_.now().mono_ms);
  if (gives_up) {
    people_.drain("the machine has failed for an hour: " + trouble_.why(), now_ms);
    if (closed_.empty()) closed_ = people_.why();
  }
  if (trouble_.is_there() && (gives_up || people_.stop() == Stop::now)) attempts_.leave_held();
  look_ |= closed_ != before;
  const std::string shown = closed_.empty() && trouble_.is_there() ? held_back() : closed_;
  if (shown == shown_) return;
  shown_ = shown;
  store_.sessions.set_closed(session_, shown_);
}

std::string Scheduler::held_back() const {
  if (!closed_.empty()) return closed_;
  return trouble_.is_there() ? "the machine fails: " + trouble_.why() : people_.paused();
}

// What it failed in is begun again once that has passed.
void Scheduler::look_at_machine() {
  const auto look = [this] { return machine_.fault(configuration_.project()->paths); };
  if (trouble_.has_passed(look, runner_.now().mono_ms)) {
    attempts_.go_on();
    look_ = true;
  }
  if (trouble_.is_there() == told_trouble_) return;
  told_trouble_ = trouble_.is_there();
  store_.events.add(told_trouble_ ? events::machine_failed(wall_ms(), trouble_.why())
                                  : events::machine_recovered(wall_ms()));
}

bool Scheduler::over() const {
  if (!attempts_.idle()) return false;
  if (!closed_.empty()) return true;
  if (configuration_.settles_at_ms() || trouble_.is_there()) return false;
  // Who pauses a session means to resume it; one that finds itself paused would wait for nobody.
  if (!people_.paused().empty() && !dispatch_.left_by_limit().empty())
    return people_.started_paused() && !options_.watch;
  return !options_.watch && !dispatch_.wake_at_ms() && !look_;
}

std::int64_t Scheduler::next_deadline() const {
  const auto now = runner_.now();
  if (trouble_.is_there() != told_trouble_) return now.mono_ms;
  const bool may_start = !configuration_.is_settling();
  if (look_ && may_start) return now.mono_ms + (dispatch_.has_more() ? kBreathMs : 0);
  std::int64_t deadline = now.mono_ms + kLongestSleepMs;
  const auto at = [&](const std::optional<std::int64_t>& mono_ms) {
    if (mono_ms) deadline = std::min(deadline, *mono_ms);
  };
  const auto at_wall = [&](const std::optional<std::int64_t>& wall_ms) {
    if (wall_ms) at(now.mono_ms + std::max<std::int64_t>(1, *wall_ms - now.wall_ms));
  };
  at(configuration_.settles_at_ms());
  at(trouble_.look_at_ms());
  if (closed_.empty() && may_start) {
    at_wall(dispatch_.wake_at_ms());
    at_wall(window_.last_start_ms());
  }
  if (people_.stop() != Stop::now) at_wall(window_.until_ms());
  at(attempts_.next_write_mono_ms());
  if (options_.alive_ms > 0) at(now.mono_ms + options_.alive_ms);
  if (options_.refresh_ms > 0 && !attempts_.live().empty()) at(now.mono_ms + options_.refresh_ms);
  return deadline;
}

SessionEnd Scheduler::end() const {
  if (store_.sessions.failed(session_)) return SessionEnd::failed;
  if (!dispatch_.left_by_limit().empty() || !store_.runs.open().empty()) return SessionEnd::limit;
  if (!store_.inbox.list("open").empty()) return SessionEnd::decisions;
  return SessionEnd::done;
}

void Scheduler::tell_observer() {
  if (observer_ == nullptr) return;
  const auto rows = store_.events.after(last_seq_, kEventsPerTurn);
  if (!rows.empty()) last_seq_ = rows.back().seq;
  observer_->events(rows);
  if (options_.refresh_ms > 0) observer_->turn(attempts_.views(), store_.tasks.counts());
}

}  // namespace orchestrate
