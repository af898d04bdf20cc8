#include "orchestrator/doctor/doctor.h"

#include <algorithm>
#include <array>
#include <utility>

namespace orchestrate {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
// 2025-01-01: nobody's clock is before the program was written.
constexpr std::int64_t kProgramWrittenMs = 1'735'689'600'000;

// f_type of file systems whose locks and shared memory SQLite and flock cannot rely on (statfs(2)).
constexpr std::array<std::pair<std::int64_t, const char*>, 7> kNetworkFileSystems = {{{0x6969, "NFS"},
                                                                                      {0x517B, "SMB"},
                                                                                      {0xFF534D42, "CIFS"},
                                                                                      {0xFE534D42, "SMB2"},
                                                                                      {0x01021997, "9P"},
                                                                                      {0x5346414F, "AFS"},
                                                                                      {0x00C36400, "Ceph"}}};

std::string mebibytes(std::int64_t bytes) {
  return std::to_string(bytes >> 20) + " MiB";
}

}  // namespace

std::string_view to_string(Health health) {
  if (health == Health::ok) return "ok";
  return health == Health::warn ? "warn" : "FAIL";
}

Finding disk_finding(const std::string& folder, std::int64_t free_bytes, std::int64_t floor_bytes) {
  Finding f{Health::ok, "disk", mebibytes(free_bytes) + " free for " + folder, ""};
  if (free_bytes >= 2 * floor_bytes) return f;
  f.health = free_bytes < floor_bytes ? Health::fail : Health::warn;
  f.text += free_bytes < floor_bytes ? ", below the floor of " : ", close to the floor of ";
  f.text += mebibytes(floor_bytes) + " under which nothing is started";
  f.fix = "free some, or lower [retention] free_disk_floor in orchestrate.toml";
  return f;
}

Finding file_system_finding(const std::string& folder, std::int64_t magic) {
  const auto* found = std::find_if(kNetworkFileSystems.begin(), kNetworkFileSystems.end(),
                                   [magic](const auto& each) { return each.first == magic; });
  if (found == kNetworkFileSystems.end())
    return {Health::ok, "file system", folder + " is on a local file system", ""};
  return {Health::warn, "file system",
          folder + " is on " + found->second + ": file locks and SQLite's WAL need a local file system",
          "keep the project on a local disk"};
}

Finding clock_finding(std::int64_t now_ms, std::int64_t newest_ms) {
  if (now_ms < kProgramWrittenMs)
    return {Health::fail, "clock", "the clock stands before 2025", "timedatectl set-ntp true"};
  if (now_ms + kDayMs < newest_ms) {
    return {Health::warn, "clock",
            "the clock is " + std::to_string((newest_ms - now_ms) / kDayMs) +
                " days behind what was recorded here: night windows and retries go by it",
            "timedatectl set-ntp true"};
  }
  return {Health::ok, "clock", "nothing on record is later than now", ""};
}

Finding privacy_finding(const std::string& folder, unsigned mode) {
  if ((mode & 0077) == 0) return {Health::ok, "state", folder + " is private", ""};
  return {Health::warn, "state", folder + " can be entered by others: prompts and outputs lie there",
          "chmod 700 " + folder};
}

}  // namespace orchestrate
