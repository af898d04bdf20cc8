// How fast the drivers read what the CLIs write: recorded output, line by line through `read` and `fold`,
// beside nlohmann's parser alone and a search for the line ends on the same bytes.
//
// drivers_bench TRANSCRIPTS [--json FILE]
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "spawners/drivers/driver.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;

constexpr double seconds_of_each = 1;
constexpr double slice_s = 0.02;         // they take turns, so that a loaded moment hits all of them
constexpr std::size_t bytes_min = 4096;  // what is less is a handful of lines

// One file that a CLI wrote, as the runner names it to a driver.
struct Recording {
  std::string text;
  std::vector<std::string_view> lines;  // of text
};

struct Source {
  std::string cli;
  std::string file;  // "stdout", or a record file
  std::vector<Recording> recordings;
  std::size_t bytes = 0;

  [[nodiscard]] bool is_json() const { return file == "stdout" || file.ends_with(".jsonl"); }
};

double cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <typename Take>
std::size_t each_line(std::string_view text, Take take) {
  std::size_t count = 0;
  while (!text.empty()) {
    const void* end = std::memchr(text.data(), '\n', text.size());
    const std::size_t size =
        end ? static_cast<std::size_t>(static_cast<const char*>(end) - text.data()) : text.size();
    take(text.substr(0, size));
    text.remove_prefix(std::min(text.size(), size + 1));
    ++count;
  }
  return count;
}

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// SCENARIO.jsonl is stdout; SCENARIO.NAME the record file NAME.
std::vector<Source> read_sources(const fs::path& transcripts, const std::string& cli) {
  std::map<std::string, Source> by_file;
  for (const auto& entry : fs::directory_iterator(transcripts / cli)) {
    const std::string name = entry.path().filename().string();
    const std::string ending = name.substr(std::min(name.find('.'), name.size() - 1) + 1);
    Source& source = by_file[ending == "jsonl" ? "stdout" : ending];
    source.recordings.push_back({read_file(entry.path()), {}});
    source.bytes += source.recordings.back().text.size();
  }
  std::vector<Source> sources;
  for (auto& [file, source] : by_file) {
    if (source.bytes < bytes_min) continue;
    source.cli = cli;
    source.file = file;
    for (auto& recording : source.recordings)
      each_line(recording.text, [&](std::string_view line) { recording.lines.push_back(line); });
    sources.push_back(std::move(source));
  }
  return sources;
}

std::size_t read_with_driver(const Source& source, const spawners::Driver& driver,
                             const spawners::Profile& profile) {
  std::size_t lines = 0;
  for (const auto& recording : source.recordings) {
    spawners::Notes notes;
    for (const auto line : recording.lines)
      spawners::fold(notes, driver.read(profile, source.file, line));
    lines += static_cast<std::size_t>(notes.lines);
  }
  return lines;
}

std::size_t parse_alone(const Source& source) {
  std::size_t objects = 0;
  for (const auto& recording : source.recordings)
    for (const auto line : recording.lines)
      objects += nlohmann::json::parse(line, nullptr, false).is_object() ? 1 : 0;
  return objects;
}

std::size_t split_alone(const Source& source) {
  std::size_t longest = 0;
  for (const auto& recording : source.recordings)
    each_line(recording.text, [&](std::string_view line) { longest = std::max(longest, line.size()); });
  return longest;
}

// MB/s of CPU time, in turns of a slice each.
template <typename... Works>
std::vector<double> rates(std::size_t bytes, Works... works) {
  std::vector<double> spent(sizeof...(works)), passes(sizeof...(works));
  volatile std::size_t kept = 0;
  const auto turn = [&](std::size_t n, auto& work) {
    const double begun = cpu_seconds();
    double now = begun;
    for (; now - begun < slice_s; now = cpu_seconds(), ++passes[n])
      kept = work();
    spent[n] += now - begun;
  };
  while (spent[0] < seconds_of_each) {
    std::size_t n = 0;
    (turn(n++, works), ...);
  }
  std::vector<double> result;
  for (std::size_t n = 0; n < spent.size(); ++n)
    result.push_back(passes[n] * static_cast<double>(bytes) / 1e6 / spent[n]);
  return result;
}

nlohmann::json measure(const Source& source) {
  const spawners::Driver* driver = spawners::find_driver(source.cli);
  spawners::Profile profile;
  profile.name = profile.driver = source.cli;
  const auto speed = rates(
      source.bytes, [&] { return read_with_driver(source, *driver, profile); },
      [&] { return parse_alone(source); }, [&] { return split_alone(source); });
  return {{"cli", source.cli},        {"file", source.file},
          {"json", source.is_json()}, {"bytes", source.bytes},
          {"driver_mb_s", speed[0]},  {"parse_mb_s", speed[1]},
          {"split_mb_s", speed[2]},   {"lines", read_with_driver(source, *driver, profile)}};
}

void print_row(const nlohmann::json& row) {
  const double driver = row["driver_mb_s"];
  const double parser = row["parse_mb_s"];
  const std::string name = row["cli"].get<std::string>() + " " + row["file"].get<std::string>();
  std::printf("  %-24s %6.1f MB/s", name.c_str(), driver);
  if (row["json"])
    std::printf("   parser %6.1f MB/s   %4.2f x parser", parser, driver / parser);
  else
    std::printf("   %-33s", "no JSON");
  std::printf("   line ends %8.0f MB/s   (%zu lines, %zu bytes)\n", row["split_mb_s"].get<double>(),
              row["lines"].get<std::size_t>(), row["bytes"].get<std::size_t>());
}

int run(const fs::path& transcripts, const char* json_file) {
  nlohmann::json rows = nlohmann::json::array();
  std::printf("What the CLIs wrote, through read and fold of its driver (CPU time, one core):\n");
  for (const auto& cli : spawners::driver_names()) {
    if (!fs::is_directory(transcripts / cli)) continue;
    for (const auto& source : read_sources(transcripts, cli)) {
      rows.push_back(measure(source));
      print_row(rows.back());
      std::fflush(stdout);
    }
  }
  if (json_file) std::ofstream(json_file) << rows.dump(2) << "\n";
  return rows.empty() ? 1 : 0;
}

}  // namespace
}  // namespace orchestrate

int main(int argc, char** argv) {
  const bool json = argc == 4 && std::strcmp(argv[2], "--json") == 0;
  if (argc != 2 && !json) {
    std::fprintf(stderr, "usage: drivers_bench TRANSCRIPTS [--json FILE]\n");
    return 2;
  }
  return orchestrate::run(argv[1], json ? argv[3] : nullptr);
}
