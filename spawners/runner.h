// The one seam to the operating system: steps are started, watched and cancelled here, and time passes only
// here.
//
// It speaks of steps, never of PIDs, so that a cluster can stand behind it one day: starting is idempotent by
// step id, what ended is learnt from the step's exit record, and an unknown answer is `Lost`, never a
// failure. One thread owns a Runner. `wait` is the only call that blocks.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "spawners/launch.h"
#include "spawners/step/exit_record.h"

namespace orchestrate::spawners {

// Both clocks in milliseconds: boot time for durations and deadlines, Unix epoch for what is written down.
struct Now {
  std::int64_t mono_ms = 0;
  std::int64_t wall_ms = 0;
};

struct Step {
  std::string id;  // "41/03-agent": unique for ever, also the directory below the runs directory
  Launch launch;
  bool wants_lines = false;  // report each line of stdout and of the record files as it comes
  // It may have been started before, and its folder was there then: if that is gone, the step is Lost.
  // Without a command it is only found, and Lost where there is nothing of it.
  bool begun_before = false;
};

struct Started {
  std::string step;
  std::int64_t pid = 0;  // of the child, to show to people; never to signal
};

// Complete lines of one file in order, without the newline, any bytes. A line over 4 MiB arrives cut, `cut`
// counts those.
struct Lines {
  std::string step;
  std::string file;  // "stdout", or a record file of the launch
  std::vector<std::string> lines;
  int cut = 0;
};

// The child and every descendant are gone and the record is on disk. Comes after the last Lines of the step.
struct Exited {
  std::string step;
  ExitRecord record;
};

// The shim is gone without a record (killed, reboot): nobody knows what the child did. Never restarted by the
// runner.
struct Lost {
  std::string step;
  std::string why;
};

struct Woken {};  // the database changed, or something else asked for a look
struct Signal {
  int number = 0;  // SIGINT, SIGTERM or SIGHUP, sent to us
};

using Event = std::variant<Started, Lines, Exited, Lost, Woken, Signal>;

class Runner {
 public:
  virtual ~Runner() = default;

  [[nodiscard]] virtual Now now() const = 0;

  // Starts the step, marked so that whatever it leaves is found, or adopts it when it already runs, or
  // reports how it ended when it already has. At most one start per id, ever. Throws std::system_error when
  // the machine does not let it start.
  virtual void start(const Step& step) = 0;

  // Asks the step to end (TERM, grace, KILL, sweep). Final only when Exited comes. Unknown ids are ignored.
  virtual void cancel(const std::string& step_id) = 0;

  // Ends what lives of steps that are none of these: nobody waits for it. Their ids. Blocks for two seconds
  // at most for each.
  virtual std::vector<std::string> end_all_but(const std::set<std::string>& step_ids) = 0;

  // Of a step that has ended. Both block on its disk; empty when there is none of it or it cannot be read.
  // The last bytes of "stdout" or "stderr"; the first bytes of a file that the step left in its directory.
  [[nodiscard]] virtual std::string tail(const std::string& step_id, const std::string& stream,
                                         std::size_t most) const = 0;
  [[nodiscard]] virtual std::string read(const std::string& step_id, const std::string& file,
                                         std::size_t most) const = 0;

  // Blocks until something happened or now().mono_ms reaches the deadline (then the list is empty).
  [[nodiscard]] virtual std::vector<Event> wait(std::int64_t deadline_mono_ms) = 0;
};

}  // namespace orchestrate::spawners
