// A runner whose world is drawn from a seed: how long steps take, what they print and leave, what is lost,
// what the wall clock does. No process, no git, no file: what a step of our own program would have left is
// made up here.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "spawners/runner.h"
#include "tests/simulation/dice.h"

namespace orchestrate::test {

// How often things go wrong, one in so many; 0: never.
struct Odds {
  std::int64_t fails = 5;
  std::int64_t lost = 40;
  std::int64_t refused_start = 60;
  std::int64_t rate_limited = 12;
  std::int64_t red_check = 5;
  std::int64_t unchanged = 10;
  std::int64_t gate_changed = 15;
  std::int64_t land_fails = 12;
  std::int64_t clock_jumps = 50;
};

class SimRunner final : public spawners::Runner {
 public:
  SimRunner(std::uint64_t seed, const Odds& odds) : dice_(seed), odds_(odds) {}

  [[nodiscard]] spawners::Now now() const override { return now_; }
  void start(const spawners::Step& step) override;
  void cancel(const std::string& step_id) override;
  std::vector<std::string> end_all_but(const std::set<std::string>& step_ids) override;
  [[nodiscard]] std::string tail(const std::string& step_id, const std::string& stream,
                                 std::size_t most) const override;
  [[nodiscard]] std::string read(const std::string& step_id, const std::string& file,
                                 std::size_t most) const override;
  [[nodiscard]] std::vector<spawners::Event> wait(std::int64_t deadline_mono_ms) override;

  // Another program does something at that time, and the loop is woken.
  void meanwhile(std::int64_t mono_ms, std::function<void()> deed) {
    deeds_.emplace(mono_ms, std::move(deed));
    agenda_.emplace(mono_ms, spawners::Woken{});
  }
  void signal(std::int64_t mono_ms, int number) { agenda_.emplace(mono_ms, spawners::Signal{number}); }

  // Nobody watches for so long: what lives goes on, and ends.
  void unwatched(std::int64_t ms) { (void)advance_to(now_.mono_ms + ms); }
  // The machine lets nothing start, from and to.
  void fail_between(std::int64_t from_mono_ms, std::int64_t to_mono_ms) {
    failing_.emplace_back(from_mono_ms, to_mono_ms);
  }
  void fail_no_more() { failing_.clear(); }
  [[nodiscard]] bool fails_now() const;

  // Begun, and not ended.
  [[nodiscard]] std::vector<std::string> alive() const;
  [[nodiscard]] int most_agents_at_once() const { return most_at_once_; }
  // By step id, how often a process was begun for it: at most once, whatever happens.
  [[nodiscard]] const std::map<std::string, int>& begun() const { return begun_; }

 private:
  // What the world did with a step, once and for all.
  struct Fate {
    std::int64_t takes_ms = 0;
    std::vector<std::string> lines;
    spawners::ExitRecord exit;
    bool lost = false;
    bool over = false;
  };

  [[nodiscard]] bool chance(std::int64_t one_in) { return one_in > 0 && dice_.one_in(one_in); }
  Fate fate_of(const spawners::Step& step);
  void act_as_agent(Fate& fate);
  [[nodiscard]] std::string result_of(const std::string& request);
  std::vector<spawners::Event> advance_to(std::int64_t mono_ms);
  void tell(const std::string& id, const Fate& fate, std::int64_t in_ms);

  Dice dice_;
  Odds odds_;
  spawners::Now now_{0, 1'795'000'000'000};
  std::map<std::string, Fate> fates_;           // by step id
  std::map<std::string, std::string> results_;  // result.json, by step id
  std::map<std::string, int> begun_;
  std::set<std::string> agents_;  // running now
  std::set<std::string> made_;    // workspaces
  std::multimap<std::int64_t, spawners::Event> agenda_;
  std::multimap<std::int64_t, std::function<void()>> deeds_;
  std::vector<std::pair<std::int64_t, std::int64_t>> failing_;
  int most_at_once_ = 0;
};

}  // namespace orchestrate::test
