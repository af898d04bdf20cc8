// One line of `claude -p --output-format stream-json` -> notes.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "spawners/drivers/claude/claude.h"
#include "spawners/drivers/failure.h"
#include "spawners/drivers/json_line.h"
#include "text/lines.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

constexpr std::size_t kBlocksMax = 64;
constexpr std::int64_t kEpochSMax = 4'102'444'800;  // the year 2100: later than any reset a provider means

// The kinds claude itself writes: `error` of an assistant record, `api_error` and `api_error_type` of a
// result.
Failure failure_of_kind(std::string_view kind) {
  using Entry = std::pair<std::string_view, Failure>;
  static constexpr std::array<Entry, 12> kinds = {{
      {"authentication_failed", Failure::auth},
      {"authentication_error", Failure::auth},
      {"permission_error", Failure::auth},
      {"oauth_org_not_allowed", Failure::auth},
      {"billing_error", Failure::credit},
      {"rate_limit", Failure::rate_limit},
      {"rate_limit_error", Failure::rate_limit},
      {"usage_limit_reached", Failure::rate_limit},
      {"overloaded", Failure::overloaded},
      {"overloaded_error", Failure::overloaded},
      {"server_error", Failure::overloaded},
      {"connection_failed", Failure::overloaded},
  }};
  const auto* const found =
      std::find_if(kinds.begin(), kinds.end(), [&](const Entry& entry) { return entry.first == kind; });
  return found == kinds.end() ? Failure::other : found->second;
}

Failure failure_of_result(const json& record) {
  const std::string subtype = string_at(record, "subtype");
  const std::string reason = string_at(record, "terminal_reason");
  if (subtype == "error_max_turns" || reason == "max_turns") return Failure::max_turns;
  if (subtype == "error_max_budget_usd" || reason == "budget_exhausted") return Failure::budget;
  if (reason == "prompt_too_long") return Failure::context_too_long;
  if (string_at(record, "stop_reason") == "refusal") return Failure::refused;
  return first_specific({failure_of_kind(string_at(record, "api_error")),
                         failure_of_kind(string_at(record, "api_error_type")),
                         failure_of_status(count_at(record, "api_error_status"))});
}

// `subtype` says "success" for provider errors too, and the exit code is 0 after SIGINT: only all of it
// together counts.
bool result_is_ok(const json& record) {
  const std::string reason = string_at(record, "terminal_reason");
  return !bool_at(record, "is_error", true) && string_at(record, "subtype") == "success" &&
         (reason.empty() || reason == "completed") && string_at(record, "stop_reason") != "refusal";
}

std::string result_text(const json& record) {
  if (std::string text = string_at(record, "result"); !text.empty())
    return text::bounded(text, kFinalTextBytes);
  std::string text;
  const json& errors = member(record, "errors");
  if (errors.is_array()) {
    for (const json& error : errors) {
      if (!error.is_string() || text.size() > kTextBytes) continue;
      if (!text.empty()) text += "; ";
      text += error.get<std::string>();
    }
  }
  if (text.empty()) text = string_at(record, "terminal_reason");
  return text::bounded(text, kTextBytes);
}

UsageNote sum_of_models(const json& models) {
  std::int64_t tokens_in = 0;
  std::int64_t tokens_out = 0;
  double cost_usd = 0;
  for (const json& model : models) {
    tokens_in += count_at(model, "inputTokens") + count_at(model, "cacheCreationInputTokens") +
                 count_at(model, "cacheReadInputTokens");
    tokens_out += count_at(model, "outputTokens");
    cost_usd += cost_at(model, "costUSD");
  }
  return {tokens_in, tokens_out, cost_usd};
}

// Sums over models, because `usage` misses what an interrupted call and the small helper model cost. What is
// counted since the process began is this run alone; everything else includes the session's earlier runs.
UsageNote usage_of(const json& record) {
  const json& since_last = member(record, "model_usage_since_last_result");
  if (since_last.is_object() && count_at(record, "result_index") == 0) return sum_of_models(since_last);
  UsageNote usage;
  if (const json& models = member(record, "modelUsage"); models.is_object()) {
    usage = sum_of_models(models);
  } else {
    const json& tokens = member(record, "usage");
    usage.tokens_in = count_at(tokens, "input_tokens") + count_at(tokens, "cache_creation_input_tokens") +
                      count_at(tokens, "cache_read_input_tokens");
    usage.tokens_out = count_at(tokens, "output_tokens");
    usage.cost_usd = cost_at(record, "total_cost_usd");
  }
  // A session that could not be resumed reports nothing at all, not its earlier runs.
  usage.cumulative = *usage.tokens_in > 0 || *usage.tokens_out > 0 || *usage.cost_usd > 0;
  return usage;
}

