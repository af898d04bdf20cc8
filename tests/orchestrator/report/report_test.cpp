// The report as it is made of rows: what the session worked on, what it cost, and what is left.
#include "orchestrator/report/report.h"

#include <gtest/gtest.h>

#include <functional>

#include "tests/orchestrator/fake_machine.h"
#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

using spawners::ExitReason;
using spawners::ExitRecord;

constexpr std::int64_t kBeganMs = 1'794'999'600'000;
constexpr std::int64_t kHourMs = 3'600'000;

class MakeReport : public test::WithStore {
 protected:
  MakeReport() { session = new_session(); }

  std::int64_t new_session() {
    std::int64_t id = 0;
    store.write([&] { id = store.sessions.start(1, kBeganMs); });
    return id;
  }

  orchestrate::Run begin(std::int64_t task, const std::string& agent_type = "alpha") {
    orchestrate::Run run;
    run.session = session;
    run.task = task;
    run.agent_type = agent_type;
    run.driver = "script";
    run.started_ms = kBeganMs;
    store.write([&] { run.id = store.runs.start(run); });
    EXPECT_NE(run.id, 0) << "task " << task << " is not queued";
    return run;
  }

  // What the verdict says of the task: its state, and whether its work was verified.
  void over(orchestrate::Run run, VerdictKind verdict, TaskState state, std::int64_t seconds = 1,
            std::optional<bool> verified = std::nullopt) {
    run.verdict = verdict;
    Settlement settlement;
    settlement.state = state;
    settlement.verified = verified;
    store.write([&] { EXPECT_TRUE(store.end_run(run, settlement, kBeganMs + seconds * 1000)); });
  }
  // A task of its own that was accepted.
  std::int64_t done(std::optional<bool> verified, std::int64_t seconds = 1) {
    const auto id = temp.add("work");
    over(begin(id), VerdictKind::accept, TaskState::done, seconds, verified);
    return id;
  }

  void end_session(std::int64_t after_ms) {
    store.write([&] { store.sessions.end(session, 0, "", kBeganMs + after_ms); });
  }

  bool session_runs = false;

  Report report() {
    return make_report(*store.sessions.find(session), temp.project, store, kBeganMs + 2 * kHourMs,
                       {"PATH=/usr/bin"}, session_runs, machine);
  }

  static std::vector<std::int64_t> ids_of(const std::vector<ReportLine>& lines) {
    std::vector<std::int64_t> ids;
    for (const auto& line : lines)
      ids.push_back(line.task.id);
    return ids;
  }
  using Ids = std::vector<std::int64_t>;

  test::FakeMachine machine;
};

TEST_F(MakeReport, OfASessionThatDidNothingIsEmptyAndDividesByNothing) {
  end_session(0);
  const Report r = report();
  EXPECT_EQ(r.session.id, session);
  EXPECT_TRUE(r.done_verified.empty() && r.done_unverified.empty() && r.failed.empty());
  EXPECT_TRUE(r.waiting_human.empty() && r.not_attempted.empty() && r.inbox.empty());
  EXPECT_TRUE(r.lost_time.empty() && r.agents_used.empty());
  EXPECT_EQ(r.runs + r.unpriced, 0);
  EXPECT_EQ(r.throughput_per_hour, 0);
  EXPECT_EQ(r.success_rate, 0);
  EXPECT_EQ(r.average_s, 0);
}

TEST_F(MakeReport, DoneIsVerifiedOnlyWhereTheRowSaysSo) {
  const auto verified = done(true);
  const auto unverified = done(false);
  const auto nobody_looked = done(std::nullopt);
  const Report r = report();
  EXPECT_EQ(ids_of(r.done_verified), Ids{verified});
  EXPECT_EQ(ids_of(r.done_unverified), (Ids{unverified, nobody_looked}));
  EXPECT_TRUE(r.failed.empty());
  EXPECT_EQ(r.not_attempted_count, 0);
}

