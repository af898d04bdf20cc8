#include "api/cli/pages/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <map>
#include <ostream>

#include "orchestrator/store/rows/event.h"
#include "text/display.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using text::Colour;
using text::coloured;
using text::duration;
using text::money;
using text::printable;
using text::shortened;
using text::utc_time;

class JsonLines final : public Observer {
 public:
  explicit JsonLines(std::ostream& out) : out_(out) {}
  void events(const std::vector<EventRow>& rows) override {
    for (const auto& row : rows)
      out_ << event_line(row) << "\n";
    out_.flush();
  }
  void turn(const std::vector<RunningView>&, const QueueCounts&) override {}

 private:
  std::ostream& out_;
};

// One line for what a person wants to see scroll by: a start, an end, a decision owed.
class Plain : public Observer {
 public:
  Plain(std::ostream& out, bool colour, Store& store) : out_(out), colour_(colour), store_(store) {}

  void events(const std::vector<EventRow>& rows) override {
    for (const auto& row : rows) {
      const std::string line = describe(row);
      if (!line.empty()) out_ << line << "\n";
    }
    out_.flush();
  }
  void turn(const std::vector<RunningView>&, const QueueCounts&) override {}

 protected:
  std::string describe(const EventRow& row) {
    const auto data = event_members(row);
    const auto get = [&data](const char* key) {
      const auto it = data.find(key);
      return it == data.end() ? std::string() : printable(it->second);
    };
    if (row.kind == EventKind::run_started) return line(row, "start", Colour::plain, get("agent_type"));
    if (row.kind == EventKind::run_ended) {
      const std::string verdict = get("verdict");
      const std::string state = get("state");
      const bool good = verdict == "accept";
      const Colour colour = good ? Colour::green : verdict == "escalate" ? Colour::red : Colour::yellow;
      const std::string word = good                   ? "done"
                               : verdict == "retry"   ? "again"
                               : verdict == "park"    ? "wait"
                               : state == "failed"    ? "FAILED"
                               : state == "cancelled" ? "cancel"
                                                      : "human";
      return line(row, word, colour, get("why"));
    }
    if (row.kind == EventKind::task_handed_to_human) return line(row, "human", Colour::yellow, get("kind"));
    if (row.kind == EventKind::provider_parked)
      return stamp(row) + coloured("park   ", Colour::yellow, colour_) + get("provider") + ": " + get("why");
    if (row.kind == EventKind::session_draining)
      return stamp(row) + get("why") + ": running agents go on to their end; once more to end them now";
    if (row.kind == EventKind::paused) return stamp(row) + get("why");
    if (row.kind == EventKind::resumed) return stamp(row) + "resumed";
    if (row.kind == EventKind::config_reloaded) return stamp(row) + "the configuration was read again";
    if (row.kind == EventKind::config_broken)
      return stamp(row) +
             coloured("the configuration is broken, the last good one stays: ", Colour::red, colour_) +
             get("problem");
    if (row.kind == EventKind::machine_failed)
      return stamp(row) + coloured("nothing starts for now: ", Colour::red, colour_) + get("why");
    if (row.kind == EventKind::stray_ended)
      return stamp(row) + "ended what was left of a step that is on no record: " + get("step");
    if (row.kind == EventKind::put_aside)
      return stamp(row) + coloured("not on record, put aside: ", Colour::yellow, colour_) + get("folder");
    if (row.kind == EventKind::not_on_record)
      return stamp(row) + coloured("the database does not know run " + std::to_string(row.run.value_or(0)) +
                                       ": it is an older copy",
                                   Colour::yellow, colour_);
    if (row.kind == EventKind::machine_recovered) return stamp(row) + "the machine works again";
    if (row.kind == EventKind::session_stopping) return stamp(row) + "ending every running agent";
    return {};
  }

  std::ostream& out_;
  bool colour_;

 private:
  static std::string stamp(const EventRow& row) { return utc_time(row.at_ms).substr(11, 8) + "Z  "; }

  std::string line(const EventRow& row, std::string word, Colour colour, const std::string& text) {
    word.resize(7, ' ');
    const auto task = row.task ? store_.tasks.find(*row.task) : std::nullopt;
    const std::string title = task ? shortened(printable(task->title), 44) : "";
    std::string id = row.task ? std::to_string(*row.task) : "";
    id.insert(0, id.size() < 4 ? 4 - id.size() : 0, ' ');
    return stamp(row) + coloured(word, colour, colour_) + id + "  " + title +
           (text.empty() ? "" : "  - " + shortened(text, 90));
  }

  Store& store_;
};

int terminal_columns() {
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

// The plain lines scroll above a block that is drawn again each turn.
class LiveBlock final : public Plain {
 public:
  using Plain::Plain;
  ~LiveBlock() override { erase(); }

  void events(const std::vector<EventRow>& rows) override {
    erase();
    Plain::events(rows);
  }

  void turn(const std::vector<RunningView>& running, const QueueCounts& counts) override {
    erase();
    const auto columns = static_cast<std::size_t>(terminal_columns() - 1);
    for (const auto& r : running) {
      const std::string facts = std::to_string(r.task) + "  " + printable(r.agent_type) + "  " + r.step +
                                "  " + duration(r.age_ms) + "  silent " + duration(r.silent_ms) + "  " +
                                std::to_string(r.tokens) + " tok  " + money(r.cost_usd) + "  " +
                                printable(r.title) +
                                (r.activity.empty() ? "" : "  | " + printable(r.activity));
      out_ << shortened(facts, columns) << "\n";
    }
    out_ << bar(counts, columns) << "\n" << std::flush;
    drawn_ = static_cast<int>(running.size()) + 1;
  }

 private:
  static std::string bar(const QueueCounts& counts, std::size_t columns) {
    const auto of = [&counts](TaskState s) { return counts.by_state[static_cast<std::size_t>(s)]; };
    const std::int64_t ended =
        of(TaskState::done) + of(TaskState::failed) + of(TaskState::cancelled) + of(TaskState::waiting_human);
    const std::int64_t all = ended + of(TaskState::queued) + of(TaskState::running) + of(TaskState::claimed);
    constexpr std::int64_t kWidth = 24;
    const std::int64_t filled = all == 0 ? kWidth : kWidth * ended / all;
    return shortened("[" + std::string(static_cast<std::size_t>(filled), '#') +
                         std::string(static_cast<std::size_t>(kWidth - filled), '.') + "] " +
                         std::to_string(of(TaskState::done)) + " done, " +
                         std::to_string(of(TaskState::failed)) + " failed, " +
                         std::to_string(of(TaskState::waiting_human)) + " with people, " +
                         std::to_string(of(TaskState::queued)) + " queued",
                     columns);
  }

  void erase() {
    for (; drawn_ > 0; --drawn_)
      out_ << "\033[1A\033[2K";
    out_ << std::flush;
  }

  int drawn_ = 0;
};

class Quiet final : public Observer {
  void events(const std::vector<EventRow>&) override {}
  void turn(const std::vector<RunningView>&, const QueueCounts&) override {}
};

}  // namespace

std::unique_ptr<Observer> make_progress(const Context& context, ProgressStyle style, Store& store) {
  switch (style) {
    case ProgressStyle::json:
      return std::make_unique<JsonLines>(*context.out);
    case ProgressStyle::plain:
      return std::make_unique<Plain>(*context.out, context.colour, store);
    case ProgressStyle::live:
      return std::make_unique<LiveBlock>(*context.out, context.colour, store);
    case ProgressStyle::quiet:
      break;
  }
  return std::make_unique<Quiet>();
}

}  // namespace orchestrate::api
