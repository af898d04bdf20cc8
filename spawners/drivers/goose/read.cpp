// One line of `goose run --output-format stream-json`, or of its stderr -> notes.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "spawners/drivers/failure.h"
#include "spawners/drivers/goose/goose.h"
#include "spawners/drivers/json_line.h"
#include "text/lines.h"
#include "text/words.h"

namespace orchestrate::spawners {
namespace {

using nlohmann::json;

constexpr std::size_t kIdBytes = 100;
constexpr std::size_t kBlocksMax = 64;

// Goose's name for the error, and what a provider may have said that tells more. The first that fits counts.
struct Meaning {
  std::string_view opening;
  std::string_view words;
  Failure failure;
};

constexpr std::array<Meaning, 12> kMeanings = {{
    {"I've reached the maximum number of actions", "", Failure::max_turns},
    {"Authentication error", "", Failure::auth},
    {"Context length exceeded", "", Failure::context_too_long},
    {"", "exceeds the model's effective context window", Failure::context_too_long},
    {"Credits exhausted", "", Failure::credit},
    {"Rate limit exceeded", "exceeded your current quota", Failure::credit},
    {"Rate limit exceeded", "", Failure::rate_limit},
    {"Request failed", "credit balance is too low", Failure::credit},
    {"Request failed", "insufficient credits", Failure::credit},
    {"Server error", "", Failure::overloaded},
    {"Network error", "", Failure::overloaded},
    {"Error Configuration value not found", "", Failure::auth},  // of a key
}};

Failure failure_of(std::string_view text) {
  for (const std::string_view opening :
       {"Ran into this error: ", "Ran into this error trying to compact: ", "Failed to compact: "}) {
    if (text.starts_with(opening)) text.remove_prefix(opening.size());
  }
  const auto* const found = std::find_if(kMeanings.begin(), kMeanings.end(), [&](const Meaning& meaning) {
    return text.starts_with(meaning.opening) && text::contains(text, meaning.words);
  });
  return found == kMeanings.end() ? Failure::other : found->failure;
}

Failure failure_of_kind(std::string_view kind) {
  if (kind == "authentication") return Failure::auth;
  if (kind == "contextLengthExceeded") return Failure::context_too_long;
  return kind == "creditsExhausted" ? Failure::credit : Failure::other;
}

std::vector<Note> failed(const std::string& text) {
  FinishedNote finished{false, failure_of(text), text::bounded(text, kTextBytes)};
  std::vector<Note> notes;
  if (finished.failure == Failure::rate_limit)
    notes.emplace_back(RateLimitNote{std::nullopt, text::one_line(text, kLineBytes)});
  notes.emplace_back(std::move(finished));
  return notes;
}

// Goose says what it has to say as the assistant. What names no inference, no model has said.
struct Speaker {
  std::string id;
  bool assistant = false;
  bool model = false;
};

Speaker speaker_of(const json& message) {
  return {text::one_line(string_at(message, "id"), kIdBytes), string_at(message, "role") == "assistant",
          member(member(message, "metadata"), "inference").is_object()};
}

std::vector<Note> read_text(const Speaker& speaker, const std::string& text) {
  if (!speaker.assistant) return {};
  if (!speaker.model) return failed(text);
  return {TextNote{text::bounded(text, kTextBytes), speaker.id}};
}

std::vector<Note> read_tool(const Profile& profile, const json& block) {
  const json& call = member(member(block, "toolCall"), "value");
  const std::string name = text::one_line(string_at(call, "name"), kLineBytes);
  std::vector<Note> notes = {ToolNote{
      name, tool_summary(member(call, "arguments"), {"command", "path", "source", "name", "query", "url"})}};
  if (profile.permissions == Permissions::read) notes.emplace_back(DeniedNote{name});  // mode chat
  return notes;
}

std::vector<Note> read_block(const Profile& profile, const Speaker& speaker, const json& block) {
  const std::string type = string_at(block, "type");
  if (type == "text") return read_text(speaker, string_at(block, "text"));
  if (type == "toolRequest") return read_tool(profile, block);
  if (type == "error") {
    const std::string text = string_at(block, "message");
    return {ErrorNote{first_specific({failure_of_kind(string_at(block, "kind")), failure_of(text)}),
                      text::bounded(text, kTextBytes)}};
  }
  const Failure told = failure_of_kind(string_at(block, "notificationType"));
  if (told == Failure::other) return {};
  return {ErrorNote{told, text::bounded(string_at(block, "msg"), kTextBytes)}};
}

std::vector<Note> read_message(const Profile& profile, const json& message) {
  const Speaker speaker = speaker_of(message);
  const json& content = member(message, "content");
  std::vector<Note> notes;
  if (!content.is_array()) return notes;
  for (const json& block : content) {
    if (notes.size() >= kBlocksMax) break;
    for (Note& note : read_block(profile, speaker, block))
      notes.push_back(std::move(note));
  }
  return notes;
}

// Of the whole session. What was read from a cache is in the input already.
UsageNote usage_of(const json& record) {
  UsageNote usage;
  usage.tokens_in = count_at(record, "input_tokens");
  usage.tokens_out = count_at(record, "output_tokens");
  if (member(record, "cost_usd").is_number()) usage.cost_usd = cost_at(record, "cost_usd");
  usage.cumulative = *usage.tokens_in > 0 || *usage.tokens_out > 0;
  return usage;
}

// What goose says before there is a stream, and what it puts in front of its last record when it is
// interrupted.
Reading read_plain(std::string_view line) {
  constexpr std::string_view kMistake = "error: ";
  const std::size_t record_at = line.find(R"({"type":)");
  if (record_at != std::string_view::npos) {
    const json record = parse_object(line.substr(record_at));
    if (string_at(record, "type") == "error") return {failed(string_at(record, "error")), true};
  }
  const std::size_t at = std::min(line.find_first_not_of(' '), line.size());
  const std::string_view text = line.substr(at);
  if (text.starts_with(kMistake)) return {failed(std::string(text.substr(kMistake.size()))), true};
  return {{}, text.empty()};
}

// Only what never stands in the stream.
Reading read_stderr(std::string_view line) {
  const std::size_t extension = line.find("Failed to start extension '");
  if (extension != std::string_view::npos) return {failed(std::string(line.substr(extension))), true};
  for (const std::string_view end : {"Error: No session found", "Error: goose-cli main thread panicked"}) {
    if (line.starts_with(end)) return {failed(std::string(line)), true};
  }
  return {{}, true};
}

}  // namespace

Reading read_goose(const Profile& profile, std::string_view file, std::string_view line) {
  if (file == "stderr") return read_stderr(line);
  if (line.empty() || line.front() != '{') return read_plain(line);
  const json record = parse_object(line);
  const std::string type = string_at(record, "type");
  if (type == "message") return {read_message(profile, member(record, "message")), true};
  if (type == "error") return {failed(string_at(record, "error")), true};
  if (type == "complete") return {{usage_of(record), FinishedNote{true, Failure::none, {}}}, true};
  return {{}, type == "notification"};
}

}  // namespace orchestrate::spawners
