// The state cannot be written for a while: here, files may not grow.
#include "orchestrator/session/process/keep_going.h"

#include <sys/resource.h>

#include <csignal>
#include <fstream>

#include "tests/orchestrator/session/night.h"

namespace orchestrate {
namespace {

using spawners::Event;
using spawners::Exited;
using spawners::Signal;
using test::Act;
using test::exits;
using test::FakeRunner;

void let_files_grow(bool may) {
  const rlimit limit{may ? RLIM_INFINITY : 0, RLIM_INFINITY};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
}

// What has begun is found again, with its end, as by a runner that looks at the disk.
class Rejoining : public spawners::Runner {
 public:
  Rejoining(FakeRunner& world, std::map<std::string, Event>& ended) : world_(world), ended_(ended) {}

  void start(const spawners::Step& step) override {
    const auto found = ended_.find(step.id);
    if (found != ended_.end()) return world_.at(world_.now_.mono_ms, found->second);
    world_.start(step);
  }
  void cancel(const std::string& step) override { world_.cancel(step); }
  std::vector<std::string> end_all_but(const std::set<std::string>& /*steps*/) override { return {}; }
  std::vector<Event> wait(std::int64_t deadline_ms) override {
    auto events = world_.wait(deadline_ms);
    for (const auto& event : events) {
      if (const auto* exited = std::get_if<Exited>(&event)) ended_[exited->step] = event;
    }
    return events;
  }
  [[nodiscard]] spawners::Now now() const override { return world_.now(); }
  [[nodiscard]] std::string tail(const std::string& a, const std::string& b, std::size_t c) const override {
    return world_.tail(a, b, c);
  }
  [[nodiscard]] std::string read(const std::string& a, const std::string& b, std::size_t c) const override {
    return world_.read(a, b, c);
  }

 private:
  FakeRunner& world_;
  std::map<std::string, Event>& ended_;
};

class Blind : public Observer {
 public:
  void events(const std::vector<EventRow>& rows) override { ++(rows.empty() ? signs_of_life : told); }
  void turn(const std::vector<RunningView>& /*running*/, const QueueCounts& /*counts*/) override {}
  int signs_of_life = 0, told = 0;
};

class KeepGoing : public test::Night {
 protected:
  KeepGoing() { ::signal(SIGXFSZ, SIG_IGN); }
  ~KeepGoing() override {
    let_files_grow(true);
    ::signal(SIGXFSZ, SIG_DFL);
  }

  SessionEnd go() {
    return run_session({temp.project, *temp.store, machine, options, observer,
                        [this] { return std::make_unique<Rejoining>(runner, ended); },
                        [this](const std::string& text) { news.push_back(text); }});
  }
  void fill_the_disk(std::int64_t from_ms, std::int64_t to_ms) {
    runner.meanwhile(from_ms, [] { let_files_grow(false); });
    runner.meanwhile(to_ms, [] { let_files_grow(true); });
  }
  void fail_at_first() {
    runner.act = [](const std::string&, int nth) {
      Act act;
      act.exit = exits(nth == 0 ? 1 : 0);
      act.takes_ms = 10'000;
      return act;
    };
  }
  void take(std::int64_t ms) {
    runner.act = [ms](const std::string&, int) {
      Act act;
      act.exit = exits(0);
      act.takes_ms = ms;
      return act;
    };
  }

