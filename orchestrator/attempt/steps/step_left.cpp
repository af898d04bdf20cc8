#include "orchestrator/attempt/steps/step_left.h"

namespace orchestrate {
namespace {

constexpr std::size_t kTailBytes = 2000;  // of a failing check, for the next prompt and the inbox
constexpr std::size_t kHookBytes = 1000;  // of a hook or a step of ours that failed
constexpr std::size_t kVersionBytes = 4000;
constexpr std::size_t kResultBytes = 64 << 20;  // far more than any result: names are bounded

bool is_of_our_program(StepKind kind) {
  switch (kind) {
    case StepKind::create:
    case StepKind::base_checkout:
    case StepKind::hide:
    case StepKind::snapshot:
    case StepKind::fresh_checkout:
    case StepKind::land:
    case StepKind::remove:
      return true;
    default:
      return false;
  }
}

}  // namespace

StepLeft read_left(const spawners::Runner& runner, const std::string& step_id, StepKind kind,
                   const std::optional<spawners::ExitRecord>& record) {
  StepLeft left;
  left.record = record;
  if (!record) return left;
  const auto tail = [&](const char* file, std::size_t most) { return runner.tail(step_id, file, most); };
  if (is_of_our_program(kind)) {
    left.result = workspaces::parse_result(runner.read(step_id, "result.json", kResultBytes));
    left.err_tail = tail("stderr", kHookBytes);
  } else if (kind == StepKind::check && !record->clean_exit()) {
    left.out_tail = tail("stdout", kTailBytes);
    left.err_tail = tail("stderr", kTailBytes);
  } else if (kind == StepKind::version) {
    left.out_tail = tail("stdout", kVersionBytes);
    left.err_tail = tail("stderr", kVersionBytes);
  } else if (kind != StepKind::agent && !record->clean_exit()) {
    left.err_tail = tail("stderr", kHookBytes);
  }
  return left;
}

}  // namespace orchestrate