TEST_F(MakeReport, ALineHasTheLastRunOfItsTaskWithItsReasonAndItsBranch) {
  const auto id = temp.add("work");
  auto run = begin(id);
  run.why = "the first reason";
  over(run, VerdictKind::retry, TaskState::queued);
  run = begin(id, "beta");
  run.why = "every check passed";
  run.branch = "orchestrate/1";
  over(run, VerdictKind::accept, TaskState::done, 1, true);
  const Report r = report();
  ASSERT_EQ(r.done_verified.size(), 1U) << "a task is one line, however often it was tried";
  EXPECT_EQ(r.done_verified[0].task.title, "work");
  EXPECT_EQ(r.done_verified[0].run->id, run.id);
  EXPECT_EQ(r.done_verified[0].run->branch, "orchestrate/1");
  EXPECT_EQ(r.done_verified[0].why, "every check passed");
  EXPECT_EQ(r.runs, 2);
}

TEST_F(MakeReport, AFailureSaysWhy) {
  const auto id = temp.add("work");
  auto run = begin(id);
  run.why = "`make test` failed: exit 2";
  over(run, VerdictKind::escalate, TaskState::failed);
  const Report r = report();
  ASSERT_EQ(ids_of(r.failed), Ids{id});
  EXPECT_EQ(r.failed[0].why, "`make test` failed: exit 2");
}

TEST_F(MakeReport, WhatWaitsForPeopleIsListedWhetherOrNotItWasTried) {
  const auto tried = temp.add("tried");
  auto run = begin(tried);
  run.why = "nobody knows what the agent did";
  over(run, VerdictKind::escalate, TaskState::waiting_human);
  const auto never = temp.add("never");
  InboxItem item;
  item.task = never;
  item.kind = InboxKind::manual;
  item.title = "is a person's task";
  store.write([&] { EXPECT_TRUE(store.hand_over(never, item, kBeganMs)); });
  const Report r = report();
  ASSERT_EQ(ids_of(r.waiting_human), (Ids{tried, never}));
  EXPECT_EQ(r.waiting_human_count, 2);
  EXPECT_EQ(r.waiting_human[0].why, "nobody knows what the agent did");
  EXPECT_EQ(r.waiting_human[0].run->id, run.id);
  EXPECT_EQ(r.waiting_human[1].why, "");
  EXPECT_FALSE(r.waiting_human[1].run);
  ASSERT_EQ(r.inbox.size(), 1U);
  EXPECT_EQ(r.inbox[0].title, "is a person's task");
}

TEST_F(MakeReport, WhatHasBeenAnsweredWaitsNoMore) {
  const auto id = temp.add("decide");
  InboxItem item;
  item.task = id;
  item.kind = InboxKind::manual;
  item.options = {"done"};
  store.write([&] { EXPECT_TRUE(store.hand_over(id, item, kBeganMs)); });
  ASSERT_TRUE(answer(1, "done"));
  const Report r = report();
  EXPECT_TRUE(r.inbox.empty());
  EXPECT_TRUE(r.waiting_human.empty());
  EXPECT_TRUE(r.done_unverified.empty()) << "the session has not worked on it";
}

TEST_F(MakeReport, WhatWasNotStartedSaysWhy) {
  const auto failed = temp.add("failed");
  over(begin(failed), VerdictKind::escalate, TaskState::failed);
  const auto running = temp.add("running");
  const auto run = begin(running);
  const auto held = temp.add("held");
  store.write([&] { EXPECT_TRUE(store.tasks.hold(held, true, kBeganMs)); });
  const auto blocked = temp.add("blocked", 0, {failed});
  const auto ready = temp.add("ready");
  end_session(kHourMs);
  const Report r = report();
  ASSERT_EQ(ids_of(r.not_attempted), (Ids{running, held, blocked, ready})) << "in the order of their ids";
  EXPECT_EQ(r.not_attempted_count, 4);
  EXPECT_EQ(r.not_attempted[0].why, "it is running");
  EXPECT_EQ(r.not_attempted[0].run->id, run.id);
  EXPECT_EQ(r.not_attempted[1].why, "a person holds it");
  EXPECT_EQ(r.not_attempted[2].why,
            "depends on 1, which is failed: `orchestrate retry 1`, or `orchestrate edit 4 --depends-on`");
  EXPECT_EQ(r.not_attempted[3].why, "no session runs: start one with `orchestrate run`");
}

