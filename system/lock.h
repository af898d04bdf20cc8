// Locks on whole files that end with their holder, whatever ended it, and that can be looked at without being
// taken.
//
// They belong to the open file description (F_OFD_SETLK): two descriptors of one process exclude each other
// too, a child that inherits one shares it, and closing any other descriptor of the file frees nothing. A
// lock needs a descriptor that is open for writing; looking does with reading. Nothing here throws.
#pragma once

#include <string>

#include "system/descriptor.h"

namespace orchestrate::system {

// Takes the lock if nobody has it. False: errno is EWOULDBLOCK when somebody has.
[[nodiscard]] bool try_lock(const Descriptor& file);

// Waits for the lock, without end. False: errno says what is wrong with the file.
[[nodiscard]] bool wait_for_lock(const Descriptor& file);

// `unknown` is neither: whoever acts on a lock that is not held must have seen `free`.
enum class LockState { free, held, unknown };

// Whether somebody else has it: not this open file description.
[[nodiscard]] LockState lock_state(const Descriptor& file);

// The same of a file that may be missing, which is `free`. What is no regular file is `unknown`.
[[nodiscard]] LockState lock_state(const std::string& path);

// Who holds a lock of whatever kind on that file for writing, for people: "pid 4711 (sqlite3)". Empty: nobody
// of whom the kernel tells.
[[nodiscard]] std::string lock_holder(const std::string& path);

}  // namespace orchestrate::system
