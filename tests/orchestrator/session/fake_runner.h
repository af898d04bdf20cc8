// A runner without processes: time jumps to the next thing that happens, so that a whole night takes
// milliseconds and the same script gives the same history. Steps of our own program (workspaces) are really
// done, in this process.
#pragma once

#include <cerrno>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "spawners/runner.h"

namespace orchestrate::test {

// What one command does, by its argv[0]: how long it takes, what it prints, how it ends.
struct Act {
  std::int64_t takes_ms = 100;
  std::vector<std::string> lines;
  spawners::ExitRecord exit;
  bool lost = false;
  bool refuse_start = false;  // start() throws
  int refusal = ENOSPC;
};

class FakeRunner final : public spawners::Runner {
 public:
  explicit FakeRunner(std::string runs_dir) : runs_dir_(std::move(runs_dir)) {}

  // Asked at each start of a command, with how often this command was started before.
  std::function<Act(const std::string& command, int times)> act;

  [[nodiscard]] spawners::Now now() const override { return now_; }
  void start(const spawners::Step& step) override;
  std::vector<std::string> end_all_but(const std::set<std::string>& step_ids) override {
    awaited = step_ids;
    return strays;
  }
  void cancel(const std::string& step_id) override;
  [[nodiscard]] std::string tail(const std::string& step_id, const std::string& stream,
                                 std::size_t most) const override;
  [[nodiscard]] std::string read(const std::string& step_id, const std::string& file,
                                 std::size_t most) const override;
  [[nodiscard]] std::vector<spawners::Event> wait(std::int64_t deadline_mono_ms) override;

  void at(std::int64_t mono_ms, spawners::Event event) { agenda_.emplace(mono_ms, std::move(event)); }

  // Another program does something at that time, and the loop is woken.
  void meanwhile(std::int64_t mono_ms, std::function<void()> deed) {
    deeds_.emplace(mono_ms, std::move(deed));
    at(mono_ms, spawners::Woken{});
  }

  std::vector<std::string> history;  // "100 start 1/02-agent"
  int waits = 0;
  std::vector<std::string> strays;  // what lives that nobody waits for
  std::set<std::string> awaited;
  std::vector<std::string> cancelled;                // ids
  std::map<std::string, spawners::Launch> launches;  // by the step's id
  int most_at_once = 0;
  spawners::Now now_{0, 1'795'000'000'000};

 private:
  std::string runs_dir_;
  std::map<std::string, int> started_;
  std::map<std::string, bool> running_;  // commands only
  std::multimap<std::int64_t, spawners::Event> agenda_;
  std::multimap<std::int64_t, std::function<void()>> deeds_;
};

// Ends that acts give.
[[nodiscard]] spawners::ExitRecord exits(int code);
[[nodiscard]] spawners::ExitRecord stopped(spawners::ExitReason reason);

}  // namespace orchestrate::test
