#include "tests/orchestrator/session/fake_runner.h"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "spawners/step/step_files.h"
#include "system/files.h"
#include "workspaces/step.h"

namespace orchestrate::test {

using namespace spawners;

ExitRecord exits(int code) {
  ExitRecord record;
  record.code = code;
  return record;
}

ExitRecord stopped(ExitReason reason) {
  ExitRecord record;
  record.reason = reason;
  record.signal = 15;
  return record;
}

void FakeRunner::start(const Step& step) {
  history.push_back(std::to_string(now_.mono_ms) + " start " + step.id);
  launches[step.id] = step.launch;
  const std::string dir = runs_dir_ + "/" + step.id;
  if (const auto record = read_exit(dir)) return at(now_.mono_ms, Exited{step.id, *record});
  if (step.launch.argv.empty()) {  // it only finds what began before
    if (!running_.contains(step.id)) at(now_.mono_ms, Lost{step.id, "nothing of it is there"});
    return;
  }
  if (step.launch.argv.size() == 3 && step.launch.argv[1] == "step") {
    write_step(dir, step.launch);
    at(now_.mono_ms, Exited{step.id, exits(workspaces::run_step(dir))});
    return;
  }
  const std::string& command = step.launch.argv.at(0);
  const Act a = act(command, started_[command]++);
  if (a.refuse_start) throw std::system_error(a.refusal, std::generic_category(), "the step's directory");
  running_[step.id] = true;
  most_at_once = std::max(most_at_once, static_cast<int>(running_.size()));
  at(now_.mono_ms, Started{step.id, 4242});
  if (step.wants_lines && !a.lines.empty()) at(now_.mono_ms + 1, Lines{step.id, "stdout", a.lines, 0});
  Event end = Exited{step.id, a.exit};
  if (a.lost) end = Lost{step.id, "killed"};
  at(now_.mono_ms + a.takes_ms, end);
}

void FakeRunner::cancel(const std::string& step_id) {
  cancelled.push_back(step_id);
  for (auto it = agenda_.begin(); it != agenda_.end(); ++it) {
    auto* exited = std::get_if<Exited>(&it->second);
    if (exited == nullptr || exited->step != step_id) continue;
    agenda_.erase(it);
    at(now_.mono_ms, Exited{step_id, stopped(ExitReason::cancelled)});
    return;
  }
}

std::string FakeRunner::tail(const std::string& step_id, const std::string& stream, std::size_t most) const {
  return output_tail(runs_dir_ + "/" + step_id, stream, most);
}

std::string FakeRunner::read(const std::string& step_id, const std::string& file, std::size_t most) const {
  return system::read_file(runs_dir_ + "/" + step_id + "/" + file, most).text;
}

std::vector<Event> FakeRunner::wait(std::int64_t deadline_mono_ms) {
  ++waits;
  const std::int64_t next = agenda_.empty() ? deadline_mono_ms : agenda_.begin()->first;
  const std::int64_t to = std::max(now_.mono_ms, std::min(next, deadline_mono_ms));
  now_.wall_ms += to - now_.mono_ms;
  now_.mono_ms = to;
  while (!deeds_.empty() && deeds_.begin()->first <= to) {
    deeds_.begin()->second();
    deeds_.erase(deeds_.begin());
  }
  std::vector<Event> events;
  while (!agenda_.empty() && agenda_.begin()->first <= to) {
    if (auto* exited = std::get_if<Exited>(&agenda_.begin()->second)) {
      if (exited->record.ended_at_ms == 0) exited->record.ended_at_ms = now_.wall_ms;
      running_.erase(exited->step);
      const std::string dir = runs_dir_ + "/" + exited->step;
      try {
        if (system::exists(dir)) system::write_private(dir + "/exit.json", to_json(exited->record));
      } catch (const std::system_error&) {  // the disk is full: whoever comes next does not know
      }
    }
    if (const auto* lost = std::get_if<Lost>(&agenda_.begin()->second)) running_.erase(lost->step);
    events.push_back(agenda_.begin()->second);
    agenda_.erase(agenda_.begin());
  }
  return events;
}

}  // namespace orchestrate::test
