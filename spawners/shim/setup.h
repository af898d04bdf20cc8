// What the shim makes of its own process before anything else, whatever it was started from.
#pragma once

#include "system/descriptor.h"

namespace orchestrate::shim {

// Closes every inherited descriptor above 2 and makes sure that 0, 1 and 2 are open, so that no file opened
// later gets one of their numbers. False, with errno, on a kernel without close_range (before Linux 5.9).
[[nodiscard]] bool close_inherited_descriptors();

// An own session, so that no terminal reaches us; a subreaper, so that no descendant escapes us. False, with
// errno.
[[nodiscard]] bool lead_own_session();

// Every disposition and the mask as we need them, nothing inherited. SIGCHLD and the signals that ask us to
// stop become readable from the descriptor returned; a full disk or a closed pipe is an error number instead
// of a signal.
[[nodiscard]] system::Descriptor take_signals();

// Points 0, 1 and 2 at /dev/null: whoever started us may wait for the end of a pipe.
[[nodiscard]] bool leave_standard_streams();

}  // namespace orchestrate::shim
