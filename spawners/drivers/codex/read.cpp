// One line of `codex exec --json`, or of its stderr -> notes.
#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "spawners/drivers/codex/codex.h"
#include "spawners/drivers/failure.h"
#include "spawners/drivers/json_line.h"
#include "spawners/drivers/reset_time.h"
#include "text/lines.h"
#include "text/words.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

// "unexpected status 401 Unauthorized: ...": what follows is the provider's, not codex's.
Failure failure_of_stated_status(std::string_view message) {
  for (const std::string_view before : {"unexpected status ", "exceeded retry limit, last status: "}) {
    if (!message.starts_with(before)) continue;
    std::int64_t status = 0;
    const auto digits = message.substr(before.size(), 3);
    std::from_chars(digits.data(), digits.data() + digits.size(), status);
    return failure_of_status(status);
  }
  return Failure::other;
}

// Codex writes of what kind an error is only in words: its own, some of which are the provider's.
constexpr std::array<Sign, 21> kSigns = {{
    {"hit your usage limit", Failure::rate_limit},
    {"Rate limit reached", Failure::rate_limit},
    {"Quota exceeded", Failure::credit},
    {"out of credits", Failure::credit},
    {"hit your spend cap", Failure::credit},
    {"To use Codex with your ChatGPT plan", Failure::credit},
    {"ran out of room in the model's context window", Failure::context_too_long},
    {"\"input_too_large\"", Failure::context_too_long},
    {"reason: content_filter", Failure::refused},
    {"budget reached", Failure::budget},
    {"Missing environment variable", Failure::auth},
    {"access token could not be refreshed", Failure::auth},
    {"sign in again", Failure::auth},
    {"does not have access to model", Failure::auth},
    {"at capacity", Failure::overloaded},
    {"capacity is unavailable", Failure::overloaded},
    {"experiencing high demand", Failure::overloaded},
    {"stream disconnected before completion", Failure::overloaded},
    {"Connection failed", Failure::overloaded},
    {"error sending request", Failure::overloaded},
    {"timeout waiting for", Failure::overloaded},
}};

Failure failure_of(std::string_view message) {
  if (const Failure stated = failure_of_stated_status(message); stated != Failure::other) return stated;
  return message.starts_with("unexpected status ") ? Failure::other : failure_of_words(kSigns, message);
}

// Takes "Nov 21st, 2026 1:26 AM." apart from the front.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) {}

  std::string_view next() {
    const std::string_view word = rest_.substr(0, rest_.find(' '));
    rest_.remove_prefix(std::min(word.size() + 1, rest_.size()));
    return word;
  }

 private:
  std::string_view rest_;
};

std::optional<int> leading_number(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && number >= 0 ? std::optional(number) : std::nullopt;
}

