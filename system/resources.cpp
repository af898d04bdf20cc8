#include "system/resources.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace orchestrate::system {
namespace {

constexpr rlim_t kMostFiles = 1 << 20;  // what has no limit costs whoever closes "all" of them

}  // namespace

bool is_machine_fault(int error) {
  constexpr std::array kFaults = {EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC, EDQUOT, EROFS, EIO, ENODEV, ESTALE};
  return std::find(kFaults.begin(), kFaults.end(), error) != kFaults.end();
}

std::int64_t raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = std::max(before, std::min(limit.rlim_max, kMostFiles));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::int64_t>(before);
}

}  // namespace orchestrate::system
