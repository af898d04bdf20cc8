#include "spawners/drivers/notes.h"

#include <algorithm>

#include "spawners/drivers/driver.h"
#include "text/lines.h"

namespace orchestrate::spawners {
namespace {

constexpr std::size_t kActivityBytes = 200;
constexpr std::size_t kNameBytes = 200;
constexpr std::size_t kDeniedMax = 32;
constexpr std::size_t kTextSeenBytes = 1 << 10;  // is looked at for the line of progress
constexpr const char* kUnanswered = "its last request to the model was not answered";

// A provider that let the agent work until one of its own limits does not refuse any more.
bool provider_served(const FinishedNote& note) {
  return note.ok || note.failure == Failure::max_turns || note.failure == Failure::budget;
}

class Fold {
 public:
  explicit Fold(Notes& notes) : notes_(notes) {}

  void operator()(const SessionNote& note) const {
    notes_.session_id = text::one_line(note.id, kNameBytes);
    if (!note.model.empty()) notes_.model = text::one_line(note.model, kNameBytes);
    if (!note.version.empty()) notes_.version = text::one_line(note.version, kNameBytes);
  }

  void operator()(const TextNote& note) const {
    if (note.piece_of.empty() || note.piece_of != notes_.last_text_of) notes_.last_text.clear();
    notes_.last_text_of = note.piece_of;
    if (notes_.last_text.size() < kFinalTextBytes)
      notes_.last_text = text::bounded(notes_.last_text + note.text, kFinalTextBytes);
    active(std::string_view(notes_.last_text).substr(0, kTextSeenBytes));
  }

  void operator()(const ToolNote& note) const {
    active(note.summary.empty() ? note.name : note.name + ": " + note.summary);
  }

  void operator()(const UsageNote& note) const {
    const auto take = [&note](auto& total, const auto& amount) {
      if (amount) total = note.adds ? total + *amount : *amount;
    };
    take(notes_.tokens_in, note.tokens_in);
    take(notes_.tokens_out, note.tokens_out);
    take(notes_.cost_usd, note.cost_usd);
    notes_.cumulative = note.cumulative;
  }

  void operator()(const RateLimitNote& note) const {
    RateLimitNote limit{note.until_ms, text::one_line(note.why, kActivityBytes), note.until_of_day_ms};
    // A CLI may state the reset in one record and fail in the next without it.
    if (!limit.until_ms && notes_.rate_limit) limit.until_ms = notes_.rate_limit->until_ms;
    active(limit.why);
    notes_.rate_limit = std::move(limit);
  }

  void operator()(const DeniedNote& note) const {
    std::string tool = text::one_line(note.tool, kNameBytes);
    const bool seen = std::find(notes_.denied.begin(), notes_.denied.end(), tool) != notes_.denied.end();
    if (!seen && notes_.denied.size() < kDeniedMax) notes_.denied.push_back(std::move(tool));
  }

  void operator()(const ErrorNote& note) const {
    notes_.blamed = note.failure;
    notes_.blamed_text = text::one_line(note.text, kActivityBytes);
    // Of two files, the one that says why may be read after the one that says that it is over.
    if (notes_.finished) blame(*notes_.finished);
    active(note.text);
  }

  void operator()(const RequestNote& note) const { notes_.request_open = !note.answered; }

  void operator()(const FinishedNote& note) const {
    if (note.ok && notes_.finished && !notes_.finished->ok) return;
    FinishedNote finished{note.ok, note.failure, text::bounded(note.text, kFinalTextBytes)};
    if (note.ok && finished.text.empty()) finished.text = notes_.last_text;
    if (note.ok && notes_.request_open) finished = {false, Failure::other, kUnanswered};
    notes_.unexplained = !finished.ok && finished.failure == Failure::other;
    blame(finished);
    if (provider_served(finished)) notes_.rate_limit.reset();
    active(finished.text);
    notes_.finished = std::move(finished);
  }

 private:
  void blame(FinishedNote& finished) const {
    if (!notes_.unexplained || notes_.blamed == Failure::none) return;
    finished.failure = notes_.blamed;
    if (notes_.request_open) finished.text = kUnanswered + (": " + notes_.blamed_text);
  }

  void active(std::string_view text) const {
    std::string line = text::one_line(text, kActivityBytes);
    if (!line.empty()) notes_.last_activity = std::move(line);
  }

  Notes& notes_;
};

}  // namespace

std::int64_t next_of_day(std::int64_t of_day_ms, std::int64_t now_ms) {
  constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
  const std::int64_t today = now_ms - now_ms % kDayMs + of_day_ms;
  return today > now_ms ? today : today + kDayMs;
}

void fold(Notes& notes, const Note& note) {
  std::visit(Fold(notes), note);
}

void fold(Notes& notes, const Reading& reading) {
  ++notes.lines;
  if (!reading.known) ++notes.unknown_lines;
  for (const Note& note : reading.notes)
    fold(notes, note);
}

}  // namespace orchestrate::spawners