std::string two_digits(int number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

// "3:57 PM." in milliseconds of the day, to the end of that minute: its seconds were cut off.
std::optional<std::int64_t> time_of_day(std::string_view clock, std::string_view half) {
  const auto hour = leading_number(clock);
  const auto minute = leading_number(clock.substr(std::min(clock.find(':'), clock.size() - 1) + 1));
  half = half.substr(0, 2);
  if (!hour || !minute || *hour < 1 || *hour > 12 || *minute > 59) return std::nullopt;
  if (half != "AM" && half != "PM") return std::nullopt;
  const int hour24 = *hour % 12 + (half == "PM" ? 12 : 0);
  return ((hour24 * 60LL + *minute) * 60 + 59) * 1000;
}

// In UTC: the driver sets the zone. A limit that ends on the same day is stated without a date.
RateLimitNote limit_stated_in(std::string_view message) {
  constexpr std::string_view kBefore = "try again at ";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  RateLimitNote note;
  note.why = text::one_line(message, kLineBytes);
  const std::size_t at = message.find(kBefore);
  if (at == std::string_view::npos) return note;
  Words words(message.substr(at + kBefore.size()));
  const std::string_view first = words.next();
  const std::string_view second = words.next();
  if (const auto today = time_of_day(first, second)) {
    note.until_of_day_ms = today;
    return note;
  }
  const std::size_t month = kMonths.find(first);
  const auto day = leading_number(second);
  const auto year = leading_number(words.next());
  const std::string_view clock = words.next();
  const auto time = time_of_day(clock, words.next());
  const bool dated = first.size() == 3 && month != std::string_view::npos && month % 3 == 0;
  if (!dated || !day || !year || !time) return note;
  const auto midnight =
      reset_ms_of(std::to_string(*year) + "-" + two_digits(static_cast<int>(month / 3) + 1) + "-" +
                  two_digits(*day) + "T00:00:00Z");
  if (midnight) note.until_ms = *midnight + *time;
  return note;
}

std::vector<Note> failed(const Profile& profile, std::string_view message) {
  const Failure failure = failure_of(message);
  std::vector<Note> notes;
  if (failure == Failure::rate_limit) {
    // A zone of the lead's is not looked up: then the moment stays unknown.
    notes.emplace_back(names_variable(profile, "TZ")
                           ? RateLimitNote{std::nullopt, text::one_line(message, kLineBytes)}
                           : limit_stated_in(message));
  }
  notes.emplace_back(FinishedNote{false, failure, text::bounded(message, kTextBytes)});
  return notes;
}

// Not every one ends the run: a request is tried again.
std::vector<Note> read_error(std::string_view message) {
  if (message.starts_with("Reconnecting...")) return {TextNote{text::one_line(message, kLineBytes)}};
  return {ErrorNote{failure_of(message), text::bounded(message, kTextBytes)}};
}

// With its thread's earlier runs, if there were any.
std::vector<Note> read_completed(const json& record) {
  const json& tokens = member(record, "usage");
  UsageNote usage;
  usage.tokens_in = count_at(tokens, "input_tokens");  // cached ones included
  usage.tokens_out = count_at(tokens, "output_tokens");
  usage.cumulative = true;
  return {std::move(usage), FinishedNote{true, Failure::none, {}}};
}

std::string files_of(const json& changes) {
  const json& first = changes.is_array() && !changes.empty() ? changes.front() : changes;
  const std::size_t more = changes.is_array() && changes.size() > 1 ? changes.size() - 1 : 0;
  return string_at(first, "path") + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

ToolNote tool_of(const json& item, const std::string& type) {
  if (type == "command_execution") return {"command", text::one_line(string_at(item, "command"), kLineBytes)};
  if (type == "file_change")
    return {"file change", text::one_line(files_of(member(item, "changes")), kLineBytes)};
  if (type == "web_search") return {"web search", text::one_line(string_at(item, "query"), kLineBytes)};
  const std::string tool = string_at(item, "tool");
  const std::string server = string_at(item, "server");
  return {text::one_line(server.empty() ? tool : server + "." + tool, kLineBytes), {}};
}

// Refused by codex, not failed by itself.
bool is_denied(const json& item) {
  if (string_at(item, "status") == "declined") return true;
  return text::contains(string_at(member(item, "error"), "message"),
                        "requires approval, but approval policy is never");
}

std::vector<Note> read_tool(const json& item, const std::string& type) {
  ToolNote tool = tool_of(item, type);
  if (is_denied(item)) return {DeniedNote{tool.name}};
  // Its sandbox could not be set up: the command was never begun.
  const std::string output = string_at(item, "aggregated_output");
  if (string_at(item, "status") == "failed" && output.starts_with("bwrap: "))
    return {DeniedNote{text::one_line("command (no sandbox: " + output + ")", kLineBytes)}};
  return {std::move(tool)};
}

Reading read_item(const json& item) {
  const std::string type = string_at(item, "type");
  if (type == "agent_message") return {{TextNote{text::bounded(string_at(item, "text"), kTextBytes)}}, true};
  if (type == "error") return {{TextNote{text::bounded(string_at(item, "message"), kTextBytes)}}, true};
  for (const std::string_view tool :
       {"command_execution", "file_change", "mcp_tool_call", "web_search", "collab_tool_call"}) {
    if (type == tool) return {read_tool(item, type), true};
  }
  return {{}, type == "reasoning" || type == "todo_list"};
}

Reading read_record(const Profile& profile, std::string_view line) {
  const json record = parse_object(line);
  const std::string type = string_at(record, "type");
  if (type == "thread.started")
    return {{SessionNote{text::one_line(string_at(record, "thread_id"), kLineBytes), {}, {}}}, true};
  if (type == "item.started" || type == "item.updated" || type == "item.completed")
    return read_item(member(record, "item"));
  if (type == "error") return {read_error(string_at(record, "message")), true};
  if (type == "turn.completed") return {read_completed(record), true};
  if (type == "turn.failed") return {failed(profile, string_at(member(record, "error"), "message")), true};
  return {{}, type == "turn.started"};
}

// Only what ends codex before it could write a record. Its log lines begin with a date.
std::vector<Note> read_stderr(const Profile& profile, std::string_view line) {
  for (const std::string_view fatal :
       {"Error: turn/", "Error: thread/", "Error loading config", "Not inside a trusted directory"}) {
    if (line.starts_with(fatal)) return failed(profile, line);
  }
  return {};
}

}  // namespace

Reading read_codex(const Profile& profile, std::string_view file, std::string_view line) {
  if (file == "stderr") return {read_stderr(profile, line), true};
  return read_record(profile, line);
}

}  // namespace orchestrate::spawners
