// Adding and editing tasks: what is written, what is refused, and that nothing half is done.
#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "api/operations/operation.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

class TaskOperations : public testing::Test {
 protected:
  std::int64_t add(json given) {
    if (!given.contains("title")) given["title"] = "A task";
    return sample.call("tasks.add", given)["id"];
  }
  json show(std::int64_t id) { return sample.call("tasks.show", {{"id", id}}); }

  // "CODE: text | fix".
  std::string refusal(const std::string& operation, const json& given) {
    try {
      (void)sample.call(operation, given);
    } catch (const Refused& e) {
      const char* code = e.code() == Code::usage     ? "usage"
                         : e.code() == Code::refused ? "refused"
                                                     : "not_found";
      return std::string(code) + ": " + e.what() + (e.fix().empty() ? "" : " | " + e.fix());
    }
    return "not refused";
  }

  test::Sample sample;
};

TEST_F(TaskOperations, EveryFieldThatIsWrittenIsShown) {
  const std::int64_t first = add({});
  const json all = {{"title", "All"},
                    {"description", "Every field"},
                    {"priority", "P1"},
                    {"type", "FIX"},
                    {"needs", {"backend", "auth"}},
                    {"labels", {"urgent"}},
                    {"acceptance", {"It works"}},
                    {"checks", {"make test"}},
                    {"specs", {"docs/a.md"}},
                    {"depends_on", {first}},
                    {"agent_type", "worker"},
                    {"manual", true},
                    {"run", "make all"},
                    {"not_before", "2031-01-02T03:04:05Z"},
                    {"key", "all"}};
  const json shown = show(add(all));
  for (const auto& [name, value] : all.items())
    EXPECT_EQ(shown[name], name == "priority" ? json("P1-HIGH") : value) << name;
}

TEST_F(TaskOperations, ATaskNeedsOnlyATitle) {
  const json shown = show(add({{"title", "Bare"}}));
  EXPECT_EQ(shown["priority"], "P2-MEDIUM");
  EXPECT_EQ(shown["type"], "IMPLEMENT");
  EXPECT_EQ(shown["source"], "cli");
  EXPECT_EQ(show(add({{"run", "true"}}))["type"], "SCRIPT");
  EXPECT_EQ(refusal("tasks.add", json::object()), "usage: `title` is missing | What to do, in one line");
  EXPECT_EQ(refusal("tasks.add", {{"title", " \n"}}), "usage: a task needs a title");
}

TEST_F(TaskOperations, TheSameKeyIsTheSameTask) {
  EXPECT_EQ(add({{"key", "k"}}), add({{"key", "k"}, {"title", "Another"}}));
}

TEST_F(TaskOperations, WhatMakesNoSenseIsRefusedAndNothingIsQueued) {
  const auto add_with = [&](const char* name, const json& value) {
    return refusal("tasks.add", {{"title", "x"}, {name, value}});
  };
  EXPECT_EQ(add_with("priority", "high"), "usage: invalid priority `high`: use P0, P1, P2 or P3");
  EXPECT_EQ(
      add_with("agent_type", "wroker"),
      "usage: there is no agent type `wroker`: did you mean `worker`? | .orchestrate/agents.toml has: worker");
  EXPECT_EQ(add_with("depends_on", json::array({4711})),
            "not_found: there is no task 4711 | `orchestrate list` shows those there are");
  EXPECT_NE(add_with("checks", json::array({"make | tee"})).find("never given to a shell"),
            std::string::npos);
  EXPECT_NE(add_with("run", "a > b").find("never given to a shell"), std::string::npos);
  EXPECT_NE(add_with("not_before", "noon").find("invalid not_before `noon`"), std::string::npos);
  EXPECT_NE(add_with("needs", "backend").find("use a list"), std::string::npos);
  EXPECT_EQ(add_with("label", "x"), "usage: unknown field `label` | did you mean `labels`?");
  EXPECT_EQ(sample.call("tasks.list"), json::array());
}

TEST_F(TaskOperations, AnEditChangesWhatIsNamedAndNothingElse) {
  const std::int64_t id =
      add({{"needs", {"backend"}}, {"description", "Old"}, {"not_before", "2031-01-02T03:04:05Z"}});
  (void)sample.call("tasks.edit", {{"id", id}, {"title", "New"}, {"manual", true}});
  json shown = show(id);
  EXPECT_EQ(shown["title"], "New");
  EXPECT_EQ(shown["manual"], true);
  EXPECT_EQ(shown["description"], "Old");
  EXPECT_EQ(shown["needs"], json::array({"backend"}));
  EXPECT_EQ(shown["not_before"], "2031-01-02T03:04:05Z");
}