std::vector<Note> read_result(const json& record) {
  FinishedNote finished{result_is_ok(record), Failure::none, result_text(record)};
  if (!finished.ok) finished.failure = failure_of_result(record);
  std::vector<Note> notes = {usage_of(record)};
  if (finished.failure == Failure::rate_limit) {
    notes.emplace_back(RateLimitNote{std::nullopt, text::one_line(finished.text, kLineBytes)});
  }
  notes.emplace_back(std::move(finished));
  return notes;
}

std::vector<Note> read_content(const json& content) {
  std::vector<Note> notes;
  if (!content.is_array()) return notes;
  for (const json& block : content) {
    if (notes.size() == kBlocksMax) break;
    const std::string type = string_at(block, "type");
    if (type == "text") notes.emplace_back(TextNote{text::bounded(string_at(block, "text"), kTextBytes)});
    if (type == "tool_use") {
      notes.emplace_back(
          ToolNote{text::one_line(string_at(block, "name"), kLineBytes),
                   tool_summary(member(block, "input"),
                                {"command", "file_path", "path", "pattern", "url", "query", "description"})});
    }
  }
  return notes;
}

// "<synthetic>" is claude's own voice. A sub-agent's error is not the run's: its parent may go on.
std::vector<Note> read_synthetic(const json& record, const json& content) {
  const std::string kind = string_at(record, "error");
  if (kind.empty() || !member(record, "parent_tool_use_id").is_null()) return {};
  const json& first = content.is_array() && !content.empty() ? content.front() : content;
  const Failure failure =
      first_specific({failure_of_kind(kind), failure_of_status(count_at(record, "api_error_status"))});
  return {ErrorNote{failure, text::bounded(string_at(first, "text"), kTextBytes)}};
}

std::vector<Note> read_assistant(const json& record) {
  const json& message = member(record, "message");
  const json& content = member(message, "content");
  return string_at(message, "model") == "<synthetic>" ? read_synthetic(record, content)
                                                      : read_content(content);
}

std::vector<Note> read_rate_limit(const json& record) {
  const json& info = member(record, "rate_limit_info");
  // Refused on the plan's window but served from paid overage is not refused.
  if (string_at(info, "status") != "rejected" || bool_at(info, "isUsingOverage")) return {};
  RateLimitNote note;
  const std::int64_t resets_at_s = count_at(info, "resetsAt");
  if (resets_at_s > 0 && resets_at_s < kEpochSMax) note.until_ms = resets_at_s * 1000;
  note.why = text::one_line("usage limit reached (" + string_at(info, "rateLimitType") + ")", kLineBytes);
  return {std::move(note)};
}

std::string retry_text(const json& record) {
  const std::int64_t status = count_at(record, "error_status");
  const std::string answer = status > 0 ? std::to_string(status) + " " : std::string();
  return text::one_line("provider error " + answer + "(" + string_at(record, "error") + "), retry " +
                            std::to_string(count_at(record, "attempt")) + " of " +
                            std::to_string(count_at(record, "max_retries")),
                        kLineBytes);
}

std::vector<Note> read_system(const json& record) {
  const std::string subtype = string_at(record, "subtype");
  if (subtype == "init") {
    return {SessionNote{text::one_line(string_at(record, "session_id"), kLineBytes),
                        text::one_line(string_at(record, "model"), kLineBytes),
                        text::one_line(string_at(record, "claude_code_version"), kLineBytes)}};
  }
  if (subtype == "api_retry") return {TextNote{retry_text(record)}};
  if (subtype == "permission_denied")
    return {DeniedNote{text::one_line(string_at(record, "tool_name"), kLineBytes)}};
  return {};
}

}  // namespace

Reading read_claude(const Profile& /*profile*/, std::string_view /*file*/, std::string_view line) {
  const json record = parse_object(line);
  const std::string type = string_at(record, "type");
  if (type == "system") return {read_system(record), true};
  if (type == "assistant") return {read_assistant(record), true};
  if (type == "result") return {read_result(record), true};
  if (type == "rate_limit_event") return {read_rate_limit(record), true};
  return {{}, type == "user" || type == "stream_event"};
}

}  // namespace orchestrate::spawners
