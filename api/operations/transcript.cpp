#include "api/operations/operation.h"

#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/operations/rows/task_values.h"
#include "spawners/drivers/driver.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using namespace spawners;

constexpr double kMaxTranscript = 256 << 20;

const char* name_of(Failure failure) {
  constexpr std::array<const char*, 10> names = {
      "none",      "auth",   "rate limit", "credit",  "context too long",
      "max turns", "budget", "overloaded", "refused", "other"};
  return names.at(static_cast<std::size_t>(failure));
}

json or_null(const auto& value) {
  return value ? json(*value) : json();
}

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
          {"rate_limited_why", notes.rate_limit ? notes.rate_limit->why : ""},
          {"lines", notes.lines},
          {"unknown_lines", notes.unknown_lines},
          {"finished", notes.finished.has_value()},
          {"ok", notes.finished && notes.finished->ok},
          {"ending", ending}};
}

json test(Desk& desk, const json& given) {
  const std::string type = given["type"];
  const Profile& profile = agent_type_or_refuse(type, *desk.project).profile;
  const Driver& driver = *find_driver(profile.driver);
  const std::string file = given.value("file", std::string("-"));
  if (given["text"].get_ref<const std::string&>().empty())
    throw wrong_usage("the transcript " + file + " is empty", "record one: the agent's command > FILE");
  const std::string name = std::filesystem::path(file).filename();
  Notes notes;
  json lines = json::array();
  std::istringstream text(given["text"].get<std::string>());
  for (std::string line; std::getline(text, line);) {
    const Reading reading = driver.read(profile, name, line);
    fold(notes, reading);
    lines.push_back(as_json(reading, notes.lines));
  }
  return {{"agent_type", type},
          {"driver", profile.driver},
          {"lines", std::move(lines)},
          {"totals", totals_json(notes, ending(notes, driver.writes_terminal_record(profile)))}};
}

Shape totals_shape() {
  using namespace shape;
  return object({{"session_id", text()},
                 {"model", text()},
                 {"tokens_in", whole(0)},
                 {"tokens_out", whole(0)},
                 {"cost_usd", real()},
                 {"rate_limited", yes_no()},
                 {"rate_limited_until_ms", shape::or_null(whole(0))},
                 {"rate_limited_why", text()},
                 {"lines", whole(0)},
                 {"unknown_lines", whole(0)},
                 {"finished", yes_no()},
                 {"ok", yes_no()},
                 {"ending", text()}});
}

Shape test_shape() {
  using namespace shape;
  Shape note = object({{"kind", text()}});
  note.open = true;
  const Shape line = object({{"line", id()}, {"known", yes_no()}, {"notes", list_of(note)}});
  return object(
      {{"agent_type", text()}, {"driver", text()}, {"lines", list_of(line)}, {"totals", totals_shape()}});
}

}  // namespace

Operation transcript_operation() {
  using namespace shape;
  Typed file = {"--transcript", "FILE"};
  file.from = Typed::From::file;
  file.name_to = "file";
  Typed untyped;
  untyped.never = true;
  return {"agents.test",
          "agent test",
          "POST /api/v1/agents/{type}/test",
          "Set up",
          "Show what a driver makes of a recorded run, line by line",
          "orchestrate agent test newcli --transcript run.jsonl",
          Effect::reads,
          Who::owner,
          Opens::configuration,
          {{"type", text(), "An agent type of agents.toml", true, "", {"TYPE"}},
           {"text", text(kMaxTranscript),
            "What its program printed, or a record file of its own; - reads standard input", true, "", file},
           {"file", text(), "The file's name: some programs write several", false, "-", untyped}},
          test_shape(),
          test};
}

}  // namespace orchestrate::api
