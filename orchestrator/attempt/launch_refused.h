// What a person must put right before the attempt can be started, in words for that person.
//
// Only this is the task's "could not be started". An error of our database or of the machine is never one.
#pragma once

#include <stdexcept>

namespace orchestrate {

class LaunchRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace orchestrate
