// Apart, so that the shim, which takes locks, needs no streams.
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "system/lock.h"

namespace orchestrate::system {

// A line of /proc/locks: "1: FLOCK  ADVISORY  WRITE 4711 08:01:5678 0 EOF"; of a lock of an open file
// description the process is -1.
std::string lock_holder(const std::string& path) {
  struct stat file {};
  if (::stat(path.c_str(), &file) != 0) return {};
  std::array<char, 64> place{};
  std::snprintf(place.data(), place.size(), "%02x:%02x:%ju", major(file.st_dev), minor(file.st_dev),
                static_cast<std::uintmax_t>(file.st_ino));
  std::ifstream locks("/proc/locks");
  for (std::string line; std::getline(locks, line);) {
    std::istringstream words(line);
    std::string number, kind, mode, access, pid, where;
    words >> number >> kind >> mode >> access >> pid >> where;
    if (access != "WRITE" || where != place.data()) continue;  // also those that wait for it: "1: -> FLOCK"
    std::string name;
    std::getline(std::ifstream("/proc/" + pid + "/comm"), name);
    return "pid " + pid + (name.empty() ? "" : " (" + name + ")");
  }
  return {};
}

}  // namespace orchestrate::system
