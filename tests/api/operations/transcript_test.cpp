// A recorded run as an operation: every kind of note, the totals, and what such a run would count as.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

const char* const kAgents = R"(
[agent_types.coder]
driver = "claude"

[agent_types.prose]
driver  = "exec"
command = ["newcli"]

[agent_types.own]
driver  = "exec"
command = ["newcli"]
[agent_types.own.output]
format       = "jsonl"
session_id   = { when = { "/type" = "session" }, take = "/id" }
tool         = { when = { "/type" = "tool" }, take = "/name" }
tokens_in    = { when = { "/type" = "step" }, take = "/in", sum = true }
finished     = { when = { "/type" = "end" } }
failed       = { when = { "/type" = "end", "/ok" = false }, take = "/error" }
rate_limited = { when = { "/type" = "limit" }, until = "/at", take = "/message" }
)";

class Transcript : public testing::Test {
 protected:
  Transcript() : sample(kAgents) {}

  json read(const std::string& type, const std::string& text) {
    return sample.call("agents.test", {{"type", type}, {"text", text}});
  }
  // Of all notes of the text, the first of that kind.
  json note(const std::string& type, const std::string& text, const std::string& kind) {
    const json answer = read(type, text);
    for (const json& line : answer["lines"]) {
      for (const json& each : line["notes"]) {
        if (each["kind"] == kind) return each;
      }
    }
    return nullptr;
  }
  std::string ending(const std::string& type, const std::string& text) {
    return read(type, text)["totals"]["ending"];
  }

  test::Sample sample;
};

const std::string kInit =
    R"({"type":"system","subtype":"init","session_id":"s-1","model":"m-1","claude_code_version":"2.1.3"})"
    "\n";
const std::string kSaid =
    R"({"type":"assistant","message":{"id":"a","content":[{"type":"text","text":"Reading"},)"
    R"({"type":"tool_use","id":"t","name":"Bash","input":{"command":"make test"}}],"usage":{"input_tokens":5,"output_tokens":2}}})"
    "\n";
const std::string kDone =
    R"({"type":"result","subtype":"success","is_error":false,"result":"All done","total_cost_usd":0.25,)"
    R"("usage":{"input_tokens":100,"output_tokens":20}})"
    "\n";

TEST_F(Transcript, NumbersItsLinesAndNamesTheDriver) {
  const json answer = read("coder", kInit + "no json\n" + kDone);
  EXPECT_EQ(answer["agent_type"], "coder");
  EXPECT_EQ(answer["driver"], "claude");
  ASSERT_EQ(answer["lines"].size(), 3U);
  EXPECT_EQ(answer["lines"][0]["line"], 1);
  EXPECT_EQ(answer["lines"][2]["line"], 3);
  EXPECT_EQ(answer["lines"][0]["known"], true);
  EXPECT_EQ(answer["lines"][1]["known"], false);
  EXPECT_EQ(answer["totals"]["lines"], 3);
  EXPECT_EQ(answer["totals"]["unknown_lines"], 1);
}

TEST_F(Transcript, ShowsSessionTextAndTool) {
  EXPECT_EQ(note("coder", kInit, "session"),
            json::parse(R"({"kind": "session", "id": "s-1", "model": "m-1", "version": "2.1.3"})"));
  EXPECT_EQ(note("coder", kSaid, "text")["text"], "Reading");
  const json tool = note("coder", kSaid, "tool");
  EXPECT_EQ(tool["name"], "Bash");
  EXPECT_EQ(tool["summary"], "make test");
}

TEST_F(Transcript, ShowsUsageAndTheEnd) {
  const json usage = note("coder", kDone, "usage");
  EXPECT_EQ(usage["tokens_in"], 100);
  EXPECT_EQ(usage["tokens_out"], 20);
  EXPECT_EQ(usage["cost_usd"], 0.25);
  const json finished = note("coder", kDone, "finished");
  EXPECT_EQ(finished["ok"], true);
  EXPECT_EQ(finished["failure"], "none");
  EXPECT_EQ(finished["text"], "All done");
}

