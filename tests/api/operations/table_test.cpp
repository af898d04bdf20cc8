// The table of operations as a whole: what holds of every entry.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "api/operations/call.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

std::string first_upper(const std::string& text) {
  return text.empty() ? "" : text.substr(0, 1);
}

TEST(Table, HasEachNameVerbAndRouteOnce) {
  std::set<std::string> names;
  std::set<std::string> verbs;
  std::set<std::string> routes;
  for (const Operation& operation : operations()) {
    EXPECT_TRUE(names.insert(operation.name).second) << operation.name;
    EXPECT_TRUE(operation.verb.empty() || verbs.insert(operation.verb).second) << operation.verb;
    EXPECT_TRUE(operation.route.empty() || routes.insert(operation.route).second) << operation.route;
    EXPECT_EQ(find_operation(operation.name), &operation);
  }
  EXPECT_EQ(find_operation("tasks.ad"), nullptr);
}

TEST(Table, SaysEverythingOfEach) {
  for (const Operation& operation : operations()) {
    EXPECT_NE(operation.handler, nullptr) << operation.name;
    EXPECT_FALSE(operation.group.empty()) << operation.name;
    EXPECT_TRUE(std::isupper(static_cast<unsigned char>(first_upper(operation.does).front())))
        << operation.name << ": " << operation.does;
    EXPECT_FALSE(operation.does.ends_with(".")) << operation.name;
    EXPECT_TRUE(operation.example.starts_with("orchestrate " + operation.verb)) << operation.example;
    EXPECT_EQ(operation.effect == Effect::asks, operation.outcome != nullptr) << operation.name;
  }
}

TEST(Table, HasASentenceForEachFieldAndADefaultThatFits) {
  for (const Operation& operation : operations()) {
    std::set<std::string> names;
    for (const Field& field : operation.fields) {
      const std::string name = operation.name + "." + field.name;
      EXPECT_TRUE(names.insert(field.name).second) << name;
      EXPECT_FALSE(field.does.empty()) << name;
      EXPECT_FALSE(field.needed && !field.otherwise.empty()) << name << " is needed, and has a default";
      if (field.otherwise.empty()) continue;
      EXPECT_EQ(fault_of(field.shape, value_of(field.shape, {field.otherwise}), name, 0), "");
    }
  }
}

TEST(Table, NamesItsFieldsInTheRoute) {
  for (const Operation& operation : operations()) {
    for (std::size_t at = operation.route.find('{'); at != std::string::npos;
         at = operation.route.find('{', at + 1)) {
      const std::string name = operation.route.substr(at + 1, operation.route.find('}', at) - at - 1);
      const bool there = std::any_of(operation.fields.begin(), operation.fields.end(),
                                     [&name](const Field& field) { return field.name == name; });
      EXPECT_TRUE(there) << operation.route;
    }
    EXPECT_EQ(operation.effect == Effect::reads && operation.name != "agents.test",
              operation.route.starts_with("GET /api/v1/"))
        << operation.name;
  }
}

TEST(Table, RefusesAnUnknownFieldEverywhereWithASuggestion) {
  test::Sample sample;
  for (const Operation& operation : operations()) {
    if (operation.fields.empty()) continue;
    const std::string name = operation.fields.front().name;
    try {
      (void)sample.call(operation.name, {{name + "x", 1}});
      ADD_FAILURE() << operation.name << " took it";
    } catch (const Refused& e) {
      EXPECT_EQ(e.code(), Code::usage) << operation.name;
      EXPECT_EQ(std::string(e.what()), "unknown field `" + name + "x`") << operation.name;
      const std::string meant = name.size() > 2 ? "did you mean `" + name + "`?" : e.fix();
      EXPECT_EQ(e.fix(), meant) << operation.name;
    }
  }
}

TEST(Table, LetsNobodyDoWhatIsForOthers) {
  test::Sample sample;
  for (const Operation& operation : operations()) {
    if (operation.who == Who::reader) continue;
    Desk desk = sample.desk();
    desk.caller.who = Who::reader;
    try {
      (void)call(operation, desk, json::object());
      ADD_FAILURE() << operation.name << " was done";
    } catch (const Refused& e) {
      EXPECT_EQ(e.code(), Code::forbidden) << operation.name;
    }
  }
}

TEST(Table, DescribesItself) {
  const json all = described()["operations"];
  ASSERT_EQ(all.size(), operations().size());
  for (const json& each : all) {
    for (const char* member : {"name", "verb", "route", "group", "does", "effect", "who", "fields", "gives"})
      EXPECT_TRUE(each.contains(member)) << each["name"] << " " << member;
    for (const json& field : each["fields"]) {
      for (const char* member : {"name", "shape", "does", "needed", "default"})
        EXPECT_TRUE(field.contains(member)) << each["name"] << " " << field;
    }
  }
  EXPECT_EQ(all[0]["name"], "tasks.add");
  EXPECT_EQ(all[0]["fields"][2]["default"], "P2");
}

}  // namespace
}  // namespace orchestrate::api
