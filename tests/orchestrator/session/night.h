// A night in virtual time: real rows, real directories, scripted commands.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "orchestrator/session/scheduler.h"
#include "tests/orchestrator/fake_machine.h"
#include "tests/orchestrator/session/fake_runner.h"
#include "tests/orchestrator/temp_project.h"

namespace orchestrate::test {

class Night : public testing::Test {
 protected:
  Night() : runner(temp.project.paths.runs) {
    runner.act = [](const std::string& command, int) {
      Act act;
      act.exit = exits(command == "false" ? 1 : 0);
      return act;
    };
    options.seed = 7;
    options.environment = {"PATH=/usr/bin:/bin", "HOME=" + temp.root};
  }

  SessionEnd run() { return Scheduler(temp.project, *temp.store, runner, machine, options, nullptr).run(); }

  // A run of task 1 that a session left open. Its id.
  std::int64_t leave_open_run() {
    std::int64_t id = 0;
    temp.store->write([&] {
      orchestrate::Run left;
      left.task = 1;
      left.session = temp.store->sessions.start(1, 1);
      left.agent_type = "alpha";
      left.driver = "script";
      left.started_ms = 1;
      id = temp.store->runs.start(left);
    });
    return id;
  }

  [[nodiscard]] std::vector<std::string> agents_started() const {
    std::vector<std::string> ids;
    for (const auto& line : runner.history) {
      if (line.ends_with("-agent")) ids.push_back(line.substr(line.rfind(' ') + 1));
    }
    return ids;
  }

  test::TempProject temp;
  FakeRunner runner;
  FakeMachine machine;
  SessionOptions options;
};

}  // namespace orchestrate::test
