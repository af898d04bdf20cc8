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
  EXPECT_EQ(static_cast<std::size_t>(EventKind::not_on_record) + 1, std::size(kEventKinds));
}

// Every event there is, made by its function.
std::vector<EventRow> one_of_each() {
  orchestrate::Run run;
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
          events::task_requeued(1, 5),
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
          events::config_broken(1, "p"),
          events::machine_failed(1, "w"),
          events::machine_recovered(1),
          events::stray_ended(1, "7/01-agent"),
          events::put_aside(1, "/w.foreign-1"),
          events::not_on_record(1, 5, 7)};
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
  EXPECT_EQ(rows[11].task, 5);
  EXPECT_EQ(rows[11].run, 7);
  EXPECT_EQ(rows[20].session, 4);
}

// In the order of the kinds: what scripts find in each.
TEST(Events, EachKindSaysThisAndNothingElse) {
  orchestrate::Run run;
  run.id = 7;
  run.task = 5;
  run.agent_type = "alpha";
  run.rule = "needs a";
  run.verdict = VerdictKind::retry;
  run.why = "exit 1";
  run.outcome = "failed";
  run.started_ms = 3;
  InboxItem item;
  item.id = 3;
  item.task = 5;
  item.run = 7;
  item.kind = InboxKind::no_route;
  item.title = "Who does this?";
  const std::vector<std::pair<EventRow, const char*>> events = {
      {events::task_added(1, 5, "t"), R"({"title":"t"})"},
      {events::task_edited(1, 5), "{}"},
      {events::task_held(1, 5), "{}"},
      {events::task_released(1, 5), "{}"},
      {events::task_handed_to_human(1, 5, InboxKind::manual), R"({"inbox_kind":"manual","kind":"manual"})"},
      {events::task_retried(1, 5), "{}"},
      {events::task_requeued(1, 5), "{}"},
      {events::task_cancelled(1, 5), "{}"},
      {events::cancel_asked(1, 5), "{}"},
      {events::run_started(run), R"({"agent_type":"alpha","rule":"needs a"})"},
      {events::run_phase(1, 5, 7, RunPhase::verifying), R"({"phase":"verifying"})"},
      {events::run_ended(1, run, TaskState::queued),
       R"({"outcome":"failed","state":"queued","verdict":"retry","why":"exit 1"})"},
      {events::inbox_opened(1, item),
       R"({"inbox_kind":"no_route","item":"3","kind":"no_route","title":"Who does this?"})"},
      {events::inbox_answered(1, item, "retry"), R"({"answer":"retry","item":"3"})"},
      {events::inbox_archived(1, 2), R"({"items":"2"})"},
      {events::provider_parked(1, {"p1", 9, "a limit", 1}), R"({"provider":"p1","why":"a limit"})"},
      {events::provider_unparked(1, "p1"), R"({"provider":"p1"})"},
      {events::session_started(1, 4711), R"({"pid":"4711"})"},
      {events::session_draining(1, "06:00"), R"({"why":"06:00"})"},
      {events::session_stopping(1, "asked"), R"({"why":"asked"})"},
      {events::session_ended(1, 4, 2, "drained"), R"({"exit_status":"2","reason":"drained"})"},
      {events::stop_asked(1, 4, "now"), R"({"how":"now"})"},
      {events::paused(1, "lunch"), R"({"why":"lunch"})"},
      {events::resumed(1), "{}"},
      {events::config_reloaded(1), R"({"problem":""})"},
      {events::config_broken(1, "no brace"), R"({"problem":"no brace"})"},
      {events::machine_failed(1, "full"), R"({"why":"full"})"},
      {events::machine_recovered(1), "{}"},
      {events::stray_ended(1, "7/01-agent"), R"({"step":"7/01-agent"})"},
      {events::put_aside(1, "/w.foreign-1"), R"({"folder":"/w.foreign-1"})"},
      {events::not_on_record(1, 5, 7), "{}"}};
  ASSERT_EQ(events.size(), std::size(kEventKinds));
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].first.kind, static_cast<EventKind>(i));
    EXPECT_EQ(events[i].first.data, events[i].second) << kEventKinds[i].word;
  }
}

TEST(Events, EachIsOfTheTaskTheRunAndTheSessionThatItIsAbout) {
  InboxItem item;
  item.task = 5;
  item.run = 7;
  const auto about = [](const EventRow& row) {
    const auto one = [](const std::optional<std::int64_t>& id) { return id ? std::to_string(*id) : "-"; };
    return one(row.task) + " " + one(row.run) + " " + one(row.session);
  };
  const std::string of_a_task = "5 - -", of_a_run = "5 7 -", of_a_session = "- - 4", of_all = "- - -";
  const std::vector<std::string> expected = {
      of_a_task, of_a_task, of_a_task, of_a_task, of_a_task,    of_a_task,    of_a_task, of_a_task,
      of_a_task, of_a_run,  of_a_run,  of_a_run,  of_a_run,     of_a_run,     of_all,    of_all,
      of_all,    of_all,    of_all,    of_all,    of_a_session, of_a_session, of_all,    of_all,
      of_all,    of_all,    of_all,    of_all,    of_all,       of_all,       of_a_run};
  auto rows = one_of_each();
  rows[12] = events::inbox_opened(1, item);
  rows[13] = events::inbox_answered(1, item, "done");
  ASSERT_EQ(rows.size(), expected.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(about(rows[i]), expected[i]) << kEventKinds[i].word;
}

TEST(Events, AnAttemptBeganWhenItsRowSays) {
  orchestrate::Run run;
  run.started_ms = 1'794'999'600'000;
  EXPECT_EQ(events::run_started(run).at_ms, run.started_ms);
  EXPECT_EQ(events::run_ended(1'795'000'000'000, run, TaskState::done).at_ms, 1'795'000'000'000);
}

TEST(Events, ALineIsThis) {
  EventRow row = events::run_phase(1'794'999'600'000, 5, 7, RunPhase::running);
  row.seq = 9;
  EXPECT_EQ(event_line(row),
            R"({"at":"2026-11-18T11:00:00Z","kind":"run_phase","phase":"running","run":7,"seq":9,"task":5})");
}

TEST(Events, WhatEveryEventHasHidesWhatItsDataCallTheSame) {
  EventRow row = events::task_handed_to_human(1'794'999'600'000, 5, InboxKind::manual);
  const auto line = nlohmann::json::parse(event_line(row));
  EXPECT_EQ(line["kind"], "task_handed_to_human");
  EXPECT_EQ(line["inbox_kind"], "manual");
}

TEST(Events, BrokenDataHaveNoMembersAndBreakNoLine) {
  for (const char* data : {"", "{", "[1]", "\"text\"", "null"}) {
    EventRow row = events::resumed(1'794'999'600'000);
    row.data = data;
    EXPECT_TRUE(event_members(row).empty()) << data;
    EXPECT_EQ(event_line(row),
              R"({"at":"2026-11-18T11:00:00Z","kind":"resumed","run":null,"seq":0,"task":null})");
  }
}

TEST(Events, MembersThatAreNoTextAreShownAsJson) {
  EventRow row = events::resumed(1);
  row.data = R"({"n":3,"yes":true,"text":"t","none":null})";
  EXPECT_EQ(event_members(row), (std::map<std::string, std::string>{
                                    {"n", "3"}, {"none", "null"}, {"text", "t"}, {"yes", "true"}}));
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
