// One line of `gemini --output-format stream-json` -> notes.
#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "spawners/drivers/failure.h"
#include "spawners/drivers/gemini/gemini.h"
#include "spawners/drivers/json_line.h"
#include "spawners/drivers/reset_time.h"
#include "text/lines.h"
#include "text/words.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

constexpr std::string_view kApiError = "[API Error: ";
constexpr double kWaitSMax = 40 * 24 * 3600.0;  // longer than any provider's window

// Of the words after "[API Error: ", which are the provider's answer as JSON where gemini took it for a plain
// error, else one sentence: the provider's, Google's client's or Node's.
Failure failure_of_sentence(std::string_view text) {
  if (text::contains(text, "credits are depleted")) return Failure::credit;
  // Gemini adds one of these to a 429, and to nothing else.
  if (text::contains(text, "]\nPlease wait and try again later.") ||
      text::contains(text, "]\nPossible quota limitations"))
    return Failure::rate_limit;
  if (text::contains(text, "default credentials") || text::contains(text, "API_KEY_INVALID"))
    return Failure::auth;
  if (text::contains(text, "is not found") || text::contains(text, "not found.")) return Failure::other;
  return Failure::overloaded;
}

Failure failure_of_bad_request(std::string_view message) {
  if (text::contains(message, "API key")) return Failure::auth;
  if (text::contains(message, "token count") && text::contains(message, "exceeds"))
    return Failure::context_too_long;
  return Failure::other;
}

// What went wrong, and the provider's own words.
struct Blame {
  Failure failure = Failure::other;
  std::string text;
};

Blame blame_of_api_error(const std::string& message) {
  const std::string_view said = std::string_view(message).substr(kApiError.size());
  const json answer = parse_object(said.substr(0, said.rfind(']')));
  const json& error = member(answer, "error");
  if (!error.is_object()) return {failure_of_sentence(said), message};
  const std::int64_t status = count_at(error, "code");
  const std::string words = string_at(error, "message");
  const Failure failure = status == 400 ? failure_of_bad_request(words) : failure_of_status(status);
  return {failure, std::to_string(status) + " " + words};
}

Blame blame_of(const json& error) {
  const std::string type = string_at(error, "type");
  const std::string message = string_at(error, "message");
  if (type == "FatalTurnLimitedError") return {Failure::max_turns, message};
  if (type == "FatalAuthenticationError") return {Failure::auth, message};
  if (message.starts_with(kApiError)) return blame_of_api_error(message);
  return {Failure::other, message};
}

// "Please retry in 37.5s": counted from the moment that the record itself states.
std::optional<std::int64_t> reset_ms(const std::string& text, const json& record) {
  static constexpr std::string_view kBefore = "retry in ";
  const std::size_t at = text.rfind(kBefore);
  const auto now_ms = reset_ms_of(std::string_view(string_at(record, "timestamp")));
  if (at == std::string::npos || !now_ms) return std::nullopt;
  double seconds = 0;
  const char* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data() + at + kBefore.size(), end, seconds);
  const bool whole = number.ec == std::errc() && number.ptr != end && *number.ptr == 's';
  if (!whole || !(seconds > 0) || seconds > kWaitSMax) return std::nullopt;
  return *now_ms + static_cast<std::int64_t>(seconds * 1000);
}

// `output_tokens` leaves out the model's thoughts, which are paid for like its words; the total holds them.
UsageNote usage_of(const json& stats) {
  UsageNote usage;
  usage.tokens_in = count_at(stats, "input_tokens");
  usage.tokens_out =
      std::max(count_at(stats, "output_tokens"), count_at(stats, "total_tokens") - *usage.tokens_in);
  return usage;
}

std::vector<Note> read_result(const json& record) {
  std::vector<Note> notes = {usage_of(member(record, "stats"))};
  const bool ok = string_at(record, "status") == "success";
  const json& error = member(record, "error");
  // A failure without words is that of the error record before it.
  if (!ok && !error.is_object()) return notes;
  const Blame blame = ok ? Blame{Failure::none, {}} : blame_of(error);
  if (blame.failure == Failure::rate_limit)
    notes.emplace_back(RateLimitNote{reset_ms(blame.text, record), text::one_line(blame.text, kLineBytes)});
  notes.emplace_back(FinishedNote{ok, blame.failure, text::bounded(blame.text, kTextBytes)});
  return notes;
}

Failure failure_of_answer(std::string_view text) {
  if (text::contains(text, "Maximum session turns")) return Failure::max_turns;
  if (text::contains(text, "was blocked due to")) return Failure::refused;
  if (text::contains(text, "without a finish reason") || text::contains(text, "transient API issue"))
    return Failure::overloaded;
  return Failure::other;
}

// "error": the model's answer was none. A loop that gemini broke off is a "warning" to it, and the result
// that follows calls it a success.
std::vector<Note> read_error(const json& record) {
  std::string text = text::bounded(string_at(record, "message"), kTextBytes);
  const bool over = string_at(record, "severity") == "error" || text.starts_with("Loop detected");
  if (!over) return {TextNote{std::move(text)}};
  const Failure failure = failure_of_answer(text);
  return {FinishedNote{false, failure, std::move(text)}};
}

// A tool that the permission level withholds is "not registered", as one that the model made up is. Only the
// id says which: it begins with the tool's name.
std::vector<Note> read_tool_result(const json& record) {
  static constexpr std::array<std::string_view, 5> kWithheld = {"run_shell_command", "write_file", "replace",
                                                                "web_fetch", "activate_skill"};
  const std::string type = string_at(member(record, "error"), "type");
  const std::string id = string_at(record, "tool_id");
  const std::string name = id.substr(0, id.find("__"));
  const bool known = std::find(kWithheld.begin(), kWithheld.end(), name) != kWithheld.end();
  if (type != "policy_violation" && (type != "tool_not_registered" || !known)) return {};
  return {DeniedNote{text::one_line(name, kLineBytes)}};
}

std::vector<Note> read_message(const json& record) {
  if (string_at(record, "role") != "assistant") return {};
  return {TextNote{text::bounded(string_at(record, "content"), kTextBytes), "answer"}};
}

// What is said after a tool was used is another answer.
std::vector<Note> read_tool_use(const json& record) {
  return {TextNote{}, ToolNote{text::one_line(string_at(record, "tool_name"), kLineBytes),
                               tool_summary(member(record, "parameters"),
                                            {"command", "file_path", "path", "dir_path", "pattern", "url",
                                             "query", "prompt", "description"})}};
}

std::vector<Note> read_init(const json& record) {
  return {SessionNote{text::one_line(string_at(record, "session_id"), kLineBytes),
                      text::one_line(string_at(record, "model"), kLineBytes),
                      {}}};
}

}  // namespace

Reading read_gemini(const Profile& /*profile*/, std::string_view /*file*/, std::string_view line) {
  const json record = parse_object(line);
  const std::string type = string_at(record, "type");
  if (type == "init") return {read_init(record), true};
  if (type == "message") return {read_message(record), true};
  if (type == "tool_use") return {read_tool_use(record), true};
  if (type == "tool_result") return {read_tool_result(record), true};
  if (type == "error") return {read_error(record), true};
  if (type == "result") return {read_result(record), true};
  return {{}, false};
}

}  // namespace orchestrate::spawners
