// One line of `opencode run --format json`, or of its log on stderr -> notes.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "spawners/drivers/failure.h"
#include "spawners/drivers/json_line.h"
#include "spawners/drivers/opencode/opencode.h"
#include "spawners/drivers/reset_time.h"
#include "text/lines.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

constexpr double kWaitSMax = 366.0 * 24 * 3600;

// The steps of a run, each stated for itself.
UsageNote usage_of(const json& part) {
  const json& tokens = member(part, "tokens");
  const json& cache = member(tokens, "cache");
  UsageNote usage;
  usage.tokens_in = count_at(tokens, "input") + count_at(cache, "read") + count_at(cache, "write");
  usage.tokens_out = count_at(tokens, "output") + count_at(tokens, "reasoning");
  usage.cost_usd = cost_at(part, "cost");
  usage.adds = true;
  return usage;
}

// After "tool-calls" and "unknown" opencode asks the model again.
std::vector<Note> read_step_finish(const json& part) {
  std::vector<Note> notes = {usage_of(part)};
  const std::string reason = string_at(part, "reason");
  if (reason == "stop") {
    notes.emplace_back(FinishedNote{true, Failure::none, ""});
  } else if (reason == "content-filter") {
    notes.emplace_back(
        FinishedNote{false, Failure::refused, "the provider's content filter blocked the answer"});
  } else if (reason != "tool-calls" && reason != "unknown") {
    notes.emplace_back(
        FinishedNote{false, Failure::other,
                     text::one_line("the model's answer ended with \"" + reason + "\"", kLineBytes)});
  }
  return notes;
}

// opencode's own words: a rule says no, or a rule says "ask" and nobody is there.
bool is_denial(std::string_view error) {
  return error.starts_with("The user has specified a rule which prevents you from using this") ||
         error.starts_with("The user rejected permission to use this");
}

std::vector<Note> read_tool(const json& part) {
  const std::string name = text::one_line(string_at(part, "tool"), kLineBytes);
  const json& state = member(part, "state");
  std::vector<Note> notes = {ToolNote{
      name, tool_summary(member(state, "input"),
                         {"command", "filePath", "path", "pattern", "url", "query", "name", "description"})}};
  if (string_at(state, "status") == "error" && is_denial(string_at(state, "error")))
    notes.emplace_back(DeniedNote{name});
  return notes;
}

// What the provider answered, word for word. Its parts are referred to, never copied: copying recurses, and a
// hostile answer nests deeper than a stack holds.
json provider_answer(const json& data) {
  return parse_object(string_at(data, "responseBody"));
}

Failure failure_of_code(std::string_view code) {
  if (code == "insufficient_quota" || code == "billing_error") return Failure::credit;
  if (code == "usage_limit_reached" || code == "rate_limit_error") return Failure::rate_limit;
  if (code == "authentication_error" || code == "invalid_api_key") return Failure::auth;
  if (code == "overloaded_error" || code == "server_is_overloaded") return Failure::overloaded;
  if (code == "context_length_exceeded") return Failure::context_too_long;
  return Failure::other;
}

Failure failure_of_api_error(const json& data) {
  const json answer = provider_answer(data);
  const json& provider = member(answer, "error");
  const std::int64_t status = count_at(data, "statusCode");
  // No answer at all: the connection failed, or was cut.
  if (status == 0 && bool_at(data, "isRetryable")) return Failure::overloaded;
  return first_specific({failure_of_code(string_at(provider, "code")),
                         failure_of_code(string_at(provider, "type")), failure_of_status(status)});
}

Failure failure_of_error(const json& error) {
  const std::string name = string_at(error, "name");
  const json& data = member(error, "data");
  if (name == "APIError") return failure_of_api_error(data);
  if (name == "ProviderAuthError") return Failure::auth;
  if (name == "ContextOverflowError") return Failure::context_too_long;
  if (name == "ContentFilterError") return Failure::refused;
  // The provider's answer was no JSON. Whatever else is unknown is not the provider's.
  const bool garbage = string_at(data, "message").starts_with("JSON parsing failed");
  return name == "UnknownError" && garbage ? Failure::overloaded : Failure::other;
}

std::optional<double> number_in(const json& object, const char* name) {
  const std::string text = string_at(object, name);
  if (text.empty() || text.size() > 20 || text.find_first_not_of("0123456789.") != text.npos)
    return std::nullopt;
  return json::accept(text) ? std::optional(json::parse(text).get<double>()) : std::nullopt;
}