  Blind observer;
  std::map<std::string, Event> ended;
  std::vector<std::string> news;
};

TEST_F(KeepGoing, AStateThatIsFullForAWhileCostsTimeAndNothingElse) {
  take(10'000);
  options.max_parallel = 1;
  for (int i = 0; i < 3; ++i)
    temp.add("work");
  fill_the_disk(5'000, 300'000);
  EXPECT_EQ(go(), SessionEnd::done);
  EXPECT_EQ(agents_started().size(), 3U) << "each once";
  for (const Task& task : temp.store->tasks.list(std::nullopt, std::nullopt)) {
    EXPECT_EQ(task.state, TaskState::done);
    EXPECT_EQ(task.ledger.attempts, 1);
  }
  const auto session = temp.store->sessions.find(std::nullopt);
  EXPECT_EQ(session->id, 1) << "it is one session";
  EXPECT_TRUE(session->ended_ms);
  ASSERT_EQ(news.size(), 2U);
  EXPECT_EQ(news[0].find("the state cannot be written, the session waits: "), 0U) << news[0];
  EXPECT_GT(observer.signs_of_life, 4);
  EXPECT_TRUE(temp.store->inbox.list("open").empty());
}

TEST_F(KeepGoing, ItsLimitsCountWhatItStartedBefore) {
  take(10'000);
  options.max_parallel = 1;
  options.max_tasks = 2;
  for (int i = 0; i < 3; ++i)
    temp.add("work");
  fill_the_disk(5'000, 60'000);
  EXPECT_EQ(go(), SessionEnd::limit);
  EXPECT_EQ(agents_started().size(), 2U);
}

TEST_F(KeepGoing, AStopThatWasAskedForHolds) {
  take(10'000);
  options.max_parallel = 1;
  for (int i = 0; i < 3; ++i)
    temp.add("work");
  runner.at(2'000, Signal{SIGTERM});
  fill_the_disk(5'000, 60'000);
  EXPECT_EQ(go(), SessionEnd::limit);
  EXPECT_EQ(agents_started().size(), 1U);
  EXPECT_EQ(temp.store->sessions.find(std::nullopt)->stop_reason, "stopped by a signal");
}

TEST_F(KeepGoing, AStopAtOnceIsCarriedOutByTheLoopThatGoesOn) {
  take(3'600'000);
  temp.add("work");
  fill_the_disk(1'000, 60'000);
  runner.at(2'000, Signal{SIGTERM});
  runner.at(2'000, Signal{SIGTERM});
  EXPECT_EQ(go(), SessionEnd::limit);
  EXPECT_LT(runner.now_.mono_ms, 200'000) << "its agent is ended, and not waited for";
  EXPECT_EQ(temp.task(1).state, TaskState::queued);
}

TEST_F(KeepGoing, TheNightEndsWhenItWasToEnd) {
  // The wall clock of the tests says 11:06:40 UTC.
  ::setenv("TZ", "UTC", 1);
  ::tzset();
  take(3'600'000);
  temp.add("work");
  temp.add("more");
  options.max_parallel = 1;
  options.until = 11 * 60 + 10;
  fill_the_disk(100'000, 400'000);  // over the end of the night
  EXPECT_EQ(go(), SessionEnd::limit);
  EXPECT_LT(runner.now_.mono_ms, 3'600'000) << "not on the next day";
  EXPECT_EQ(agents_started().size(), 1U);
}

TEST_F(KeepGoing, WhatTheConfigurationBecameMeanwhileStays) {
  machine.keeps = true;
  take(10'000);
  temp.add("work");
  temp.add("work");
  options.max_parallel = 1;
  const auto in = [this](const std::string& file, const std::string& text) {
    std::ofstream(temp.project.paths.config_dir + "/" + file) << text;
  };
  in("agents.toml", "[agent_types.fresh]\ndriver = \"script\"\nworkspace = \"scratch\"\n");
  in("routing.toml", "default = \"fresh\"\n");
  runner.meanwhile(1'000, [in] { in("orchestrate.toml", "[limits]\ntask_attempts = 4\n"); });
  fill_the_disk(5'000, 60'000);
  EXPECT_EQ(go(), SessionEnd::done);
  const auto types = [this](std::int64_t task) { return temp.store->runs.of_task(task).at(0).agent_type; };
  EXPECT_EQ(types(1), "alpha");
  EXPECT_EQ(types(2), "fresh");
}

TEST_F(KeepGoing, AnAgentThatFailedMeanwhileUsesUpNothing) {
  fail_at_first();
  temp.add("work");
  fill_the_disk(5'000, 60'000);
  EXPECT_EQ(go(), SessionEnd::done);
  EXPECT_EQ(agents_started().size(), 2U);
  EXPECT_EQ(temp.task(1).ledger.attempts, 1);
  EXPECT_EQ(temp.store->runs.find(1)->why,
            "it failed while the machine did: its end could not be written down");
}

TEST_F(KeepGoing, AnAgentWhoseEndWasTheFirstThatCouldNotBeWrittenUsesUpNothing) {
  fail_at_first();
  temp.add("work");
  runner.meanwhile(9'000, [] {});  // what comes before is written
  runner.meanwhile(10'000, [] { let_files_grow(false); });
  runner.meanwhile(60'000, [] { let_files_grow(true); });
  EXPECT_EQ(go(), SessionEnd::done);
  EXPECT_EQ(temp.task(1).ledger.attempts, 1);
}

TEST_F(KeepGoing, APauseInMidNightIsWaitedOut) {
  take(10'000);
  options.max_parallel = 1;
  temp.add("work");
  temp.add("more");
  Store people(temp.project.paths.state);
  runner.meanwhile(1'000, [&people] { people.write([&people] { people.sessions.pause("lunch", 1); }); });
  fill_the_disk(5'000, 60'000);
  runner.meanwhile(600'000, [&people] { people.write([&people] { people.sessions.resume(1); }); });
  EXPECT_EQ(go(), SessionEnd::done);
  EXPECT_EQ(agents_started().size(), 2U);
}

TEST_F(KeepGoing, ACancelThatWasHeardInTheTurnThatFailedIsHeardAgain) {
  take(3'600'000);
  temp.project.config.checks.commands = {{{"make"}, "make"}};
  temp.add("work");
  Store people(temp.project.paths.state);
  runner.meanwhile(1'000, [&people] {
    people.write([&people] { ASSERT_TRUE(people.tasks.cancel(1, 2)); });
    let_files_grow(false);
  });
  runner.meanwhile(60'000, [] { let_files_grow(true); });
  (void)go();
  EXPECT_EQ(temp.task(1).state, TaskState::cancelled);
  EXPECT_LT(runner.now_.mono_ms, 3'000'000);
}

TEST_F(KeepGoing, BeforeItsFirstWriteItBeginsAnew) {
  take(10'000);
  temp.add("work");
  let_files_grow(false);
  runner.meanwhile(60'000, [] { let_files_grow(true); });
  EXPECT_EQ(go(), SessionEnd::done);
  EXPECT_EQ(temp.store->sessions.find(std::nullopt)->id, 1);
  EXPECT_EQ(temp.task(1).state, TaskState::done);
}

TEST_F(KeepGoing, ASignalEndsTheWait) {
  take(10'000);
  temp.add("work");
  fill_the_disk(5'000, 10'000'000);
  runner.at(60'000, Signal{SIGTERM});
  EXPECT_THROW((void)go(), DatabaseError);
  let_files_grow(true);
  EXPECT_EQ(temp.store->runs.open().size(), 1U) << "the next session takes it up";
}

}  // namespace
}  // namespace orchestrate
