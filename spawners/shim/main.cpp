// orchestrate-shim STEPDIR: starts one step, owns it until nothing of it is left, and leaves a record of how
// it ended.
//
// Its environment is the child's. Exit status: 0 the record is written; 75 the step runs or ran already,
// nothing was done; 64 wrong usage; 1 the step could not be claimed (nothing was started), or its record
// could not be written.
#include <sysexits.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>

#include "spawners/shim/child.h"
#include "spawners/shim/claim.h"
#include "spawners/shim/launch_file.h"
#include "spawners/shim/records.h"
#include "spawners/shim/setup.h"
#include "spawners/shim/supervisor.h"
#include "spawners/step/step_id.h"
#include "system/clock.h"
#include "system/resources.h"

namespace orchestrate::shim {
namespace {

int fail(const char* step_path, const char* what) {
  std::fprintf(stderr, "orchestrate-shim: %s: %s: %s; nothing was started\n", step_path, what,
               std::strerror(errno));
  return 1;
}

ExitRecord never_started(std::string error, ExitReason reason = ExitReason::spawn_failed) {
  ExitRecord record;
  record.reason = reason;
  record.error = std::move(error);
  return record;
}

ExitRecord run_step(int step_dir, int signals, std::int64_t started_at_ms) {
  LaunchRead read = read_launch(step_dir);
  if (!read.launch)
    return never_started(std::move(read.error), system::is_machine_fault(read.code)
                                                    ? ExitReason::not_started
                                                    : ExitReason::spawn_failed);
  Spawned spawned = spawn(*read.launch, step_dir);
  if (!spawned.error.empty()) return never_started(std::move(spawned.error), spawned.reason);
  write_started(step_dir, spawned.child.pid, started_at_ms);
  return supervise(*read.launch, std::move(spawned.child), step_dir, signals);
}

int run(const char* step_path) {
  if (!close_inherited_descriptors()) return fail(step_path, "cannot close inherited descriptors");
  const system::Descriptor signals = take_signals();
  if (!signals) return fail(step_path, "cannot take signals");
  if (!lead_own_session()) return fail(step_path, "cannot become a subreaper");

  StepDir step;
  Claim claim = lock_step(step_path, step);
  if (claim == Claim::failed) return fail(step_path, "cannot lock the step");
  if (claim == Claim::taken) return EX_TEMPFAIL;
  ExitFile exit_file(step.dir.get());
  if (!exit_file.reserve()) return fail(step_path, "cannot reserve room for the exit record");
  claim = claim_step(step);
  if (claim == Claim::failed) return fail(step_path, "cannot claim the step");
  if (claim == Claim::taken) return EX_TEMPFAIL;
  // From here on the record is the only voice.
  if (!leave_standard_streams()) return 1;

  const std::int64_t started_at_ms = system::wall_ms();
  ExitRecord record = run_step(step.dir.get(), signals.get(), started_at_ms);
  record.step = spawners::step_of(step_path);
  record.started_at_ms = started_at_ms;
  record.ended_at_ms = system::wall_ms();
  return exit_file.write(record) ? 0 : 1;
}

}  // namespace
}  // namespace orchestrate::shim

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: orchestrate-shim STEPDIR\n");
    return EX_USAGE;
  }
  return orchestrate::shim::run(argv[1]);
}
