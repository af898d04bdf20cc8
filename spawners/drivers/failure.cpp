#include "spawners/drivers/failure.h"

namespace orchestrate::spawners {

Failure failure_of_status(std::int64_t status) {
  if (status == 401 || status == 403) return Failure::auth;
  if (status == 402) return Failure::credit;
  if (status == 413) return Failure::context_too_long;
  if (status == 429) return Failure::rate_limit;
  if (status >= 500 && status <= 599) return Failure::overloaded;
  return Failure::other;
}

Failure first_specific(std::initializer_list<Failure> failures) {
  for (const Failure failure : failures) {
    if (failure != Failure::other) return failure;
  }
  return Failure::other;
}

}  // namespace orchestrate::spawners
