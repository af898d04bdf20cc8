#include "orchestrator/store/rows/event.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

namespace orchestrate {
namespace {

std::string documentation() {
  std::ifstream in(ORCHESTRATE_SOURCE_DIR "/docs/events.md");
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(Events, EachKindStandsInTheDocumentationAsInTheTable) {
  const std::string text = documentation();
  for (const auto& facts : kEventKinds) {
    const std::string members = facts.members.empty() ? "" : std::string(facts.members);
    const std::string line =
        "| `" + std::string(facts.word) + "` | " + std::string(facts.says) + " | " + members + " |";
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
}

TEST(Events, TheTableHasEveryKindOnceAndInOrder) {
  std::set<std::string_view> words;
  for (std::size_t i = 0; i < std::size(kEventKinds); ++i) {
    EXPECT_EQ(kEventKinds[i].kind, static_cast<EventKind>(i)) << kEventKinds[i].word;
    EXPECT_TRUE(words.insert(kEventKinds[i].word).second) << kEventKinds[i].word;
  }
  EXPECT_EQ(static_cast<std::size_t>(EventKind::config_broken) + 1, std::size(kEventKinds));
}

// Every event there is, made by its function.
std::vector<EventRow> one_of_each() {
  Run run;
  run.id = 7;
  run.task = 5;
  InboxItem item;
  item.id = 3;
  item.kind = InboxKind::manual;
  return {events::task_added(1, 5, "t"),
          events::task_edited(1, 5),
          events::task_held(1, 5),
          events::task_released(1, 5),
          events::task_handed_to_human(1, 5, InboxKind::manual),
          events::task_retried(1, 5),
          events::task_cancelled(1, 5),
          events::cancel_asked(1, 5),
          events::run_started(run),
          events::run_phase(1, 5, 7, RunPhase::running),
          events::run_ended(1, run, TaskState::done),
          events::inbox_opened(1, item),
          events::inbox_answered(1, item, "done"),
          events::inbox_archived(1, 2),
          events::provider_parked(1, {"p", 2, "w", 1}),
          events::provider_unparked(1, "p"),
          events::session_started(1, 9),
          events::session_draining(1, "w"),
          events::session_stopping(1, "w"),
          events::session_ended(1, 4, 0, "r"),
          events::stop_asked(1, 4, "now"),
          events::paused(1, "w"),
          events::resumed(1),
          events::config_reloaded(1),
          events::config_broken(1, "p")};
}

TEST(Events, EachFunctionMakesItsKindWithTheMembersThatTheTableNames) {
  const auto rows = one_of_each();
  ASSERT_EQ(rows.size(), std::size(kEventKinds));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].kind, static_cast<EventKind>(i));
    const std::string said(kEventKinds[i].members);
    const auto members = event_members(rows[i]);
    for (const auto& [name, value] : members)
      EXPECT_NE(said.find(name), std::string::npos) << kEventKinds[i].word << " has " << name;
    EXPECT_EQ(members.empty(), said.empty()) << kEventKinds[i].word;
  }
}

TEST(Events, AnEventSaysWhatItIsAbout) {
  const auto rows = one_of_each();
  EXPECT_EQ(rows[0].task, 5);
  EXPECT_EQ(rows[0].run, std::nullopt);
  EXPECT_EQ(rows[10].task, 5);
  EXPECT_EQ(rows[10].run, 7);
  EXPECT_EQ(rows[19].session, 4);
}

TEST(Events, ALineHasItsDataBesideWhatEveryEventHas) {
  auto row = events::paused(1'794'999'600'000, "a\xff \"quote\"");
  row.seq = 9;
  const auto line = nlohmann::json::parse(event_line(row));
  EXPECT_EQ(line["seq"], 9);
  EXPECT_EQ(line["kind"], "paused");
  EXPECT_EQ(line["task"], nullptr);
  EXPECT_TRUE(line.contains("at"));
  EXPECT_TRUE(line["why"].get<std::string>().ends_with("\"quote\""));
}

}  // namespace
}  // namespace orchestrate