TEST_F(Transcript, WhatIsNotStatedIsNull) {
  const json usage = note("own", "{\"type\":\"step\",\"in\":7}\n", "usage");
  EXPECT_EQ(usage["tokens_in"], 7);
  EXPECT_TRUE(usage["tokens_out"].is_null());
  EXPECT_TRUE(usage["cost_usd"].is_null());
  EXPECT_EQ(usage["adds"], true) << "it comes on top of what was noted before";
}

TEST_F(Transcript, AmountsThatAddAreSummedInTheTotals) {
  const json totals = read("own", "{\"type\":\"step\",\"in\":7}\n{\"type\":\"step\",\"in\":5}\n")["totals"];
  EXPECT_EQ(totals["tokens_in"], 12);
  EXPECT_EQ(totals["tokens_out"], 0);
  EXPECT_EQ(totals["finished"], false);
  EXPECT_EQ(totals["ok"], false);
}

TEST_F(Transcript, ShowsALimitWithItsReset) {
  const std::string limit =
      "{\"type\":\"limit\",\"at\":\"2026-11-22T03:10:00Z\",\"message\":\"slow down\"}\n";
  const json shown = note("own", limit, "rate_limit");
  EXPECT_EQ(shown["why"], "slow down");
  EXPECT_EQ(shown["until_ms"], 1'795'317'000'000);
  const json totals = read("own", limit)["totals"];
  EXPECT_EQ(totals["rate_limited"], true);
  EXPECT_EQ(totals["rate_limited_until_ms"], 1'795'317'000'000);
  EXPECT_EQ(totals["rate_limited_why"], "slow down");
  const json none = read("own", "{\"type\":\"session\",\"id\":\"s\"}\n")["totals"];
  EXPECT_EQ(none["rate_limited"], false);
  EXPECT_TRUE(none["rate_limited_until_ms"].is_null());
  EXPECT_EQ(none["rate_limited_why"], "");
}

TEST_F(Transcript, SaysWhatSuchARunWouldCountAs) {
  EXPECT_EQ(ending("coder", kInit + kDone), "finished ok");
  EXPECT_EQ(ending("coder", kInit), "no line says finished: such a run would not count as done");
  EXPECT_EQ(ending("own", "{\"type\":\"end\",\"ok\":false,\"error\":\"gave up\"}\n"), "failed: gave up");
  EXPECT_EQ(ending("own", "{\"type\":\"limit\",\"message\":\"slow down\"}\n"),
            "no line says finished, and the limit still stands: the provider would rest");
  EXPECT_EQ(ending("prose", "hello\n"),
            "the exit status decides: this agent type maps no line to `finished`");
}

TEST_F(Transcript, ALineWithoutAnEndIsALineToo) {
  EXPECT_EQ(read("prose", "one\ntwo")["lines"].size(), 2U);
  EXPECT_EQ(read("prose", "\n\n")["lines"].size(), 2U) << "an empty one too";
}

TEST_F(Transcript, IsRefusedWithTheWayOut) {
  EXPECT_EQ(sample.refusal("agents.test", {{"type", "coder"}, {"text", ""}}),
            "usage: the transcript - is empty | record one: the agent's command > FILE");
  EXPECT_EQ(sample.refusal("agents.test", {{"type", "coder"}, {"text", ""}, {"file", "run.jsonl"}}),
            "usage: the transcript run.jsonl is empty | record one: the agent's command > FILE");
  EXPECT_EQ(
      sample.refusal("agents.test", {{"type", "codr"}, {"text", "x"}}),
      "usage: there is no agent type `codr`: did you mean `coder`? | .orchestrate/agents.toml has: coder, "
      "own, prose");
  EXPECT_EQ(sample.refusal("agents.test", {{"text", "x"}}),
            "usage: `type` is missing | An agent type of agents.toml");
}

}  // namespace
}  // namespace orchestrate::api
