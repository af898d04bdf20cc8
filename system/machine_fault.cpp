#include "system/machine_fault.h"

#include <algorithm>
#include <array>
#include <cerrno>

namespace orchestrate::system {

bool is_machine_fault(int error) {
  constexpr std::array kFaults = {EAGAIN, ENOMEM, EMFILE, ENFILE, ENOSPC, EDQUOT, EROFS, EIO, ENODEV, ESTALE};
  return std::find(kFaults.begin(), kFaults.end(), error) != kFaults.end();
}

}  // namespace orchestrate::system
