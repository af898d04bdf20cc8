#include "spawners/step/step_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "spawners/step/record_json.h"
#include "spawners/step/step_id.h"
#include "system/files.h"

namespace orchestrate::spawners {
namespace {

constexpr std::size_t kMostLaunchBytes = 16 << 20;

std::string launch_json(const std::string& dir, const Launch& launch, std::int64_t open_files) {
  std::string stdin_file = launch.stdin_file;
  if (!stdin_file.empty() && stdin_file.front() != '/') stdin_file = dir + "/" + stdin_file;
  const nlohmann::json json = {
      {"version", 1},
      {"argv", launch.argv},
      {"cwd", launch.cwd.empty() ? dir : launch.cwd},
      {"stdin", stdin_file},
      {"wall_ms", launch.limits.wall_ms},
      {"silence_ms", launch.limits.silence_ms},
      {"startup_ms", launch.limits.startup_ms},
      {"grace_ms", launch.limits.grace_ms},
      {"output_bytes", launch.limits.output_bytes},
      {"stop_on_output_limit", launch.limits.stop_on_output_limit},
      {"open_files", open_files},
      {"database", launch.origin.database},
      {"task", launch.origin.task},
  };
  // An argument may hold any bytes; `replace` would start another command than the one asked for.
  try {
    return json.dump(2) + "\n";
  } catch (const nlohmann::json::exception&) {
    throw std::system_error(EILSEQ, std::generic_category(), "an argument of the command is not valid UTF-8");
  }
}

}  // namespace

void write_step(const std::string& dir, const Launch& launch, std::int64_t open_files) {
  system::make_private_folders(dir);
  for (const auto& file : launch.files)
    system::write_private(dir + "/" + file.name, file.text);
  for (const auto& file : launch.home_files) {
    system::make_private_folders(std::filesystem::path(file.path).parent_path());
    // By rename: another run of the same agent type may be reading it.
    system::replace_private(file.path, file.text);
  }
  system::write_private(dir + "/launch.json", launch_json(dir, launch, open_files));
}

std::optional<Limits> read_limits(const std::string& dir) {
  const auto file = system::read_file(dir + "/launch.json", kMostLaunchBytes);
  if (!file) return std::nullopt;
  try {
    const auto json = parse_record(file.text);
    Limits limits;
    limits.wall_ms = json.at("wall_ms");
    limits.grace_ms = json.at("grace_ms");
    return limits;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

Origin read_origin(const std::string& dir) {
  const auto file = system::read_file(dir + "/launch.json", kMostLaunchBytes);
  const Origin unknown{"", 0, true};
  if (!file) return file.absent() ? Origin{} : unknown;
  try {
    const auto json = parse_record(file.text);
    return {json.at("database"), json.at("task"), false};
  } catch (const nlohmann::json::exception&) {
    return unknown;
  }
}

std::optional<StartRecord> read_started(const std::string& dir) {
  const auto file = system::read_file(dir + "/started.json");
  if (!file) return std::nullopt;
  try {
    const auto json = parse_record(file.text);
    return StartRecord{json.at("shim_pid"), json.at("shim_start_ticks"), json.at("pid"), json.at("boot_id")};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::optional<ExitRecord> read_exit(const std::string& dir) {
  const auto file = system::read_file(dir + "/exit.json");
  auto record = file ? parse_exit_record(file.text) : std::nullopt;
  // That of another step, which somebody put there, says nothing of this one.
  if (record && !record->step.empty() && record->step != step_of(dir)) return std::nullopt;
  return record;
}

system::LockState step_lock(const std::string& dir) {
  return system::lock_state(dir + "/lock");
}

bool may_be_claimed(const std::string& dir) {
  // The others come after it: a claim that is gone unmakes no start.
  return std::ranges::any_of(std::array{"/claim", "/started.json", "/stdout"}, [&dir](const char* file) {
    struct stat info {};
    return ::lstat((dir + file).c_str(), &info) == 0 || errno != ENOENT;
  });
}

std::string output_tail(const std::string& dir, const std::string& stream, std::size_t max_bytes) {
  const auto record = read_exit(dir);
  std::vector<std::string> files = {stream};
  if (record) {
    const auto& tail = stream == "stderr" ? record->stderr_tail : record->stdout_tail;
    files.insert(files.end(), tail.begin(), tail.end());
  }
  std::string text;
  for (auto name = files.rbegin(); name != files.rend() && text.size() < max_bytes; ++name) {
    text.insert(0, system::read_end(dir + "/" + *name, max_bytes - text.size()).text);
  }
  return text;
}

}  // namespace orchestrate::spawners
