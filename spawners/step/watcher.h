// One step, read from its directory into events. Which engine runs it, and what wakes us for it, is not known
// here: every place that runs steps reads them with this.
//
// Never blocks. What is read is what an agent may have written: any bytes, never waited for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "spawners/runner.h"
#include "spawners/step/step_files.h"
#include "spawners/step/tail.h"

namespace orchestrate::spawners {

class StepWatcher {
 public:
  // `dir` is the step's directory.
  StepWatcher(std::string id, std::string dir) : id_(std::move(id)), dir_(std::move(dir)) {}

  // Reports each line of stdout and of these files as it comes; without, none.
  void want_lines(const std::vector<std::string>& record_files);

  [[nodiscard]] const std::string& id() const { return id_; }
  [[nodiscard]] const std::string& dir() const { return dir_; }
  [[nodiscard]] bool wants_lines() const { return !tails_.empty(); }

  // What is new: Started, once, and Lines. Reads a bounded part of a flood, see has_more(). The start record,
  // when it was not there before.
  std::optional<StartRecord> read(std::vector<Event>& events);

  // There was more output than one read takes.
  [[nodiscard]] bool has_more() const { return more_output_; }

  // For a step of which nothing runs any more and everything is read: its last lines and Exited. False, and
  // nothing reported: there is no exit record.
  [[nodiscard]] bool finish(std::vector<Event>& events);

 private:
  void read_lines(std::vector<Event>& events);
  void finish_lines(const ExitRecord& record, std::vector<Event>& events);
  void report(Tail& tail, std::vector<std::string> lines, std::vector<Event>& events) const;

  std::string id_;
  std::string dir_;
  // stdout first.
  std::vector<Tail> tails_;
  bool reported_start_ = false;
  bool more_output_ = false;
};

}  // namespace orchestrate::spawners