TEST_F(TaskOperations, AnEmptyValueClears) {
  const std::int64_t id =
      add({{"needs", {"backend"}}, {"agent_type", "worker"}, {"not_before", "2031-01-02T03:04:05Z"}});
  (void)sample.call("tasks.edit",
                    {{"id", id}, {"needs", json::array()}, {"agent_type", ""}, {"not_before", nullptr}});
  const json shown = show(id);
  EXPECT_EQ(shown["needs"], json::array());
  EXPECT_EQ(shown["agent_type"], "");
  EXPECT_TRUE(shown["not_before"].is_null());
}

TEST_F(TaskOperations, AnEditOfNothingIsRefused) {
  const std::int64_t id = add({});
  EXPECT_EQ(refusal("tasks.edit", {{"id", id}}).substr(0, 46),
            "usage: say what to change, like --priority P0 ");
  EXPECT_EQ(refusal("tasks.edit", {{"id", id}, {"key", "k"}}).substr(0, 26), "usage: unknown field `key`");
  EXPECT_EQ(refusal("tasks.edit", {{"id", 99}, {"type", "FIX"}}).substr(0, 28),
            "not_found: there is no task ");
}

TEST_F(TaskOperations, NoTaskWaitsForItself) {
  const std::int64_t first = add({});
  const std::int64_t second = add({{"depends_on", {first}}});
  EXPECT_EQ(refusal("tasks.edit", {{"id", first}, {"depends_on", {first}}}),
            "usage: a task cannot depend on itself");
  EXPECT_EQ(refusal("tasks.edit", {{"id", first}, {"depends_on", {second}}, {"title", "Changed"}}),
            "usage: the task would wait for itself through what it depends on");
  EXPECT_EQ(show(first)["title"], "A task") << "half of a refused edit is there";
}

TEST_F(TaskOperations, WhatIsOverIsNotEdited) {
  const std::int64_t id = add({});
  (void)sample.call("tasks.cancel", {{"ids", {id}}});
  EXPECT_EQ(refusal("tasks.edit", {{"id", id}, {"type", "FIX"}}),
            "refused: task 1 is cancelled | it cannot be changed any more");
}

TEST_F(TaskOperations, OneWrongIdAmongSeveralChangesNothing) {
  const std::int64_t id = add({});
  for (const char* verb : {"hold", "release", "cancel", "retry"}) {
    EXPECT_EQ(refusal(std::string("tasks.") + verb, {{"ids", {id, 4711}}}).substr(0, 32),
              "not_found: there is no task 4711")
        << verb;
  }
  EXPECT_EQ(show(id)["state"], "queued");
  EXPECT_EQ(show(id)["held"], false);
}

TEST_F(TaskOperations, HoldReleaseCancelRetry) {
  const std::int64_t id = add({});
  const json ids = {{"ids", {id}}};
  EXPECT_EQ(sample.call("tasks.hold", ids), json::parse(R"([{"id": 1, "state": "queued", "held": true}])"));
  EXPECT_EQ(sample.call("tasks.release", ids)[0]["held"], false);
  EXPECT_EQ(sample.call("tasks.cancel", ids)[0]["state"], "cancelled");
  EXPECT_EQ(refusal("tasks.cancel", ids),
            "refused: task 1 is cancelled | only a task that has not ended can be cancelled");
  EXPECT_EQ(sample.call("tasks.retry", ids)[0]["state"], "queued");
}

TEST_F(TaskOperations, AListIsReadInPages) {
  for (int n = 0; n < 5; ++n)
    (void)add({{"labels", json::array({n % 2 == 0 ? "even" : "odd"})}});
  const auto ids = [&](const json& given) {
    std::vector<std::int64_t> out;
    for (const json& task : sample.call("tasks.list", given))
      out.push_back(task["id"]);
    return out;
  };
  EXPECT_EQ(ids({{"limit", 2}}), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(ids({{"limit", 2}, {"after", 2}}), (std::vector<std::int64_t>{3, 4}));
  EXPECT_EQ(ids({{"label", "even"}, {"limit", 2}, {"after", 1}}), (std::vector<std::int64_t>{3, 5}));
  EXPECT_EQ(ids({{"state", "done"}}), std::vector<std::int64_t>{});
  EXPECT_EQ(ids({{"priority", "P2"}}).size(), 5U);
}

}  // namespace
}  // namespace orchestrate::api
