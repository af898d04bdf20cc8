#include "spawners/step/exit_record.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "spawners/step/record_json.h"
#include "text/utf8.h"

namespace orchestrate::spawners {
namespace {

constexpr std::pair<ExitReason, std::string_view> kReasons[] = {
    {ExitReason::exited, "exited"},
    {ExitReason::signalled, "signalled"},
    {ExitReason::spawn_failed, "spawn_failed"},
    {ExitReason::not_started, "not_started"},
    {ExitReason::wall_limit, "wall_limit"},
    {ExitReason::silence_limit, "silence_limit"},
    {ExitReason::cancelled, "cancelled"},
    {ExitReason::output_limit, "output_limit"},
};

// Escaped, at most so many bytes: there is room for all the other fields.
constexpr std::size_t kErrorBytes = 3000;

enum class Presence { needed, optional };

// The record's fields in their order.
template <typename Record, typename Visit>
void each_field(Record& r, Visit visit) {
  visit("reason", r.reason, Presence::needed);
  visit("code", r.code, Presence::needed);
  visit("signal", r.signal, Presence::needed);
  visit("error", r.error, Presence::optional);
  visit("started_at_ms", r.started_at_ms, Presence::needed);
  visit("ended_at_ms", r.ended_at_ms, Presence::needed);
  visit("wall_ms", r.wall_ms, Presence::needed);
  visit("user_ms", r.user_ms, Presence::optional);
  visit("system_ms", r.system_ms, Presence::optional);
  visit("max_rss_kib", r.max_rss_kib, Presence::optional);
  visit("stdout_bytes", r.stdout_bytes, Presence::optional);
  visit("stderr_bytes", r.stderr_bytes, Presence::optional);
  visit("dropped_bytes", r.dropped_bytes, Presence::optional);
  visit("swept", r.swept, Presence::optional);
  visit("left", r.left, Presence::optional);
  visit("stdout_tail", r.stdout_tail, Presence::optional);
  visit("stderr_tail", r.stderr_tail, Presence::optional);
  visit("step", r.step, Presence::optional);
}

template <typename Value>
void take(const nlohmann::json& json, Value& value) {
  json.get_to(value);
}

// One that does not fit would become another: 4294967296 the code of a clean exit.
void take(const nlohmann::json& json, int& value) {
  const auto number = json.get<std::int64_t>();
  if (!std::in_range<int>(number)) throw nlohmann::json::other_error::create(599, "too large", &json);
  value = static_cast<int>(number);
}

std::size_t escaped_bytes(const std::string& text) {
  return nlohmann::json(text).dump().size();
}

std::string fitted(const std::string& error) {
  std::string text = text::valid_utf8(error);
  if (escaped_bytes(text) <= kErrorBytes) return text;
  std::size_t most = kErrorBytes - 5;  // quotes and dots
  while (escaped_bytes(text) > kErrorBytes - 3) {
    text = text::cut(text, most);
    most -= most / 8;
  }
  return text + "...";
}

std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

}  // namespace

// Found by the library where a field is one.
// NOLINTNEXTLINE(readability-identifier-naming)
void to_json(nlohmann::ordered_json& json, ExitReason reason) {
  json = to_string(reason);
}

void from_json(const nlohmann::json& json, ExitReason& reason) {
  const auto known = exit_reason_from(json.get<std::string>());
  if (!known) throw nlohmann::json::other_error::create(599, "unknown reason", &json);
  reason = *known;
}

bool ended_by_itself(const ExitRecord& record) {
  constexpr std::array kSentByOthers = {SIGKILL, SIGTERM, SIGINT, SIGHUP};
  if (record.reason == ExitReason::cancelled || record.reason == ExitReason::not_started) return false;
  return record.reason != ExitReason::signalled ||
         std::find(kSentByOthers.begin(), kSentByOthers.end(), record.signal) == kSentByOthers.end();
}

std::string_view to_string(ExitReason reason) {
  for (const auto& [value, name] : kReasons) {
    if (value == reason) return name;
  }
  return "exited";
}

std::optional<ExitReason> exit_reason_from(std::string_view text) {
  for (const auto& [value, name] : kReasons) {
    if (name == text) return value;
  }
  return std::nullopt;
}

std::string to_json(const ExitRecord& record) {
  ExitRecord fitting = record;
  fitting.error = fitted(record.error);
  nlohmann::ordered_json object;
  each_field(fitting, [&object](const char* name, const auto& value, Presence) { object[name] = value; });
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<ExitRecord> parse_exit_record(const std::string& json_text) {
  try {
    const auto object = parse_record(json_text);
    ExitRecord record;
    each_field(record, [&object](const char* name, auto& value, Presence presence) {
      if (presence == Presence::needed || object.contains(name)) take(object.at(name), value);
    });
    return record;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::string describe(const ExitRecord& record) {
  switch (record.reason) {
    case ExitReason::exited:
      return "exit " + std::to_string(record.code);
    case ExitReason::signalled:
      return "killed by " + signal_name(record.signal);
    case ExitReason::spawn_failed:
      return "could not be started: " + record.error;
    case ExitReason::not_started:
      return "not started: " + record.error;
    case ExitReason::wall_limit:
      return "stopped: it ran into its wall limit";
    case ExitReason::silence_limit:
      return "stopped: no output for its silence limit";
    case ExitReason::cancelled:
      return "cancelled";
    case ExitReason::output_limit:
      return "stopped: it printed more than its output limit";
  }
  return "exited";
}

}  // namespace orchestrate::spawners
