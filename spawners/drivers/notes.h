// What a driver understood of the output of one CLI. Notes are facts the vendor's program wrote; an agent's
// prose is only ever `Text`, and decides nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace orchestrate::spawners {

// How much of it is kept: of a text in one record, of what stands on one line, of a line of a program that
// writes no records, of what an agent said in the end.
constexpr std::size_t kTextBytes = 16 << 10;
constexpr std::size_t kLineBytes = 300;
constexpr std::size_t kPrintedLineBytes = 1000;
constexpr std::size_t kFinalTextBytes = 64 << 10;

struct SessionNote {
  std::string id;
  std::string model;
  std::string version;
};

struct TextNote {
  std::string text;
  std::string piece_of{};  // pieces that follow one another and name the same are one text
};

struct ToolNote {
  std::string name;
  std::string summary;  // one line for people: the command, the file
};

// Totals so far, as far as they are stated. `cumulative` says that they include earlier runs of the same
// session, if there were any: subtract what those runs were charged.
struct UsageNote {
  std::optional<std::int64_t> tokens_in;  // all input: fresh, cache writes, cache reads
  std::optional<std::int64_t> tokens_out;
  std::optional<double> cost_usd;
  bool cumulative = false;
  bool adds = false;  // no totals, but what comes on top of the amounts noted before
};

// The provider refused for a while. until_ms is the stated reset on the wall clock, if there was one;
// until_of_day_ms where only a time of day was stated, in UTC: the next such moment is meant.
struct RateLimitNote {
  std::optional<std::int64_t> until_ms;
  std::string why;
  std::optional<std::int64_t> until_of_day_ms{};
};

struct DeniedNote {
  std::string tool;
};

enum class Failure {
  none,
  auth,
  rate_limit,
  credit,
  context_too_long,
  max_turns,
  budget,
  overloaded,
  refused,
  other
};

// An error record the CLI wrote before its terminal record. Some CLIs say only here what kind of error it
// was.
struct ErrorNote {
  Failure failure = Failure::other;
  std::string text;
};

// A request to the model began, or was answered. For CLIs whose only word of a failed request is that no
// answer follows: who says that all is well while a request is open has not finished well.
struct RequestNote {
  bool answered = false;
};

// The CLI's own terminal record. No FinishedNote: the CLI did not finish, whatever its exit code says. A
// failure stands: a record after it that all is well does not count.
struct FinishedNote {
  bool ok = false;
  Failure failure = Failure::none;
  std::string text;  // the final answer (empty: the agent's last text was it), or the vendor's error text
};

using Note = std::variant<SessionNote, TextNote, ToolNote, UsageNote, RateLimitNote, DeniedNote, ErrorNote,
                          RequestNote, FinishedNote>;

// All notes of a run, folded.
struct Notes {
  std::string session_id;
  std::string model;
  std::string version;
  std::int64_t tokens_in = 0;
  std::int64_t tokens_out = 0;
  double cost_usd = 0;
  bool cumulative = false;
  std::optional<RateLimitNote> rate_limit;  // the last one that still stood when the run ended
  std::vector<std::string> denied;          // tools refused, bounded
  Failure blamed = Failure::none;  // of the last ErrorNote; fills in a `finished` that says only `other`
  std::string blamed_text;
  bool unexplained = false;  // `finished` said only `other`
  bool request_open = false;
  std::optional<FinishedNote> finished;
  std::string last_text;      // the agent's, bounded
  std::string last_text_of;   // its pieces' name
  std::string last_activity;  // one line for the progress display, bounded
  std::int64_t lines = 0;
  std::int64_t unknown_lines = 0;  // not JSON, or of a kind the driver does not know
};

// The moment after now_ms that a time of day names.
[[nodiscard]] std::int64_t next_of_day(std::int64_t of_day_ms, std::int64_t now_ms);

// Takes one note in. `lines` and `unknown_lines` are counted where lines are read (driver.h).
void fold(Notes& notes, const Note& note);

}  // namespace orchestrate::spawners
