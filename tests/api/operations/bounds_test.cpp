// The bounds of every field: the greatest value that is taken, the first that is not, and what is said of it.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

struct Bound {
  std::string operation;
  json given;  // the rest, all right
  std::string field;
  std::vector<json> taken, refused;
  std::string expected;  // what is said to be used
};

const std::string kPositive = "a whole number from 1";
const std::string kPage = "a whole number from 1 to 1000000";
const std::string kMoment = "23:30, 2026-11-22 03:10 or 2026-11-22T03:10:00Z";
const std::string kPriority = "P0, P1, P2 or P3";
const std::string kStates = "queued, claimed, running, waiting_human, done, failed or cancelled";

std::vector<Bound> bounds_of_tasks() {
  const json title = {{"title", "x"}};
  const json id = {{"id", 1}};
  const std::string big(4 << 20, 'x');
  return {
      {"tasks.add", {}, "title", {"x"}, {7, true, json::array()}, "a text"},
      {"tasks.add", title, "description", {"", big}, {big + "x", 7}, "a text of at most 4194304 bytes"},
      {"tasks.add", title, "priority", {"P0", "p3", "P1-HIGH"}, {"P4", "", "high", 1}, kPriority},
      {"tasks.add", title, "needs", {json::array(), {"a", "b"}}, {"a", 1}, "a list"},
      {"tasks.add", title, "labels", {json::array({"a"})}, {json::array({1})}, "a text"},
      {"tasks.add", title, "touches", {json::array({"src/**"})}, {"src"}, "a list"},
      {"tasks.add", title, "acceptance", {json::array({"works"})}, {json::array({true})}, "a text"},
      {"tasks.add", title, "specs", {json::array({"a.md"})}, {json::array({nullptr})}, "a text"},
      {"tasks.add",
       title,
       "depends_on",
       {json::array(), {1}},
       {json::array({0}), {1, "2"}, {1.5}},
       kPositive},
      {"tasks.add", title, "manual", {true, false}, {"yes", 1}, "yes or no"},
      {"tasks.add",
       title,
       "not_before",
       {"23:30", "2031-01-02 03:04", "2031-01-02T03:04:05Z"},
       {"noon", "24:00", "", "2031-13-01T00:00:00Z", 5},
       kMoment},
      {"tasks.edit", id, "manual", {true}, {"yes"}, "yes or no"},
      {"tasks.edit", id, "not_before", {"", nullptr, "23:30"}, {"noon"}, kMoment},
      {"tasks.edit", id, "priority", {"P0"}, {"P9", ""}, kPriority},
      {"tasks.edit", {{"type", "FIX"}}, "id", {1}, {0, -1, 1.5, "1"}, kPositive},
      {"tasks.hold", {}, "ids", {json::array({1}), {1, 1}}, {json::array({0}), {1, -2}, {"1"}}, kPositive},
      {"tasks.show", {}, "id", {1}, {0, "x", true}, kPositive},
      {"tasks.why", {}, "id", {1}, {0}, kPositive},
      {"tasks.list", {}, "state", {"queued", "waiting_human"}, {"waiting", "", 1}, kStates},
      {"tasks.list", {}, "priority", {"P0"}, {"P4"}, kPriority},
      {"tasks.list", {}, "limit", {1, 1'000'000}, {0, 1'000'001, -1, 2.5}, kPage},
      {"tasks.list", {}, "after", {0, 5}, {-1, "1"}, "a whole number"},
      {"tasks.plan", {}, "limit", {1, 1'000'000}, {0, 1'000'001}, kPage},
      {"tasks.route", {}, "id", {1}, {0}, kPositive},
      {"tasks.route", {}, "priority", {"P0"}, {"first"}, kPriority},
      {"tasks.import",
       {{"text", "- [ ] x"}},
       "format",
       {"markdown"},
       {"yaml", ""},
       "toml, json, jsonl or markdown"},
      {"tasks.import",
       {{"text", "- [ ] x"}, {"format", "markdown"}},
       "dry_run",
       {true, false},
       {"no"},
       "yes or no"}};
}

std::vector<Bound> bounds_of_the_rest() {
  return {{"inbox.list", {}, "all", {true}, {1, "all"}, "yes or no"},
          {"inbox.show", {}, "id", {1}, {0, "1"}, kPositive},
          {"inbox.archive",
           {},
           "older_than",
           {"7d", "36h", "0s"},
           {"a week", "7", "", "-1d", 7},
           "a number with s, m, h or d, like 7d or 36h"},
          {"session.pause", {}, "why", {"", "lunch"}, {1, json::array()}, "a text"},
          {"session.stop", {}, "now", {true, false}, {"now", 1}, "yes or no"},
          {"session.report", {}, "session", {1}, {0, "last"}, kPositive},
          {"events.list", {}, "limit", {1, 1000}, {0, 1001}, "a whole number from 1 to 1000"},
          {"events.list", {}, "after", {0, 1'000'000'000'000}, {-1, 0.5}, "a whole number"},
          {"agents.test", {{"text", "x\n"}}, "type", {"worker"}, {1}, "a text"}};
}

class Bounds : public testing::Test {
 protected:
  // One of each that an id may name.
  void live() {
    (void)sample.call("tasks.add", {{"title", "First"}});
    Store& store = sample.store();
    InboxItem item;
    item.kind = InboxKind::manual;
    store.write([&] {
      (void)store.inbox.put(item, 1);
      (void)store.sessions.start(1, 1'794'999'600'000);
    });
  }

  void hold(const std::vector<Bound>& bounds) {
    for (const Bound& bound : bounds) {
      const auto with = [&bound](const json& value) {
        json given = bound.given.is_null() ? json::object() : bound.given;
        given[bound.field] = value;
        return given;
      };
      for (const json& value : bound.taken)
        EXPECT_EQ(sample.refusal(bound.operation, with(value)), "not refused")
            << bound.operation << " " << bound.field;
      for (const json& value : bound.refused) {
        const std::string said = sample.refusal(bound.operation, with(value));
        EXPECT_TRUE(said.starts_with("usage: invalid " + bound.field + " `"))
            << bound.operation << ": " << said;
        const bool as_expected =
            said.ends_with("`: use " + bound.expected) || said.ends_with("`: use a list");
        EXPECT_TRUE(as_expected) << bound.operation << ": " << said;
      }
    }
  }

  test::Sample sample;
};

TEST_F(Bounds, OfTasksAreHeldAndSaid) {
  live();
  hold(bounds_of_tasks());
}

TEST_F(Bounds, OfTheRestAreHeldAndSaid) {
  live();
  hold(bounds_of_the_rest());
}

// A field that is not in the lists above is one whose bounds nobody looks at.
TEST_F(Bounds, AreLookedAtForEveryFieldThatHasSome) {
  std::map<std::string, int> looked_at;
  for (const auto& part : {bounds_of_tasks(), bounds_of_the_rest()}) {
    for (const Bound& bound : part)
      ++looked_at[bound.field];
  }
  for (const Operation& operation : operations()) {
    for (const Field& field : operation.fields) {
      const bool any_text = field.shape.kind == Shape::Kind::text && field.shape.most == 0;
      const bool of_commands = field.name == "checks";
      const bool a_file = field.typed.from == Typed::From::file;
      if (any_text || of_commands || a_file) continue;
      EXPECT_GT(looked_at[field.name], 0) << operation.name << "." << field.name;
    }
  }
}

}  // namespace
}  // namespace orchestrate::api
