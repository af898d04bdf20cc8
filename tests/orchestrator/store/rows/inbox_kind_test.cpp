#include "orchestrator/store/rows/inbox_kind.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace orchestrate {
namespace {

std::vector<InboxKind> every_kind() {
  std::vector<InboxKind> kinds;
  for (std::size_t i = 0; i < std::size(Words<InboxKind>::all); ++i)
    kinds.push_back(static_cast<InboxKind>(i));
  return kinds;
}

TEST(InboxKinds, EachHasWordsOptionsAndADefaultThatItOffers) {
  for (const auto kind : every_kind()) {
    const auto& facts = facts_of(kind);
    EXPECT_EQ(facts.kind, kind);
    EXPECT_FALSE(facts.title.empty()) << to_string(kind);
    EXPECT_FALSE(facts.meanwhile.empty()) << to_string(kind);
    EXPECT_NE(find_option(kind, facts.default_option), nullptr) << to_string(kind);
    for (const auto& option : facts.options)
      EXPECT_FALSE(option.does.empty()) << to_string(kind) << " " << option.word;
  }
}

// Whose move it is: what a provider refuses is no matter of a task, and the other way round.
TEST(InboxKinds, OnlyAQuestionAboutAProviderIsAnsweredForTheProvider) {
  for (const auto kind : every_kind()) {
    for (const auto& option : facts_of(kind).options)
      EXPECT_EQ(option.answer == Answer::lift_park, facts_of(kind).about_provider) << to_string(kind);
  }
}

TEST(InboxKinds, WhatAProviderRefusesLeavesItsTasksInTheQueue) {
  for (const auto kind : every_kind()) {
    if (!facts_of(kind).about_provider) continue;
    EXPECT_EQ(facts_of(kind).task_state, TaskState::queued) << to_string(kind);
  }
}

TEST(InboxKinds, TheDefaultOfAMoneyQuestionNeverClosesTheTask) {
  EXPECT_EQ(find_option(InboxKind::task_budget, facts_of(InboxKind::task_budget).default_option)->answer,
            Answer::retry);
  EXPECT_EQ(find_option(InboxKind::budget, "cancel"), nullptr);
}

TEST(InboxKinds, AWordIsItsKindAndAnUnknownWordIsNone) {
  for (const auto kind : every_kind())
    EXPECT_EQ(from_word<InboxKind>(to_string(kind)), kind);
  EXPECT_EQ(from_word<InboxKind>("Manual"), std::nullopt);
  const Word<InboxKind> unknown(std::string("moonlight"));
  EXPECT_EQ(unknown.text(), "moonlight");
  EXPECT_FALSE(about_provider(unknown.value()));
  for (const auto kind : every_kind())
    EXPECT_FALSE(unknown == kind);
}

}  // namespace
}  // namespace orchestrate