TEST_F(MakeReport, SeveralReasonsStandInOneLine) {
  const auto first = temp.add("first");
  const auto second = temp.add("second", 2, {first});
  store.write([&] {
    (void)store.tasks.hold(second, true, kBeganMs);
    store.sessions.pause("paused for lunch", kBeganMs);
  });
  const Report r = report();
  ASSERT_EQ(r.not_attempted.size(), 2U);
  EXPECT_EQ(r.not_attempted[0].why, "paused for lunch");
  EXPECT_EQ(r.not_attempted[1].why, "a person holds it; depends on 1, which is queued; paused for lunch");
}

TEST_F(MakeReport, AProgramThatIsNowhereIsWhyItsTasksWait) {
  temp.project.config.agent_types["alpha"].profile.command = {"tool"};
  temp.project.config.agent_types["beta"].profile.command = {"tool"};
  machine.missing = {"tool"};
  temp.add("work");
  EXPECT_NE(report().not_attempted.at(0).why.find("its program `tool` is not on PATH"), std::string::npos)
      << report().not_attempted.at(0).why;
}

TEST_F(MakeReport, OfMoreThanTwoHundredTheFirstAreListedAndAllAreCounted) {
  store.write([&] {
    Task task;
    for (int n = 0; n < 205; ++n) {
      task.title = task.run_command = "queued";
      (void)store.tasks.add(task, kBeganMs);
    }
    for (int n = 0; n < 203; ++n) {
      task.title = "waiting";
      InboxItem item;
      item.task = store.tasks.add(task, kBeganMs);
      item.kind = InboxKind::manual;
      item.cause = std::to_string(n);
      EXPECT_TRUE(store.hand_over(*item.task, item, kBeganMs));
    }
  });
  (void)begin(150);
  (void)begin(204);
  const Report r = report();
  EXPECT_EQ(r.not_attempted.size(), 200U);
  EXPECT_EQ(r.not_attempted_count, 205);
  EXPECT_EQ(r.not_attempted.front().task.id, 1);
  EXPECT_EQ(r.not_attempted.back().task.id, 204) << "what runs is listed before what is queued";
  EXPECT_EQ(r.waiting_human.size(), 200U);
  EXPECT_EQ(r.waiting_human_count, 203);
  EXPECT_EQ(r.waiting_human.front().task.id, 206);
}

TEST_F(MakeReport, CostsAndTokensAddUpAndRunsThatStateNoCostAreCounted) {
  struct Used {
    std::int64_t in, out;
    double usd;
  };
  for (const Used& used :
       {Used{100, 20, 0.25}, Used{7, 0, 0}, Used{0, 3, 0}, Used{0, 0, 0}, Used{1, 1, 1.5}}) {
    auto run = begin(temp.add("work"));
    run.tokens_in = used.in;
    run.tokens_out = used.out;
    run.cost_usd = used.usd;
    over(run, VerdictKind::accept, TaskState::done);
  }
  const Report r = report();
  EXPECT_EQ(r.runs, 5);
  EXPECT_DOUBLE_EQ(r.cost_usd, 1.75);
  EXPECT_EQ(r.tokens, 132);
  EXPECT_EQ(r.unpriced, 2) << "who used no token has nothing to state";
}

TEST_F(MakeReport, AgentTypesAreNamedOnceAndInOrder) {
  for (const char* name : {"beta", "alpha", "beta"})
    over(begin(temp.add("work"), name), VerdictKind::accept, TaskState::done);
  EXPECT_EQ(report().agents_used, (std::vector<std::string>{"alpha", "beta"}));
}

