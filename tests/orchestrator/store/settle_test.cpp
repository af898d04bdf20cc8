// The transitions over several tables: orchestrator/store/settle.cpp.
#include <gtest/gtest.h>

#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class SettleTest : public test::WithStore {};

InboxItem item_of(InboxKind kind, std::int64_t task) {
  InboxItem item;
  item.task = task;
  item.kind = kind;
  item.title = "t";
  const auto& facts = facts_of(kind);
  if (facts.about_provider) item.provider = "p1";
  item.cause = item.kind.text() + ":" + item.provider + std::to_string(task);
  for (const auto& option : facts.options)
    item.options.emplace_back(option.word);
  item.default_option = facts.default_option;
  return item;
}

TEST_F(SettleTest, ATaskIsHandedOverOnceAndOnlyWhileItIsQueued) {
  const auto id = temp.add("x");
  store.write([&] {
    EXPECT_TRUE(store.hand_over(id, item_of(InboxKind::manual, id), 2));
    EXPECT_FALSE(store.hand_over(id, item_of(InboxKind::manual, id), 3));
  });
  EXPECT_EQ(temp.task(id).state, TaskState::waiting_human);
  EXPECT_EQ(store.inbox.list("open").at(0).times, 1);
  EXPECT_EQ(kinds(), (std::vector<std::string>{"task_added", "inbox_opened", "task_handed_to_human"}));
}

TEST_F(SettleTest, TheLedgerIsTheSumOfItsRuns) {
  const auto id = temp.add("x");
  for (const bool counts : {true, false, true}) {
    auto run = store.runs.find(start(id)).value();
    run.tokens_in = 3;
    run.tokens_out = 4;
    run.cost_usd = 0.5;
    Settlement s;
    s.counts = counts;
    store.write([&] { store.end_run(run, s, run.started_ms + 100); });
  }
  const auto& ledger = temp.task(id).ledger;
  EXPECT_EQ(ledger.attempts, 2);
  EXPECT_EQ(ledger.waits, 1);
  EXPECT_EQ(ledger.wall_ms, 300);
  EXPECT_EQ(ledger.tokens, 21);
  EXPECT_EQ(ledger.cost_usd, 1.5);
}

TEST_F(SettleTest, ARunsEndLandsTogetherWithItsItemAndItsPark) {
  const auto id = temp.add("x");
  Settlement s;
  s.verified = true;
  s.item = item_of(InboxKind::budget, id);
  s.park = Park{"p1", std::nullopt, "no credit", 1};
  end(start(id), s);
  EXPECT_EQ(temp.task(id).verified, true);
  EXPECT_EQ(store.inbox.list("open").size(), 1U);
  EXPECT_EQ(store.parks.in_force(1).size(), 1U);
}

TEST_F(SettleTest, AnEndThatCameTooLateBringsNothing) {
  const auto id = temp.add("x");
  const auto run = start(id);
  end(run, TaskState::done);
  const auto before = kinds();
  Settlement s;
  s.item = item_of(InboxKind::manual, id);
  EXPECT_FALSE(end(run, s));
  EXPECT_EQ(kinds(), before);
}

// Whatever the kind and whatever is answered, the state is the one that the table of kinds says.
TEST_F(SettleTest, EveryAnswerOfEveryKindDoesWhatItsTableSays) {
  for (std::size_t i = 0; i < std::size(Words<InboxKind>::all); ++i) {
    const auto& facts = facts_of(static_cast<InboxKind>(i));
    for (const auto& option : facts.options) {
      const auto id = temp.add("x");
      end(start(id), facts.task_state);
      const auto item = put(item_of(facts.kind, id));
      store.write([&] { store.parks.put({"p1", std::nullopt, "w", 1}, 1); });
      ASSERT_TRUE(answer(item, std::string(option.word)));
      const auto state = temp.task(id).state;
      const std::string said = std::string(to_string(facts.kind)) + " " + std::string(option.word);
      switch (option.answer) {
        case Answer::retry:
          EXPECT_EQ(state, TaskState::queued) << said;
          EXPECT_EQ(temp.task(id).ledger.attempts, 0) << said;
          break;
        case Answer::done:
          EXPECT_EQ(state, TaskState::done) << said;
          EXPECT_EQ(temp.task(id).verified, std::nullopt) << said << ": nobody has checked it";
          break;
        case Answer::cancel:
          EXPECT_EQ(state, TaskState::cancelled) << said;
          break;
        case Answer::lift_park:
          EXPECT_EQ(state, facts.task_state) << said;
          EXPECT_TRUE(store.parks.in_force(1).empty()) << said;
          break;
      }
      EXPECT_EQ(store.parks.in_force(1).empty(), option.answer == Answer::lift_park) << said;
    }
  }
}

TEST_F(SettleTest, NoAnswerAboutAProviderEverMakesATaskDone) {
  const auto id = temp.add("x");
  end(start(id), TaskState::failed);
  for (const auto kind : {InboxKind::budget, InboxKind::auth_required}) {
    for (const char* option : {"done", "cancel", "retry"}) {
      answer(put(item_of(kind, id)), option);
      EXPECT_EQ(temp.task(id).state, TaskState::failed) << option;
    }
  }
}

TEST_F(SettleTest, ATaskOverItsCeilingIsNeverDoneByTheDefault) {
  const auto id = temp.add("x");
  end(start(id), TaskState::waiting_human);
  const auto item = item_of(InboxKind::task_budget, id);
  EXPECT_EQ(item.default_option, "retry");
  answer(put(item), item.default_option);
  EXPECT_EQ(temp.task(id).state, TaskState::queued);
  EXPECT_EQ(temp.task(id).ledger.cost_usd, 0) << "else it would be stopped again at once";
}

TEST_F(SettleTest, TheAnswerRetryForgetsEverythingThatWasUsedUp) {
  const auto id = temp.add("x");
  for (const bool counts : {true, false}) {
    auto run = store.runs.find(start(id)).value();
    run.tokens_in = 3;
    run.cost_usd = 0.5;
    Settlement s;
    s.counts = counts;
    s.next_attempt_ms = 1'000;
    if (!counts) s.state = TaskState::failed;
    store.write([&] { store.end_run(run, s, run.started_ms + 100); });
  }
  ASSERT_EQ(temp.task(id).ledger.wall_ms, 200);
  ASSERT_TRUE(answer(put(item_of(InboxKind::attempts_exhausted, id)), "retry"));
  const Task task = temp.task(id);
  EXPECT_EQ(task.state, TaskState::queued);
  EXPECT_EQ(task.next_attempt_ms, std::nullopt) << "it may start at once";
  EXPECT_EQ(task.ledger.attempts, 0);
  EXPECT_EQ(task.ledger.waits, 0);
  EXPECT_EQ(task.ledger.wall_ms, 0);
  EXPECT_EQ(task.ledger.tokens, 0);
  EXPECT_EQ(task.ledger.cost_usd, 0);
  EXPECT_EQ(store.runs.of_task(id).size(), 2U) << "what was done stays on record";
  const auto events = store.events.of_task(id);
  EXPECT_TRUE(std::any_of(events.begin(), events.end(),
                          [](const auto& row) { return row.kind == EventKind::task_retried; }));
}

TEST_F(SettleTest, AnAnswerDoesNotMoveATaskThatHasGoneOnByItself) {
  const auto id = temp.add("x");
  const auto item = put(item_of(InboxKind::unknown_outcome, id));
  start(id);
  answer(item, "done");
  EXPECT_EQ(temp.task(id).state, TaskState::running);
}

}  // namespace
}  // namespace orchestrate