std::optional<std::int64_t> after(const json& record, std::optional<double> wait_s) {
  const auto now_ms = reset_ms_of(number_at(record, "timestamp"));
  if (!now_ms || !wait_s || *wait_s > kWaitSMax) return std::nullopt;
  return *now_ms + static_cast<std::int64_t>(*wait_s * 1000);
}

// A moment that the provider names, else a wait.
std::optional<std::int64_t> reset_of(const json& record, const json& data) {
  const json& headers = member(data, "responseHeaders");
  const json answer = provider_answer(data);
  const json& provider = member(answer, "error");
  if (auto at = reset_ms_of(number_at(provider, "resets_at"))) return at;
  for (const char* name : {"anthropic-ratelimit-unified-reset", "x-codex-primary-reset-at"}) {
    if (const auto number = number_in(headers, name)) {
      if (auto at = reset_ms_of(*number)) return at;
    }
  }
  return after(record, number_in(headers, "retry-after"));
}

std::vector<Note> read_error(const json& record) {
  const json& error = member(record, "error");
  const json& data = member(error, "data");
  FinishedNote finished{false, failure_of_error(error),
                        text::bounded(string_at(data, "message"), kTextBytes)};
  if (finished.text.empty()) finished.text = text::one_line(string_at(error, "name"), kLineBytes);
  std::vector<Note> notes;
  if (finished.failure == Failure::rate_limit)
    notes.emplace_back(RateLimitNote{reset_of(record, data), text::one_line(finished.text, kLineBytes)});
  notes.emplace_back(std::move(finished));
  return notes;
}

std::vector<Note> read_part(const std::string& type, const json& record) {
  const json& part = member(record, "part");
  if (type == "text") return {TextNote{text::bounded(string_at(part, "text"), kTextBytes)}};
  if (type == "tool_use") return read_tool(part);
  if (type == "step_finish") return read_step_finish(part);
  return {};
}

// Of a log line: the text behind ` name="`, up to the quote that ends it.
std::string quoted_value(std::string_view line, std::string_view name) {
  const std::string start = " " + std::string(name) + "=\"";
  const std::size_t found = line.find(start);
  if (found == std::string_view::npos) return {};
  const std::string_view rest = line.substr(found + start.size());
  std::size_t end = 0;
  while (end < rest.size() && rest[end] != '"')
    end += rest[end] == '\\' ? 2 : 1;
  return text::one_line(rest.substr(0, end), kLineBytes);
}

// An error in opencode's log: a request that is tried again, or what a record on stdout leaves out.
std::vector<Note> read_log_error(std::string_view line) {
  std::string text = quoted_value(line, "error.error");
  if (text.empty()) text = quoted_value(line, "error");
  if (text.empty()) return {};
  // Providers without a key do not exist for opencode, nor do their models.
  const bool no_login = text.starts_with("ProviderModelNotFoundError");
  return {ErrorNote{no_login ? Failure::auth : Failure::other, std::move(text)}};
}

// What opencode says to people, in colour.
std::vector<Note> read_message(std::string_view line) {
  constexpr std::string_view kError = "Error: \x1b[0m";
  constexpr std::string_view kAsked = "permission requested: ";
  if (const std::size_t at = line.find(kError); at != std::string_view::npos)
    return {ErrorNote{Failure::other, text::one_line(line.substr(at + kError.size()), kLineBytes)}};
  if (const std::size_t at = line.find(kAsked); at != std::string_view::npos)
    return {TextNote{text::one_line(line.substr(at), kLineBytes)}};
  return {};
}

Reading read_stderr(std::string_view line) {
  if (line.starts_with("timestamp=")) return {read_log_error(line), true};
  if (line.starts_with('\x1b')) return {read_message(line), true};
  return {{}, true};
}

}  // namespace

Reading read_opencode(const Profile& /*profile*/, std::string_view file, std::string_view line) {
  if (file == "stderr") return read_stderr(line);
  const json record = parse_object(line);
  const std::string type = string_at(record, "type");
  const bool known = type == "step_start" || type == "text" || type == "tool_use" || type == "step_finish" ||
                     type == "reasoning" || type == "error";
  if (!known) return {{}, false};
  std::vector<Note> notes;
  if (std::string id = text::one_line(string_at(record, "sessionID"), kLineBytes); !id.empty())
    notes.emplace_back(SessionNote{std::move(id), "", ""});
  std::vector<Note> more = type == "error" ? read_error(record) : read_part(type, record);
  std::move(more.begin(), more.end(), std::back_inserter(notes));
  return {std::move(notes), true};
}

}  // namespace orchestrate::spawners
