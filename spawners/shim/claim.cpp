#include "spawners/shim/claim.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "system/lock.h"

namespace orchestrate::shim {

Claim lock_step(const char* path, StepDir& step) {
  step.dir = system::open_at(AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
  if (!step.dir) return Claim::failed;
  step.lock = system::open_at(step.dir.get(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW);
  if (!step.lock) return Claim::failed;
  if (!system::try_lock(step.lock)) return errno == EWOULDBLOCK ? Claim::taken : Claim::failed;
  return faccessat(step.dir.get(), "claim", F_OK, AT_SYMLINK_NOFOLLOW) == 0 ? Claim::taken : Claim::ours;
}

Claim claim_step(const StepDir& step) {
  const system::Descriptor claim = system::open_at(step.dir.get(), "claim", O_WRONLY | O_CREAT | O_EXCL);
  if (!claim) return errno == EEXIST ? Claim::taken : Claim::failed;
  if (fsync(claim.get()) == 0 && fsync(step.dir.get()) == 0) return Claim::ours;
  const int error = errno;
  // A claim that may vanish would let the step start twice; one that stays would make a step that never ran
  // "unknown".
  unlinkat(step.dir.get(), "claim", 0);
  errno = error;
  return Claim::failed;
}

}  // namespace orchestrate::shim
