#include "spawners/step/exit_record.h"

#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace orchestrate::spawners {
namespace {

constexpr std::pair<ExitReason, std::string_view> kReasons[] = {
    {ExitReason::exited, "exited"},
    {ExitReason::signalled, "signalled"},
    {ExitReason::spawn_failed, "spawn_failed"},
    {ExitReason::wall_limit, "wall_limit"},
    {ExitReason::silence_limit, "silence_limit"},
    {ExitReason::cancelled, "cancelled"},
    {ExitReason::output_limit, "output_limit"},
};

std::string signal_name(int signal) {
  const char* name = sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

}  // namespace

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

std::optional<ExitRecord> parse_exit_record(const std::string& json_text) {
  try {
    const auto json = nlohmann::json::parse(json_text);
    const auto reason = exit_reason_from(json.at("reason").get<std::string>());
    if (!reason) return std::nullopt;
    ExitRecord r;
    r.reason = *reason;
    r.code = json.at("code").get<int>();
    r.signal = json.at("signal").get<int>();
    r.error = json.value("error", "");
    r.started_at_ms = json.at("started_at_ms").get<std::int64_t>();
    r.ended_at_ms = json.at("ended_at_ms").get<std::int64_t>();
    r.wall_ms = json.at("wall_ms").get<std::int64_t>();
    r.user_ms = json.value("user_ms", std::int64_t{0});
    r.system_ms = json.value("system_ms", std::int64_t{0});
    r.max_rss_kib = json.value("max_rss_kib", std::int64_t{0});
    r.stdout_bytes = json.value("stdout_bytes", std::int64_t{0});
    r.stderr_bytes = json.value("stderr_bytes", std::int64_t{0});
    r.dropped_bytes = json.value("dropped_bytes", std::int64_t{0});
    r.swept = json.value("swept", 0);
    r.left = json.value("left", 0);
    r.stdout_tail = json.value("stdout_tail", std::vector<std::string>{});
    r.stderr_tail = json.value("stderr_tail", std::vector<std::string>{});
    return r;
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
