// Signals that ask us to stop, as something to poll for.
#pragma once

#include <vector>

#include "system/descriptor.h"

namespace orchestrate::system {

// Blocks SIGINT, SIGTERM and SIGHUP in this thread and every thread that it starts afterwards. To be made
// before the first of them: a thread that does not block them dies of them, and all others with it. They stay
// blocked when this goes. Throws std::system_error.
class StopSignals {
 public:
  StopSignals();

  // For poll: readable when there is one to take.
  [[nodiscard]] int descriptor() const { return signals_.get(); }

  // Those that were sent since. Never blocks.
  [[nodiscard]] std::vector<int> take() const;

 private:
  Descriptor signals_;
};

}  // namespace orchestrate::system
