// What a driver makes of a recorded run, line by line: how a lead tries out a mapping before a night depends
// on it.
#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/task_words.h"
#include "api/cli/verbs.h"
#include "api/operations/json.h"
#include "spawners/drivers/driver.h"
#include "text/display.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using namespace spawners;

constexpr std::size_t kColumns = 100;

const char* name_of(Failure failure) {
  constexpr std::array<const char*, 10> names = {
      "none",      "auth",   "rate limit", "credit",  "context too long",
      "max turns", "budget", "overloaded", "refused", "other"};
  return names.at(static_cast<std::size_t>(failure));
}

std::string until_text(const std::optional<std::int64_t>& until_ms) {
  return until_ms ? " until " + utc_time(*until_ms) : "";
}

std::string amounts(const std::optional<std::int64_t>& in, const std::optional<std::int64_t>& out) {
  if (!in && !out) return {};
  return "tokens" + (in ? " " + std::to_string(*in) + " in" : "") +
         (out ? " " + std::to_string(*out) + " out" : "");
}

// One note for people.
struct InWords {
  std::string operator()(const SessionNote& note) const { return "session " + note.id; }
  std::string operator()(const TextNote& note) const { return "text " + note.text; }
  std::string operator()(const ToolNote& note) const {
    return "tool " + note.name + (note.summary.empty() ? "" : ": " + note.summary);
  }
  std::string operator()(const UsageNote& note) const {
    const std::string tokens = amounts(note.tokens_in, note.tokens_out);
    const std::string cost = note.cost_usd ? "cost " + money(*note.cost_usd) : "";
    return (note.adds ? "+ " : "") + tokens + (tokens.empty() || cost.empty() ? "" : ", ") + cost;
  }
  std::string operator()(const RateLimitNote& note) const {
    return "rate limited" + until_text(note.until_ms) + ": " + note.why;
  }
  std::string operator()(const DeniedNote& note) const { return "refused " + note.tool; }
  std::string operator()(const ErrorNote& note) const {
    return std::string("error (") + name_of(note.failure) + "): " + note.text;
  }
  std::string operator()(const RequestNote& note) const {
    return note.answered ? "the model answered" : "the model is asked";
  }
  std::string operator()(const FinishedNote& note) const {
    return note.ok ? "finished ok" : "failed: " + note.text;
  }
};

json or_null(const auto& value) {
  return value ? json(*value) : json();
}

// One note for scripts.
struct AsJson {
  json operator()(const SessionNote& note) const {
    return {{"kind", "session"}, {"id", note.id}, {"model", note.model}, {"version", note.version}};
  }
  json operator()(const TextNote& note) const { return {{"kind", "text"}, {"text", note.text}}; }
  json operator()(const ToolNote& note) const {
    return {{"kind", "tool"}, {"name", note.name}, {"summary", note.summary}};
  }
  json operator()(const UsageNote& note) const {
    return {{"kind", "usage"},
            {"tokens_in", or_null(note.tokens_in)},
            {"tokens_out", or_null(note.tokens_out)},
            {"cost_usd", or_null(note.cost_usd)},
            {"adds", note.adds}};
  }
  json operator()(const RateLimitNote& note) const {
    return {{"kind", "rate_limit"}, {"until_ms", or_null(note.until_ms)}, {"why", note.why}};
  }
  json operator()(const DeniedNote& note) const { return {{"kind", "denied"}, {"tool", note.tool}}; }
  json operator()(const ErrorNote& note) const {
    return {{"kind", "error"}, {"failure", name_of(note.failure)}, {"text", note.text}};
  }
  json operator()(const RequestNote& note) const {
    return {{"kind", "request"}, {"answered", note.answered}};
  }
  json operator()(const FinishedNote& note) const {
    return {{"kind", "finished"}, {"ok", note.ok}, {"failure", name_of(note.failure)}, {"text", note.text}};
  }
};

