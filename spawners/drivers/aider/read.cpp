// One line of what aider prints, of its chat history or of its analytics log -> notes.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "spawners/drivers/aider/aider.h"
#include "spawners/drivers/failure.h"
#include "spawners/drivers/json_line.h"
#include "text/lines.h"
#include "text/words.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

// The provider's own words, where litellm's class says too little: 402 and 403 are any APIError to it, and
// credit that is used up is a RateLimitError.
constexpr std::array<Sign, 9> kProviderSigns = {{
    {"exceeded your current quota", Failure::credit},
    {"Payment Required", Failure::credit},
    {"nsufficient credits", Failure::credit},
    {"credit balance is too low", Failure::credit},
    {"Forbidden", Failure::auth},
    {"Country, region, or territory not supported", Failure::auth},
    {"does not have access", Failure::auth},
    {"exceeds the context window", Failure::context_too_long},
    {"maximum context length", Failure::context_too_long},
}};

// litellm's class is the first word: "RateLimitError: RateLimitError: OpenAIException - ...".
constexpr std::array<Sign, 10> kClassSigns = {{
    {"AuthenticationError:", Failure::auth},
    {"PermissionDeniedError:", Failure::auth},
    {"RateLimitError:", Failure::rate_limit},
    {"ContextWindowExceededError:", Failure::context_too_long},
    {"ContentPolicyViolationError:", Failure::refused},
    {"InternalServerError:", Failure::overloaded},
    {"ServiceUnavailableError:", Failure::overloaded},
    {"BadGatewayError:", Failure::overloaded},
    {"APIConnectionError:", Failure::overloaded},
    {"Timeout:", Failure::overloaded},
}};

Failure failure_of(std::string_view error) {
  return first_specific({failure_of_words(kProviderSigns, error),
                         failure_of_words(kClassSigns, error.substr(0, error.find(':') + 1))});
}

// Lines of the chat history in aider's own voice, as far as the model did not imitate it. So they say why
// something failed that the log shows as failed, and can be a failure, but never a success. Every way in
// which a request ends without an answer is here, so that the last word on it is aider's.
std::vector<Note> read_chat(std::string_view line) {
  constexpr std::string_view kVoice = "> ";
  constexpr std::string_view kProviderError = "litellm.";
  if (!line.starts_with(kVoice)) return {};
  line.remove_prefix(kVoice.size());
  const std::string text = text::one_line(line, kLineBytes);
  if (line.starts_with(kProviderError)) {
    const std::string_view error = line.substr(kProviderError.size());
    return {ErrorNote{failure_of(error), text}};
  }
  if (line.starts_with("Model ") && text::contains(line, " has hit a token limit!"))
    return {ErrorNote{Failure::context_too_long, text}};
  if (line.starts_with("Only ") && text::contains(line, " reflections allowed, stopping."))
    return {FinishedNote{false, Failure::max_turns, text}};
  for (const std::string_view sign :
       {"Empty response received from LLM", "Traceback (most recent call last)", "^C again to exit"}) {
    if (line.starts_with(sign)) return {ErrorNote{Failure::other, text}};
  }
  return {};
}

std::vector<Note> read_answer(const json& properties) {
  UsageNote usage;
  usage.tokens_in = count_at(properties, "prompt_tokens");
  usage.tokens_out = count_at(properties, "completion_tokens");
  usage.cost_usd = cost_at(properties, "cost");
  usage.adds = true;
  // It logs an answer too when there was none but an error that it knows, or an empty one.
  if (*usage.tokens_out == 0) return {usage};
  return {usage, RequestNote{true}};
}

Reading read_log(std::string_view line) {
  const json record = parse_object(line);
  const json& properties = member(record, "properties");
  const std::string event = string_at(record, "event");
  // A task that became a command of aider's is asked of no model, and its end is like any other.
  if (event == "launched" || event == "message_send_starting") return {{RequestNote{false}}, true};
  if (event == "message_send") return {read_answer(properties), true};
  if (event == "message_send_exception")
    return {{ErrorNote{Failure::other, text::one_line(string_at(properties, "exception"), kLineBytes)}},
            true};
  if (event == "exit") {
    const std::string reason = text::one_line(string_at(properties, "reason"), kLineBytes);
    if (reason == "Completed --message-file") return {{FinishedNote{true, Failure::none, ""}}, true};
    return {{FinishedNote{false, Failure::other, "aider ended: " + reason}}, true};
  }
  static constexpr std::array<std::string_view, 3> kSilent = {"repo", "auto_commits", "model warning"};
  const bool known = std::find(kSilent.begin(), kSilent.end(), event) != kSilent.end();
  return {{}, known || event.starts_with("command_")};
}

}  // namespace

Reading read_aider(const Profile& /*profile*/, std::string_view file, std::string_view line) {
  if (file == "analytics.jsonl") return read_log(line);
  if (file == "chat.md") return {read_chat(line), true};
  return {{TextNote{text::bounded(line, kTextBytes)}}, true};
}

}  // namespace orchestrate::spawners
