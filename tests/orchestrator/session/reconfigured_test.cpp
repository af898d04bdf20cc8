// The project's files change while a session runs: by an editor, by git, by mistake.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/orchestrator/session/night.h"

namespace orchestrate {
namespace {

using test::Act;
using test::exits;
using test::Night;

constexpr std::int64_t kNow = 1'795'000'000'000;

// One slot, one agent type, for everything.
class Reconfigured : public Night {
 protected:
  Reconfigured() : other(temp.project.paths.state) {
    runner.act = [](const std::string& command, int) {
      Act act;
      act.takes_ms = command == "slow" ? 600'000 : 100;
      act.exit = exits(0);
      return act;
    };
    write(
        "agents.toml",
        "[agent_types.alpha]\ndriver = \"script\"\nmax_parallel = 4\nworkspace = \"scratch\"\nexpects = \"nothing\"\n");
    write("routing.toml", kRouting);
    with_slots("1");
    temp.project = load_project(temp.project.paths.project);
    EXPECT_TRUE(temp.project.errors.empty());
    temp.add("slow");
    second = temp.add("slow");
  }

  void write(const std::string& file, const std::string& text) const {
    std::ofstream(temp.project.paths.config_dir + "/" + file) << text;
  }
  [[nodiscard]] bool happened(EventKind kind) {
    const auto rows = temp.store->events.after(0, 10'000);
    return std::any_of(rows.begin(), rows.end(), [&](const EventRow& row) { return row.kind == kind; });
  }
  void with_slots(const std::string& slots) const {
    write("orchestrate.toml",
          "[dispatch]\nmax_parallel = " + slots + "\n[workspace]\nroot = \"" + temp.root + "/workspaces\"\n");
  }
  void remove(const std::string& file) const {
    std::filesystem::remove(temp.project.paths.config_dir + "/" + file);
  }
  void expect_all_done() {
    EXPECT_EQ(run(), SessionEnd::done);
    for (const Task& task : temp.store->tasks.list(std::nullopt, std::nullopt))
      EXPECT_EQ(task.state, TaskState::done) << task.id;
    EXPECT_TRUE(temp.store->inbox.list("open").empty());
  }

  static constexpr const char* kRouting = "default = \"alpha\"\n";
  Store other;  // another program's
  std::int64_t second = 0;
};

TEST_F(Reconfigured, AChangeActsWithoutARestartOnceItHasSettled) {
  runner.meanwhile(60'000, [&] {
    EXPECT_EQ(other.tasks.find(second)->state, TaskState::queued);
    with_slots("2");
  });
  run();
  ASSERT_EQ(temp.store->runs.of_task(second).size(), 1U);
  EXPECT_EQ(temp.store->runs.of_task(second)[0].started_ms, kNow + 60'500);
  EXPECT_TRUE(happened(EventKind::config_reloaded));
}

TEST_F(Reconfigured, AFileThatIsAwayForAnInstantChangesNothing) {
  temp.add("slow");
  runner.meanwhile(60'000, [&] { remove("routing.toml"); });
  runner.meanwhile(60'300, [&] { write("routing.toml", kRouting); });
  expect_all_done();
  EXPECT_FALSE(happened(EventKind::config_broken));
}

TEST_F(Reconfigured, AFileThatIsGoneOrEmptyKeepsTheLastGoodConfiguration) {
  for (const bool removed : {true, false}) {
    temp.add("slow");
    temp.add("quick");
    runner.meanwhile(runner.now_.mono_ms + 60'000,
                     [&, removed] { removed ? remove("routing.toml") : write("routing.toml", " \n"); });
    expect_all_done();
    EXPECT_TRUE(happened(EventKind::config_broken));
    write("routing.toml", kRouting);
  }
}

TEST_F(Reconfigured, AFileThatCannotBeReadIsThereAndBroken) {
  remove("routing.toml");
  std::filesystem::create_directory(temp.project.paths.project + "/.orchestrate/routing.toml");
  const Project read = load_project(temp.project.paths.project);
  EXPECT_TRUE(read.files.contains("routing.toml"));
  ASSERT_FALSE(read.errors.empty());
}

TEST_F(Reconfigured, WhatIsAddedAfterAChangeStartsByIt) {
  with_slots("2");
  temp.project = load_project(temp.project.paths.project);
  std::int64_t added = 0;
  runner.meanwhile(60'000, [&] { write("routing.toml", "default = \"human\"\n"); });
  runner.meanwhile(60'200, [&] { added = temp.add("quick"); });
  EXPECT_EQ(run(), SessionEnd::decisions);
  EXPECT_EQ(temp.task(added).state, TaskState::waiting_human);
}

TEST_F(Reconfigured, FilesThatNeverComeToRestStopNobody) {
  for (int i = 0; i < 400; ++i)
    runner.meanwhile(60'000 + i * 300, [this, i] { write("routing.toml", kRouting + std::string(i, '#')); });
  runner.meanwhile(100'000, [&] { temp.add("quick"); });
  options.max_parallel = 2;
  expect_all_done();
  EXPECT_LT(runner.waits, 2'000) << "it looks when there is something to see";
}

}  // namespace
}  // namespace orchestrate
