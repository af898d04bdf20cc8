// What people write on a task, as fields of operations, and back.
#include "api/operations/rows/task_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace orchestrate::api {
namespace {

using nlohmann::json;

constexpr std::int64_t kNow_ms = 1'794'999'600'000;

class TaskValues : public testing::Test {
 protected:
  TaskValues() {
    project.config.agent_types["worker"];
    desk.project = &project;
    desk.now_ms = kNow_ms;
  }

  // The value after it was written, and read again.
  json written(const char* name, const json& value) {
    write_field(task, *find_task_field(name), value, desk);
    return field_value(task, *find_task_field(name));
  }
  std::string refusal(const char* name, const json& value) {
    try {
      (void)written(name, value);
    } catch (const Refused& e) {
      EXPECT_EQ(e.code(), Code::usage);
      return std::string(e.what()) + (e.fix().empty() ? "" : " | " + e.fix());
    }
    return "not refused";
  }

  Project project;
  Desk desk;
  Task task;
};

const Field& field(const std::vector<Field>& fields, const std::string& name) {
  return *std::find_if(fields.begin(), fields.end(), [&](const Field& f) { return f.name == name; });
}

TEST_F(TaskValues, EachIsReadAsItWasWritten) {
  EXPECT_EQ(written("title", "Fix it"), "Fix it");
  EXPECT_EQ(written("description", ""), "");
  EXPECT_EQ(written("priority", "p0"), "P0-CRITICAL");
  EXPECT_EQ(written("priority", "P3-LOW"), "P3-LOW");
  EXPECT_EQ(written("needs", {"a", "b"}), json({"a", "b"}));
  EXPECT_EQ(written("depends_on", {3, 4}), json({3, 4}));
  EXPECT_EQ(written("manual", true), true);
  EXPECT_EQ(written("not_before", "2031-01-02T03:04:05Z"), "2031-01-02T03:04:05Z");
  EXPECT_EQ(written("agent_type", "worker"), "worker");
  EXPECT_EQ(written("run", "make 'all of it'"), "make 'all of it'");
  EXPECT_EQ(written("checks", {"make test", "sh -c 'a | b'"}), json({"make test", "sh -c 'a | b'"}));
}

TEST_F(TaskValues, NothingAndAnEmptyTextClearWhatMayBeMissing) {
  (void)written("agent_type", "worker");
  (void)written("not_before", "23:30");
  EXPECT_TRUE(written("agent_type", "").is_null());
  EXPECT_TRUE(written("agent_type", nullptr).is_null());
  EXPECT_TRUE(written("not_before", nullptr).is_null());
  EXPECT_FALSE(task.agent_type || task.not_before_ms);
  EXPECT_EQ(written("run", ""), "") << "no command needs no splitting";
}

TEST_F(TaskValues, ATimeOfDayIsTheNextOne) {
  (void)written("not_before", "23:30");
  EXPECT_GT(task.not_before_ms, kNow_ms);
  EXPECT_LE(task.not_before_ms, kNow_ms + 24 * 3'600'000);
}

TEST_F(TaskValues, WhatMakesNoSenseIsRefused) {
  for (const char* blank : {"", " ", "\t\r\n "})
    EXPECT_EQ(refusal("title", blank), "a task needs a title");
  const std::string way_out = " | commands are never given to a shell; ask for one with: sh -c '...'";
  for (const char* command : {"a | b", "a && b", "a > b", "$(a)", "'a"}) {
    const std::string run = refusal("run", command);
    EXPECT_TRUE(run.starts_with("command `" + std::string(command) + "` cannot be split into arguments: "))
        << run;
    EXPECT_TRUE(run.ends_with(way_out)) << run;
    const std::string check = refusal("checks", {"true", command});
    EXPECT_TRUE(check.starts_with("check `" + std::string(command) + "` cannot be split")) << check;
  }
  EXPECT_EQ(refusal("agent_type", "wroker"),
            "there is no agent type `wroker`: did you mean `worker`? | .orchestrate/agents.toml has: worker");
}

TEST_F(TaskValues, WhileTheConfigurationIsBrokenNobodyKnowsWhichAgentTypesThereAre) {
  project.errors = {{"agents.toml", 1, 1, 1, "no TOML", "", ""}};
  EXPECT_EQ(refusal("agent_type", "anybody"), "not refused");
  EXPECT_EQ(task.agent_type, "anybody");
}

TEST_F(TaskValues, WithoutAgentTypesNoneIsNamed) {
  project.config.agent_types.clear();
  EXPECT_EQ(refusal("agent_type", "coder"),
            "there is no agent type `coder` | .orchestrate/agents.toml has: none");
}

TEST_F(TaskValues, OnlyWhatIsGivenIsWritten) {
  task.title = "Old";
  task.needs = {"a"};
  write_fields(task, {{"title", "New"}, {"manual", true}, {"unknown", 1}}, desk);
  EXPECT_EQ(task.title, "New");
  EXPECT_TRUE(task.manual);
  EXPECT_EQ(task.needs, std::vector<std::string>{"a"});
}

TEST(WrittenFields, OfATaskThatIsAddedOnlyTheTitleIsNeeded) {
  const auto added = written_fields(Writing::added);
  for (const Field& f : added)
    EXPECT_EQ(f.needed, f.name == "title") << f.name;
  EXPECT_EQ(field(added, "priority").otherwise, "P2");
  EXPECT_EQ(field(added, "title").typed.as, "TITLE");
  EXPECT_EQ(field(added, "labels").typed.as, "--label");
  EXPECT_EQ(field(added, "description").typed.file_flag, "--description-file");
  EXPECT_TRUE(field(added, "needs").does.ends_with(" (repeatable)"));
}

TEST(WrittenFields, OfATaskThatIsEditedNoneIsNeededAndTheKeyStays) {
  const auto edited = written_fields(Writing::edited);
  for (const Field& f : edited) {
    EXPECT_FALSE(f.needed) << f.name;
    EXPECT_EQ(f.otherwise, "") << f.name << ": a default would overwrite what is there";
    EXPECT_NE(f.name, "key");
    EXPECT_EQ(f.shape.or_null, f.name == "agent_type" || f.name == "not_before") << f.name;
  }
  EXPECT_EQ(field(edited, "manual").typed.value, "yes|no") << "a switch could not take it back";
  EXPECT_TRUE(field(edited, "needs").does.ends_with("; replaces them all)"));
}

}  // namespace
}  // namespace orchestrate::api
