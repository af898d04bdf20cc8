#include "spawners/shim/launch_file.h"

#include <fcntl.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "system/descriptor.h"

namespace orchestrate::shim {
namespace {

using nlohmann::json;

constexpr std::size_t file_bytes_max = 16 << 20;
constexpr std::int64_t number_max = 1'000'000'000'000'000;  // far from overflow when a clock is added

// Takes typed values out of the document; keeps the first complaint.
class Picker {
 public:
  explicit Picker(const json& document) : document_(document) {}

  [[nodiscard]] const std::string& error() const { return error_; }

  void integer(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t& into) {
    const json* value = find(key);
    const std::int64_t number =
        value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : least - 1;
    if (number >= least && number <= most) {
      into = number;
    } else {
      complain(key, "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
    }
  }

  void boolean(std::string_view key, bool& into) {
    const json* value = find(key);
    if (value == nullptr) return;
    if (!value->is_boolean()) return complain(key, "must be true or false");
    into = value->get<bool>();
  }

  void optional_string(std::string_view key, std::string& into) {
    if (const json* value = find(key)) string(key, *value, into);
  }

  void optional_integer(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t& into) {
    if (find(key) != nullptr) integer(key, least, most, into);
  }

  void directory(std::string_view key, std::string& into) {
    const json* value = find(key);
    if (value != nullptr) string(key, *value, into);
    if (!into.starts_with('/')) complain(key, "must be an absolute path");
  }

  void strings(std::string_view key, std::vector<std::string>& into) {
    const json* value = find(key);
    if (value == nullptr || !value->is_array() || value->empty()) {
      return complain(key, "must be a list of strings, the program first");
    }
    for (const json& item : *value)
      string(key, item, into.emplace_back());
    if (into[0].empty()) complain(key, "names no program");
  }

 private:
  // Null pointer: there is no such key, or nothing has keys.
  [[nodiscard]] const json* find(std::string_view key) const {
    const auto found = document_.find(key);
    return found == document_.end() ? nullptr : &*found;
  }

  void string(std::string_view key, const json& value, std::string& into) {
    if (!value.is_string()) return complain(key, "must be a string");
    const auto& text = value.get_ref<const std::string&>();
    if (text.find('\0') != std::string::npos) {
      return complain(key, "holds a NUL character, which no argument or path can hold");
    }
    into = text;
  }

  void complain(std::string_view key, const std::string& what) {
    if (error_.empty()) error_ = "launch.json: \"" + std::string(key) + "\" " + what;
  }

  const json& document_;
  std::string error_;
};

}  // namespace

LaunchRead parse_launch(std::string_view text) {
  json document;
  try {
    document = json::parse(text);
  } catch (const json::exception& error) {
    return {std::nullopt, std::string("launch.json: ") + error.what()};
  }
  LaunchFile launch;
  std::int64_t version = 0;
  Picker pick(document);
  pick.integer("version", 1, 1, version);
  pick.strings("argv", launch.argv);
  pick.directory("cwd", launch.cwd);
  pick.optional_string("stdin", launch.stdin_file);
  pick.integer("wall_ms", 1, number_max, launch.wall_ms);
  pick.integer("silence_ms", 1, number_max, launch.silence_ms);
  pick.optional_integer("startup_ms", 0, number_max, launch.startup_ms);
  pick.integer("grace_ms", 0, number_max, launch.grace_ms);
  pick.integer("output_bytes", 0, number_max, launch.output_bytes);
  pick.boolean("stop_on_output_limit", launch.stop_on_output_limit);
  pick.optional_integer("open_files", 0, 1 << 20, launch.open_files);
  if (!pick.error().empty()) return {std::nullopt, pick.error()};
  return {std::move(launch), ""};
}

LaunchRead read_launch(int step_dir) {
  std::string text;
  const system::Descriptor file = system::open_at(step_dir, "launch.json", O_RDONLY);
  if (!file || !system::read_all(file.get(), file_bytes_max, text)) {
    const int code = errno;
    return {std::nullopt, std::string("cannot read launch.json: ") + std::strerror(code), code};
  }
  return parse_launch(text);
}

}  // namespace orchestrate::shim
