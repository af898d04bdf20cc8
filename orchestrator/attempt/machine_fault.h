// What keeps an attempt from its next step is the machine's fault: it waits, and nothing is used up.
#pragma once

#include <stdexcept>

namespace orchestrate {

class MachineFault : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace orchestrate