TEST_F(MakeReport, RatesAreOfTheTasksAttemptedAndOfTheHoursOfTheSession) {
  (void)done(true, 60);
  (void)done(false, 120);
  const auto twice = temp.add("twice");
  over(begin(twice), VerdictKind::retry, TaskState::queued, 7);
  over(begin(twice), VerdictKind::accept, TaskState::done, 30, true);
  over(begin(temp.add("failed")), VerdictKind::escalate, TaskState::failed, 500);
  (void)temp.add("never started");
  Report r = report();
  EXPECT_DOUBLE_EQ(r.success_rate, 0.75);
  EXPECT_DOUBLE_EQ(r.average_s, 70) << "of the runs that were accepted";
  EXPECT_DOUBLE_EQ(r.throughput_per_hour, 1.5) << "it runs still: by now two hours";
  end_session(30 * 60'000);
  r = report();
  EXPECT_DOUBLE_EQ(r.throughput_per_hour, 6) << "it ended after half an hour";
}

TEST_F(MakeReport, RunsOfOtherSessionsAreNotItsWork) {
  const auto before = done(true);
  const auto first = session;
  session = new_session();
  const auto now = done(true);
  EXPECT_EQ(ids_of(report().done_verified), Ids{now});
  EXPECT_EQ(report().runs, 1);
  session = first;
  EXPECT_EQ(ids_of(report().done_verified), Ids{before});
}

TEST_F(MakeReport, ARunThatADeadSessionLeftOpenCountsForTheOneThatEndsIt) {
  const auto id = temp.add("left");
  const auto run = begin(id);
  const auto dead = session;
  session = new_session();
  over(run, VerdictKind::accept, TaskState::done, 1, true);
  EXPECT_EQ(ids_of(report().done_verified), Ids{id});
  session = dead;
  EXPECT_EQ(report().runs, 0);
}

struct Loss {
  const char* cause;
  VerdictKind verdict;
  std::function<void(orchestrate::Run&)> spoil;
};

ExitRecord ended_by(ExitReason reason, int code = -1) {
  ExitRecord record;
  record.reason = reason;
  record.code = code;
  return record;
}

const std::vector<Loss>& losses() {
  static const std::vector<Loss> all = {
      {"provider's limit", VerdictKind::park, [](auto& run) { run.exit = ended_by(ExitReason::wall_limit); }},
      {"could not start", VerdictKind::escalate, [](auto&) {}},
      {"could not start", VerdictKind::escalate,
       [](auto& run) { run.exit = ended_by(ExitReason::spawn_failed); }},
      {"hung (silence limit)", VerdictKind::retry,
       [](auto& run) { run.exit = ended_by(ExitReason::silence_limit); }},
      {"ran too long (wall limit)", VerdictKind::retry,
       [](auto& run) { run.exit = ended_by(ExitReason::wall_limit); }},
      {"flooded its output", VerdictKind::retry,
       [](auto& run) { run.exit = ended_by(ExitReason::output_limit); }},
      {"stopped", VerdictKind::retry, [](auto& run) { run.exit = ended_by(ExitReason::cancelled); }},
      {"crashed", VerdictKind::retry, [](auto& run) { run.exit = ended_by(ExitReason::signalled); }},
      {"the program failed", VerdictKind::retry,
       [](auto& run) { run.exit = ended_by(ExitReason::exited, 3); }},
      {"nothing usable was done", VerdictKind::retry,
       [](auto& run) { run.exit = ended_by(ExitReason::exited, 0); }},
      {"checks failed", VerdictKind::retry, [](auto& run) {
         run.exit = ended_by(ExitReason::exited, 0);
         run.evidence.checks = {{"true", 0, true, false, false, "exit 0", ""},
                                {"make test", 1, false, false, false, "exit 1", ""}};
       }}};
  return all;
}

TEST_F(MakeReport, LostTimeNamesItsCause) {
  for (const Loss& loss : losses()) {
    session = new_session();
    auto run = begin(temp.add("work"));
    loss.spoil(run);
    over(run, loss.verdict, TaskState::failed, 90);
    const auto lost = report().lost_time;
    ASSERT_EQ(lost.size(), 1U) << loss.cause;
    EXPECT_EQ(lost[0].first, loss.cause);
    EXPECT_EQ(lost[0].second, 90'000) << loss.cause;
  }
}

TEST_F(MakeReport, LostTimeOfOneCauseAddsUpAndTheGreatestComesFirst) {
  const auto lose = [&](VerdictKind verdict, std::int64_t seconds) {
    auto run = begin(temp.add("work"));
    run.exit = ended_by(ExitReason::exited, 1);
    over(run, verdict, TaskState::failed, seconds);
  };
  lose(VerdictKind::retry, 50);
  lose(VerdictKind::park, 40);
  lose(VerdictKind::park, 20);
  (void)done(true, 500);
  (void)begin(temp.add("runs still"));
  using Lost = std::vector<std::pair<std::string, std::int64_t>>;
  EXPECT_EQ(report().lost_time, (Lost{{"provider's limit", 60'000}, {"the program failed", 50'000}}))
      << "what was accepted, and what runs still, is not lost";
}

}  // namespace
}  // namespace orchestrate
