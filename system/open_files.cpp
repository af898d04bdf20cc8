#include "system/open_files.h"

#include <sys/resource.h>

#include <algorithm>

namespace orchestrate::system {
namespace {

constexpr rlim_t kMost = 1 << 20;  // what has no limit costs whoever closes "all" of them

}  // namespace

std::int64_t raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = std::max(before, std::min(limit.rlim_max, kMost));
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::int64_t>(before);
}

}  // namespace orchestrate::system
