// Importing a file of tasks: all of them or none, every mistake with its place.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "api/operations/operation.h"
#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

const char* const kList = R"(- [ ] (P0) Second
  key: second
  depends on: first
- [x] Done by hand
- [ ] First
  key: first
  run: true
)";

json in_markdown(const std::string& text, bool dry_run = false) {
  return {{"text", text}, {"format", "markdown"}, {"dry_run", dry_run}};
}

std::vector<config::Diagnostic> problems_of(test::Sample& sample, const json& given) {
  try {
    (void)sample.call("tasks.import", given);
  } catch (const Refused& e) {
    EXPECT_EQ(e.code(), Code::usage);
    return e.problems();
  }
  ADD_FAILURE() << "it was taken";
  return {};
}

TEST(ImportOperation, QueuesAllInTheOrderOfTheFile) {
  test::Sample sample;
  const json answer = sample.call("tasks.import", in_markdown(kList));
  EXPECT_EQ(answer["skipped"], 1);
  ASSERT_EQ(answer["ids"].size(), 2U);
  const json second = sample.call("tasks.show", {{"id", answer["ids"][0]}});
  EXPECT_EQ(second["title"], "Second");
  EXPECT_EQ(second["priority"], "P0-CRITICAL");
  EXPECT_EQ(second["source"], "import");
  EXPECT_EQ(second["depends_on"], json::array({answer["ids"][1]}));
  EXPECT_EQ(sample.call("tasks.show", {{"id", answer["ids"][1]}})["type"], "SCRIPT");
}

TEST(ImportOperation, TheSameFileAgainQueuesNothingTwice) {
  test::Sample sample;
  const json first = sample.call("tasks.import", in_markdown(kList));
  const json again = sample.call("tasks.import", in_markdown(kList));
  EXPECT_EQ(again["ids"], first["ids"]);
  EXPECT_EQ(again["existing"], first["ids"]);
  EXPECT_EQ(again["kept"][0]["key"], "second");
  EXPECT_EQ(sample.call("tasks.list").size(), 2U);
}

TEST(ImportOperation, ADryRunWritesNothing) {
  test::Sample sample;
  const json answer = sample.call("tasks.import", in_markdown(kList, true));
  EXPECT_EQ(answer["tasks"][0]["depends_on"], json::array({"#2"}));
  EXPECT_TRUE(answer["tasks"][0]["existing"].is_null());
  EXPECT_EQ(sample.call("tasks.list"), json::array());
}

TEST(ImportOperation, TellsEveryMistakeAtItsPlaceAndQueuesNothing) {
  test::Sample sample;
  const auto problems = problems_of(sample, {{"text", R"([[task]]
title = "Right"
[[task]]
titel = "x"
title = "Wrong"
priority = "P7"
checks = ["true", "make | tee"]
agent_type = "wroker"
depends_on = ["nobody"]
not_before = "noon"
manual = 1
)"},
                                             {"format", "toml"}});
  std::vector<std::string> told;
  for (const auto& p : problems)
    told.push_back(std::to_string(p.line) + ":" + std::to_string(p.column) + " " + p.message.substr(0, 24));
  EXPECT_EQ(told, (std::vector<std::string>{"4:1 unknown key `titel`", "6:12 invalid priority `P7`: u",
                                            "7:19 check `make | tee` canno", "8:14 there is no agent type `",
                                            "9:15 there is no task `nobody", "10:14 invalid not_before `noon",
                                            "11:10 `manual` must be true or"}));
  EXPECT_EQ(sample.call("tasks.list"), json::array());
}

TEST(ImportOperation, TakesEveryFieldOfATask) {
  test::Sample sample;
  const json task = {{"title", "All"},
                     {"description", "d"},
                     {"priority", "P1"},
                     {"type", "FIX"},
                     {"needs", "one"},
                     {"labels", {"a", "b"}},
                     {"acceptance", {"works"}},
                     {"checks", {"make"}},
                     {"specs", {"a.md"}},
                     {"depends_on", json::array()},
                     {"agent", "worker"},
                     {"manual", true},
                     {"run", "true"},
                     {"not_before", "2031-01-02T03:04:05Z"},
                     {"key", "k"}};
  const json answer = sample.call("tasks.import", {{"text", json::array({task}).dump()}, {"format", "json"}});
  const json shown = sample.call("tasks.show", {{"id", answer["ids"][0]}});
  EXPECT_EQ(shown["needs"], json::array({"one"}));
  EXPECT_EQ(shown["labels"], json::array({"a", "b"}));
  EXPECT_EQ(shown["agent_type"], "worker");
  EXPECT_EQ(shown["manual"], true);
  EXPECT_EQ(shown["not_before"], "2031-01-02T03:04:05Z");
  EXPECT_EQ(shown["key"], "k");
}

TEST(ImportOperation, AFormatIsToldByTheEndingOrByAWord) {
  test::Sample sample;
  sample.write("tasks.jsonl", "{\"title\": \"x\"}\n");
  EXPECT_EQ(sample.type({"import", sample.root() + "/tasks.jsonl"}), 0) << sample.err();
  EXPECT_EQ(sample.out(), "1\n");
  EXPECT_EQ(sample.type({"import", "-"}, "- [ ] y\n"), 2);
  EXPECT_NE(sample.err().find("use --format toml, json, jsonl or markdown"), std::string::npos)
      << sample.err();
  EXPECT_EQ(sample.type({"import", "-", "--format", "markdown"}, "- [ ] y\n- [x] z\n"), 0);
  EXPECT_EQ(sample.out(), "2\n");
  EXPECT_EQ(sample.err(), "1 ticked item skipped\n");
  EXPECT_EQ(sample.type({"import", "-", "--format", "yaml"}, "x"), 2);
  EXPECT_EQ(sample.type({"import", "-", "--format", "toml"}, ""), 2);
}

}  // namespace
}  // namespace orchestrate::api
