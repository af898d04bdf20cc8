// result.json as a step of our own program leaves it, or as something else lies in its place.
#include "tests/fuzz/input.h"
#include "tests/fuzz/promise.h"
#include "workspaces/step.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  fuzz::Input input(data, size);
  const auto result = workspaces::parse_result(fuzz::stretched(input.rest()));
  if (!result) return 0;
  fuzz::promise(text::is_utf8(result->error) && text::is_utf8(result->why), "what is told is UTF-8");
  for (const workspaces::Change& change : result->snapshot.changes)
    fuzz::promise(text::is_utf8(change.path), "so are paths");
  return 0;
}
