#include "orchestrator/store/tables/inbox.h"

#include <gtest/gtest.h>

#include "tests/orchestrator/store/with_store.h"

namespace orchestrate {
namespace {

class InboxTest : public test::WithStore {};

TEST_F(InboxTest, TheSameOpenCauseIsOneItemCounted) {
  InboxItem item;
  item.kind = InboxKind::auth_required;
  item.cause = "auth_required:provider:p1";
  item.title = "log in";
  store.write([&] {
    store.inbox.put(item, 1);
    store.inbox.put(item, 2);
  });
  ASSERT_EQ(store.inbox.list("open").size(), 1U);
  EXPECT_EQ(store.inbox.list("open")[0].times, 2);
}

InboxItem about(std::int64_t task, InboxKind kind) {
  InboxItem item;
  item.task = task;
  item.kind = kind;
  item.cause = item.kind.text() + ":task:" + std::to_string(task);
  item.title = "a title";
  item.packet = {{"Why", "because"}, {"Then", "so"}};
  item.options = {"retry", "done"};
  item.default_option = "retry";
  item.deadline_ms = 77;
  return item;
}

TEST_F(InboxTest, AnItemIsReadAsItWasPut) {
  const auto id = put(about(temp.add("x"), InboxKind::base_red), 3);
  const auto item = store.inbox.find(id).value();
  EXPECT_EQ(item.task, 1);
  EXPECT_EQ(item.run, std::nullopt);
  EXPECT_EQ(item.kind, InboxKind::base_red);
  EXPECT_EQ(item.cause, "base_red:task:1");
  EXPECT_EQ(item.title, "a title");
  EXPECT_EQ(item.packet.at(1).second, "so");
  EXPECT_EQ(item.options, (std::vector<std::string>{"retry", "done"}));
  EXPECT_EQ(item.default_option, "retry");
  EXPECT_EQ(item.deadline_ms, 77);
  EXPECT_EQ(item.status, "open");
  EXPECT_EQ(item.times, 1);
  EXPECT_EQ(item.created_ms, 3);
  EXPECT_EQ(store.inbox.find(99), std::nullopt);
}

TEST_F(InboxTest, TheSameCauseAfterAnAnswerIsANewItem) {
  const auto task = temp.add("x");
  const auto first = put(about(task, InboxKind::manual));
  answer(first, "done");
  EXPECT_NE(put(about(task, InboxKind::manual)), first);
}

TEST_F(InboxTest, TheLastPacketOfACauseIsTheOneToRead) {
  auto item = about(temp.add("x"), InboxKind::manual);
  const auto id = put(item, 1);
  item.packet = {{"Why", "again"}};
  EXPECT_EQ(put(item, 2), id);
  EXPECT_EQ(store.inbox.find(id)->packet.at(0).second, "again");
  EXPECT_EQ(store.inbox.find(id)->updated_ms, 2);
}

TEST_F(InboxTest, OnlyWhatIsClosedIsArchivedAndOnlyWhenItIsOldEnough) {
  const auto open = put(about(temp.add("1"), InboxKind::manual));
  const auto old = put(about(temp.add("2"), InboxKind::manual));
  const auto fresh = put(about(temp.add("3"), InboxKind::manual));
  answer(old, "done", 100);
  answer(fresh, "cancel", 200);
  std::int64_t archived = 0;
  store.write([&] { archived = store.inbox.archive(100, 300); });
  EXPECT_EQ(archived, 1);
  EXPECT_EQ(store.inbox.find(open)->status, "open");
  EXPECT_EQ(store.inbox.find(old)->status, "archived");
  EXPECT_EQ(store.inbox.find(fresh)->status, "answered");
  EXPECT_EQ(store.inbox.list("").size(), 2U) << "what is archived is no longer shown";
}

TEST_F(InboxTest, WhatWasAnsweredStandsInTheItem) {
  const auto id = put(about(temp.add("x"), InboxKind::manual));
  EXPECT_TRUE(answer(id, "done", 20));
  const auto item = store.inbox.find(id).value();
  EXPECT_EQ(item.status + "/" + item.answer + "/" + item.note, "done/done/a note");
  EXPECT_EQ(item.updated_ms, 20);
  EXPECT_FALSE(answer(id, "cancel")) << "it was answered already";
}

TEST_F(InboxTest, AKindThatIsNotKnownIsShownAsItIsAndNeverActedUpon) {
  const auto task = temp.add("x");
  const auto id = put(about(task, InboxKind::manual));
  shell("UPDATE tasks SET state = 'waiting_human'; UPDATE inbox SET kind = 'moonlight'");
  const auto item = store.inbox.find(id).value();
  EXPECT_EQ(item.kind.text(), "moonlight");
  EXPECT_EQ(item.kind.value(), std::nullopt);
  EXPECT_TRUE(answer(id, "done"));
  EXPECT_EQ(store.inbox.find(id)->status, "done");
  EXPECT_EQ(temp.task(task).state, TaskState::waiting_human);
}

TEST_F(InboxTest, AnOptionThatTheKindDoesNotOfferIsNotActedUpon) {
  const auto task = temp.add("x");
  const auto id = put(about(task, InboxKind::no_route));
  shell("UPDATE tasks SET state = 'waiting_human'");
  EXPECT_TRUE(answer(id, "done"));
  EXPECT_EQ(temp.task(task).state, TaskState::waiting_human);
}

}  // namespace
}  // namespace orchestrate
