#include "tests/house/seeds.h"

#include <filesystem>
#include <set>

namespace orchestrate::house {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostSeeds = 30;
constexpr std::uintmax_t kSeedBytes = 2048;

std::set<std::string> fuzzers_of(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".cpp") names.insert(entry.path().stem().string());
  }
  return names;
}

void check_seeds(const fs::path& folder, const std::string& shown, std::vector<Violation>& out) {
  std::size_t count = 0;
  for (const auto& seed : fs::directory_iterator(folder)) {
    ++count;
    if (!seed.is_regular_file() || seed.file_size() >= kSeedBytes)
      out.push_back({shown + seed.path().filename().string(), 0, "a seed is a file of less than 2 KiB"});
  }
  if (count == 0 || count > kMostSeeds)
    out.push_back({shown, 0, std::to_string(count) + " seeds: keep 1 to 30, see docs/developing.md"});
}

}  // namespace

std::vector<Violation> unfit_seeds(const std::string& root) {
  const fs::path folder = fs::path(root) / "tests/fuzz";
  std::vector<Violation> out;
  std::set<std::string> unseeded = fuzzers_of(folder);
  for (const auto& entry : fs::directory_iterator(folder / "corpus")) {
    const std::string name = entry.path().filename().string();
    const std::string shown = "tests/fuzz/corpus/" + name + "/";
    if (unseeded.erase(name) == 0)
      out.push_back({shown, 0, "seeds of no fuzzer"});
    else
      check_seeds(entry.path(), shown, out);
  }
  for (const std::string& name : unseeded)
    out.push_back({"tests/fuzz/" + name + ".cpp", 0, "a fuzzer without seeds"});
  return out;
}

}  // namespace orchestrate::house
