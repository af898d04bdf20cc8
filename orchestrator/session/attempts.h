// The attempts of a session that have not ended, carried step by step to their verdict and beyond.
//
// Calls belong between the store's begin and commit, but for `launch_ready`, which comes after it: no process
// is started before the row that says so is on disk. Errors of the database are thrown on; only LaunchRefused
// is a task's own. One thread, blocks on files only.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/attempt/attempt.h"
#include "orchestrator/attempt/steps/launches.h"
#include "orchestrator/project/machine.h"
#include "orchestrator/session/options.h"
#include "orchestrator/session/trouble.h"
#include "spawners/runner.h"

namespace orchestrate {

struct LiveAttempt {
  Attempt attempt;
  std::shared_ptr<const Project> project;  // as it was when the attempt began: it keeps to that
  std::int64_t started_mono_ms = 0;
  std::int64_t last_line_mono_ms = 0;
  std::int64_t written_mono_ms = 0;
  bool dirty = false;         // notes not yet in the row
  bool taken_up = false;      // from a session that died
  bool task_is_gone = false;  // its row was removed
  bool made = false;          // its terms are known
  bool held = false;          // what is next waits until the machine is well
  std::set<int> found;        // its steps so far, by number
};

class Attempts {
 public:
  // What it is handed outlives it.
  Attempts(Store& store, spawners::Runner& runner, const Machine& machine, const SessionOptions& options,
           Trouble& trouble);

  // The run has its row already.
  void begin(const Run& run, const Task& task, std::shared_ptr<const Project> project);
  // Runs of a session that died. Their steps are walked again: the runner finds each of them ended, running
  // or not begun.
  void adopt_open(const std::shared_ptr<const Project>& project);

  void apply(const spawners::Event& event);
  // What a verb has asked for. Too late once it is judged: what is left then is short and saves work.
  void cancel_task(std::int64_t task);
  // Nothing new is begun, agents are ended; what comes after an agent runs to its end.
  void end_agents();
  // The trouble has passed: what waited for that is begun.
  void go_on();
  // What waits for it still is left as it is, for the next session to take up.
  void leave_held();

  // The rows of those that have news, every two seconds at most.
  void write_progress();
  // Drops those that have ended. True when there were any.
  bool forget_ended();

  void launch_ready();
  // Starts that failed, as events for the next turn.
  [[nodiscard]] std::vector<spawners::Event> take_failed_starts();

  [[nodiscard]] bool idle() const { return live_.empty() && ready_.empty() && failed_starts_.empty(); }
  [[nodiscard]] bool has_failed_starts() const { return !failed_starts_.empty(); }
  [[nodiscard]] const std::map<std::int64_t, LiveAttempt>& live() const { return live_; }  // by run id
  // Before it was made anew, the session had spent so much on attempts that have ended, and what ended in
  // those moments of the wall clock ended while its state could not be written.
  void recall(double spent_usd, std::int64_t failed_from_ms, std::int64_t failed_to_ms);
  [[nodiscard]] double spent_usd() const { return spent_usd_; }  // by attempts that have ended
  // When progress is due to be written, by the boot clock; absent: there is none.
  [[nodiscard]] std::optional<std::int64_t> next_write_mono_ms() const;
  [[nodiscard]] std::vector<RunningView> views() const;

 private:
  LiveAttempt& live_attempt(const Run& run, const Task& task, std::shared_ptr<const Project> project);
  void make(LiveAttempt& live);
  void hold(LiveAttempt& live, const std::string& why);
  void stop(LiveAttempt& live);
  LiveAttempt* running_step(const std::string& step_id);
  void on_started(const spawners::Started& started);
  void on_lines(const spawners::Lines& lines);
  void on_ended(const std::string& step_id, std::optional<spawners::ExitRecord> record,
                const std::string& lost_why = {});
  [[nodiscard]] std::string fault_behind(const LiveAttempt& live,
                                         const std::optional<spawners::ExitRecord>& record);
  void heed_fault(Attempt& a, const StepRef& step, const std::string& fault);
  void remember(LiveAttempt& live, const StepRef& step);
  void remember_workspace(Attempt& a);
  void advance(LiveAttempt& live);
  void settle(LiveAttempt& live);
  void write_row(LiveAttempt& live);
  [[nodiscard]] spawners::Step step_for(LiveAttempt& live, const StepRef& ref);
  [[nodiscard]] spawners::Launch agent_step(LiveAttempt& live, const StepRef& ref, bool begun_before);
  [[nodiscard]] spawners::Launch own_step(const LiveAttempt& live, const StepRef& ref) const;
  [[nodiscard]] LaunchContext context_of(const LiveAttempt& live) const;
  void make_home(const LiveAttempt& live) const;
  void make_step_folder(LiveAttempt& live, const std::string& step_id) const;
  [[nodiscard]] std::optional<StepRef> left_over(const LiveAttempt& live, const std::optional<StepRef>& next);
  [[nodiscard]] int number_of(const LiveAttempt& live, const StepRef& ref);
  [[nodiscard]] std::optional<Steps::Begun> begun_as(const LiveAttempt& live, int n);
  [[nodiscard]] bool launch(const spawners::Step& step);
  [[nodiscard]] bool is_unwanted(const std::string& step_id);

  Store& store_;
  spawners::Runner& runner_;
  const Machine& machine_;
  const SessionOptions& options_;
  Trouble& trouble_;
  std::mt19937_64 random_;

  std::map<std::int64_t, LiveAttempt> live_;
  std::vector<std::int64_t> ended_;   // in this turn
  std::deque<spawners::Step> ready_;  // to be started once the turn is committed
  std::vector<spawners::Event> failed_starts_;
  double spent_usd_ = 0;
  std::int64_t failed_from_ms_ = 0, failed_to_ms_ = -1;
};

}  // namespace orchestrate