// What such a run would count as, if its program ended with exit status 0.
std::string ending(const Notes& notes, bool needs_record) {
  if (notes.finished && !notes.finished->ok) return "failed: " + notes.finished->text;
  if (notes.finished) return "finished ok";
  if (!needs_record) return "the exit status decides: this agent type maps no line to `finished`";
  if (notes.rate_limit) return "no line says finished, and the limit still stands: the provider would rest";
  return "no line says finished: such a run would not count as done";
}

std::string in_words(const Reading& reading) {
  if (!reading.known) return "?";
  std::string text;
  for (const auto& note : reading.notes)
    text += (text.empty() ? "" : "; ") + shortened(printable(std::visit(InWords(), note)), kColumns);
  return text.empty() ? "-" : text;
}

json as_json(const Reading& reading, std::int64_t number) {
  json notes = json::array();
  for (const auto& note : reading.notes)
    notes.push_back(std::visit(AsJson(), note));
  return {{"line", number}, {"known", reading.known}, {"notes", std::move(notes)}};
}

json totals_json(const Notes& notes, const std::string& ending) {
  return {{"session_id", notes.session_id},
          {"model", notes.model},
          {"tokens_in", notes.tokens_in},
          {"tokens_out", notes.tokens_out},
          {"cost_usd", notes.cost_usd},
          {"rate_limited", notes.rate_limit.has_value()},
          {"rate_limited_until_ms", notes.rate_limit ? or_null(notes.rate_limit->until_ms) : json()},
          {"lines", notes.lines},
          {"unknown_lines", notes.unknown_lines},
          {"finished", notes.finished.has_value()},
          {"ok", notes.finished && notes.finished->ok},
          {"ending", ending}};
}

std::string totals_text(const Notes& notes, const std::string& ending) {
  std::vector<std::vector<std::string>> rows = {
      {"session", notes.session_id.empty() ? "none" : notes.session_id},
      {"tokens", std::to_string(notes.tokens_in) + " in, " + std::to_string(notes.tokens_out) + " out"},
      {"cost", money(notes.cost_usd)}};
  if (notes.rate_limit)
    rows.push_back(
        {"limit", "stands" + until_text(notes.rate_limit->until_ms) + ": " + notes.rate_limit->why});
  rows.push_back(
      {"lines", std::to_string(notes.lines) + ", " + std::to_string(notes.unknown_lines) + " unknown"});
  rows.push_back({"end", shortened(printable(ending), 4 * kColumns)});
  return table(rows);
}

}  // namespace

int agent_test(const Context& context, const std::string& type, const std::string& transcript) {
  const auto opened = open_project(context);
  const Profile& profile = agent_type_or_refuse(type, opened.project).profile;
  const Driver& driver = *find_driver(profile.driver);
  std::ifstream file;
  if (transcript != "-") {
    file.open(transcript, std::ios::binary);
    if (!file || file.peek() == std::ifstream::traits_type::eof())
      throw UsageError("the transcript " + transcript +
                       " cannot be read, or is empty\n  record one: the agent's command > FILE");
  }
  const std::string name = std::filesystem::path(transcript).filename();
  Notes notes;
  json lines = json::array();
  for (std::string line; std::getline(transcript == "-" ? *context.in : file, line);) {
    const Reading reading = driver.read(profile, name, line);
    fold(notes, reading);
    if (context.json) {
      lines.push_back(as_json(reading, notes.lines));
    } else {
      const std::string number = std::to_string(notes.lines);
      *context.out << std::string(number.size() < 5 ? 5 - number.size() : 0, ' ') << number << "  "
                   << in_words(reading) << "\n";
    }
  }
  const std::string end = ending(notes, driver.writes_terminal_record(profile));
  if (context.json) {
    *context.out << text_of({{"agent_type", type},
                             {"driver", profile.driver},
                             {"lines", std::move(lines)},
                             {"totals", totals_json(notes, end)}});
  } else {
    *context.out << "\n" << totals_text(notes, end);
  }
  return 0;
}

}  // namespace orchestrate::api
