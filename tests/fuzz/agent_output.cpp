// What a CLI printed, line by line. The first byte is the driver (a claude, b codex, ... in the order of the
// registry), the second the file, the third the permissions.
#include "spawners/drivers/driver.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/promise.h"

namespace orchestrate::fuzz {
namespace {

using namespace spawners;

constexpr const char* kFiles[] = {"stdout", "stderr", "analytics.jsonl", "chat.md"};
constexpr std::size_t kMostKept = 2 * kFinalTextBytes;
constexpr std::int64_t kLatestMs = 4'200'000'000'000;  // a little after the year 2100

// Everything that a lead can map, from where a CLI might say it.
OutputMapping mapping() {
  OutputMapping output;
  output.format = OutputMapping::Format::jsonl;
  const auto pattern = [](const char* kind, const char* take) {
    return LinePattern{{{{"type"}, std::string(kind)}}, parse_json_pointer(take), {}, false};
  };
  output.session_id = {pattern("start", "/id")};
  output.text = {pattern("say", "/text"), pattern("say", "/parts/0/text")};
  output.tool = {pattern("tool", "/name")};
  output.tokens_in = {pattern("use", "/in")};
  output.tokens_out = {pattern("use", "/out")};
  output.cost_usd = {pattern("use", "/cost"), LinePattern{{}, parse_json_pointer("/spent"), {}, true}};
  output.finished = {pattern("end", "/a~1b")};
  output.failed = {LinePattern{{{{"ok"}, false}, {{"code"}, std::int64_t{7}}}, {}, {}, false},
                   LinePattern{{{{"ratio"}, 1.5}}, parse_json_pointer("/why"), {}, false}};
  output.rate_limited = {
      LinePattern{{{{"status"}, std::int64_t{429}}}, {}, parse_json_pointer("/until"), false}};
  return output;
}

struct Bounds {
  void operator()(const SessionNote& note) const {
    promise_line(note.id, kLineBytes, "a session's id is one line");
    promise_line(note.model, kLineBytes, "so is its model");
    promise_line(note.version, kLineBytes, "and its version");
  }
  void operator()(const TextNote& note) const {
    promise_text(note.text, kTextBytes, "texts are bounded UTF-8");
    promise_line(note.piece_of, kLineBytes, "names of pieces are lines");
  }
  void operator()(const ToolNote& note) const {
    promise_line(note.name, kLineBytes, "tools' names are lines");
    promise_line(note.summary, kLineBytes, "their summaries too");
  }
  void operator()(const UsageNote& note) const {
    promise(note.tokens_in.value_or(0) >= 0 && note.tokens_out.value_or(0) >= 0, "tokens are counts");
    promise(note.cost_usd.value_or(0) >= 0 && note.cost_usd.value_or(0) < 1e12, "costs are finite");
  }
  void operator()(const RateLimitNote& note) const {
    promise_line(note.why, kLineBytes, "why there is a limit is a line");
    promise(note.until_ms.value_or(0) >= 0 && note.until_ms.value_or(0) < kLatestMs, "resets are plausible");
    const std::int64_t of_day_ms = note.until_of_day_ms.value_or(0);
    promise(of_day_ms >= 0 && of_day_ms < 24LL * 3'600'000, "a time of day is within one");
  }
  void operator()(const DeniedNote& note) const { promise_line(note.tool, kLineBytes, "as above"); }
  void operator()(const ErrorNote& note) const { promise_text(note.text, kTextBytes, "errors are bounded"); }
  void operator()(const RequestNote& /*note*/) const {}
  void operator()(const FinishedNote& note) const {
    promise_text(note.text, kFinalTextBytes, "the last text is bounded");
    promise(!note.ok || note.failure == Failure::none, "a success is no failure");
  }
};

void check(const Notes& notes) {
  promise_line(notes.session_id, kLineBytes, "the session's id is a line");
  promise_line(notes.model, kLineBytes, "the model is a line");
  promise_line(notes.last_activity, kLineBytes, "progress is a line");
  promise_text(notes.last_text, kFinalTextBytes, "the agent's text is bounded");
  promise_text(notes.blamed_text, kMostKept, "so is the blame");
  promise(notes.tokens_in >= 0 && notes.tokens_out >= 0 && notes.cost_usd >= 0, "no amount is negative");
  promise(notes.unknown_lines <= notes.lines, "lines are counted");
  for (const std::string& tool : notes.denied)
    promise_line(tool, kLineBytes, "what was denied is a line");
  if (notes.finished) promise_text(notes.finished->text, kFinalTextBytes, "the end's text is bounded");
  if (notes.rate_limit && notes.rate_limit->until_of_day_ms) {
    constexpr std::int64_t kNowMs = 1'800'000'000'000;
    promise(next_of_day(*notes.rate_limit->until_of_day_ms, kNowMs) > kNowMs, "a limit ends in the future");
  }
}

void read_lines(const Driver& driver, const Profile& profile, const char* file, std::string_view text) {
  Notes notes;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const Reading reading = driver.read(profile, file, line);
    for (const Note& note : reading.notes)
      std::visit(Bounds(), note);
    fold(notes, reading);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  check(notes);
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  static const std::vector<std::string> names = spawners::driver_names();
  fuzz::Input input(data, size);
  spawners::Profile profile;
  profile.driver = names[input.choice(names.size())];
  const char* file = fuzz::kFiles[input.choice(std::size(fuzz::kFiles))];
  profile.permissions = static_cast<spawners::Permissions>(input.choice(3));
  if (profile.driver == "exec") profile.output = fuzz::mapping();
  fuzz::read_lines(*spawners::find_driver(profile.driver), profile, file, fuzz::stretched(input.rest()));
  return 0;
}
