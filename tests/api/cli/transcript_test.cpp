// `agent test`: what a mapping makes of a recorded run.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/api/sample.h"

namespace orchestrate::api {
namespace {

const char* const kAgents = R"(
[agent_types.own]
driver  = "exec"
command = ["newcli"]
[agent_types.own.output]
format       = "jsonl"
session_id   = { when = { "/type" = "session" }, take = "/id" }
text         = { when = { "/type" = "message" }, take = "/text" }
tokens_in    = { when = { "/type" = "end" }, take = "/in" }
tokens_out   = { when = { "/type" = "end" }, take = "/out" }
cost_usd     = { when = { "/type" = "end" }, take = "/cost" }
finished     = { when = { "/type" = "end" } }
failed       = { when = { "/type" = "end", "/ok" = false }, take = "/error" }
rate_limited = { when = { "/type" = "error" }, until = "/at", take = "/message" }

[agent_types.careful]
driver = "claude"

[agent_types.prose]
driver  = "exec"
command = ["newcli"]
)";

class AgentTest : public testing::Test {
 protected:
  AgentTest() : sample_(kAgents) {}

  std::string look(const std::string& type, const std::string& run, bool as_json = false) {
    sample_.write("run.jsonl", run);
    std::vector<std::string> words = {"agent", "test", type, "--transcript", sample_.root() + "/run.jsonl"};
    if (as_json) words.emplace_back("--json");
    EXPECT_EQ(sample_.type(words), 0) << sample_.err();
    return sample_.out();
  }

  test::Sample sample_;
};

const std::string kGoodRun =
    "{\"type\":\"session\",\"id\":\"s-1\"}\n"
    "starting up\n"
    "{\"type\":\"debug\"}\n"
    "{\"type\":\"message\",\"text\":\"Reading \\u001b[31m the\\ncode\"}\n"
    "{\"type\":\"end\",\"ok\":true,\"in\":12,\"out\":3,\"cost\":0.01}\n";

TEST_F(AgentTest, SaysLineByLineWhatWasUnderstood) {
  EXPECT_EQ(look("own", kGoodRun),
            "    1  session s-1\n"
            "    2  ?\n"
            "    3  -\n"
            "    4  text Reading \xEF\xBF\xBD[31m the code\n"
            "    5  tokens 12 in 3 out, cost $0.01; finished ok\n"
            "\n"
            "session  s-1\n"
            "tokens   12 in, 3 out\n"
            "cost     $0.01\n"
            "lines    5, 1 unknown\n"
            "end      finished ok\n");
}

TEST_F(AgentTest, SaysThatARunWithoutAFinishingLineWouldNotCount) {
  const std::string said = look("own", "{\"type\":\"session\",\"id\":\"s-1\"}\n");
  EXPECT_NE(said.find("end      no line says finished: such a run would not count as done\n"),
            std::string::npos)
      << said;
}

TEST_F(AgentTest, ShowsALimitAndAFailure) {
  const std::string limit =
      "{\"type\":\"error\",\"at\":\"2026-11-22T03:10:00Z\",\"message\":\"slow down\"}\n";
  const std::string alone = look("own", limit);
  EXPECT_NE(alone.find("    1  rate limited until 2026-11-22T03:10:00Z: slow down; error (rate limit)"),
            std::string::npos)
      << alone;
  EXPECT_NE(alone.find("the provider would rest"), std::string::npos) << alone;
  const std::string failed = look("own", limit + "{\"type\":\"end\",\"ok\":false,\"error\":\"gave up\"}\n");
  EXPECT_NE(failed.find("    2  failed: gave up\n"), std::string::npos) << failed;
  EXPECT_NE(failed.find("limit    stands until 2026-11-22T03:10:00Z: slow down\n"), std::string::npos)
      << failed;
  EXPECT_NE(failed.find("end      failed: gave up\n"), std::string::npos) << failed;
}

TEST_F(AgentTest, TriesEveryDriver) {
  const std::string claude =
      look("careful",
           "{\"type\":\"system\",\"subtype\":\"init\",\"session_id\":\"c-1\"}\n{\"type\":\"user\"}\nx\n");
  EXPECT_EQ(claude.substr(0, claude.find("\n\n")), "    1  session c-1\n    2  -\n    3  ?");
  const std::string prose = look("prose", "hello\n");
  EXPECT_NE(prose.find("    1  text hello\n"), std::string::npos) << prose;
  EXPECT_NE(prose.find("the exit status decides"), std::string::npos) << prose;
}

TEST_F(AgentTest, SpeaksJson) {
  const auto said = nlohmann::json::parse(look("own", kGoodRun + "\xFF\n", true));
  ASSERT_EQ(said["lines"].size(), 6U);
  EXPECT_EQ(
      said["lines"][0],
      nlohmann::json::parse(
          R"({"line":1,"known":true,"notes":[{"kind":"session","id":"s-1","model":"","version":""}]})"));
  EXPECT_EQ(said["lines"][1]["known"], false);
  EXPECT_EQ(said["lines"][4]["notes"][0]["kind"], "usage");
  EXPECT_EQ(said["lines"][4]["notes"][0]["tokens_in"], 12);
  EXPECT_EQ(said["lines"][4]["notes"][1]["ok"], true);
  EXPECT_EQ(said["totals"]["session_id"], "s-1");
  EXPECT_EQ(said["totals"]["tokens_out"], 3);
  EXPECT_EQ(said["totals"]["finished"], true);
  EXPECT_EQ(said["totals"]["unknown_lines"], 2);
}

TEST_F(AgentTest, RefusesWhatIsNotThereWithTheWayOut) {
  const auto why = [&](const std::string& type, const std::string& file) {
    EXPECT_EQ(sample_.type({"agent", "test", type, "--transcript", file}), 2);
    return sample_.err();
  };
  sample_.write("some", "text");
  const std::string some = sample_.root() + "/some";
  EXPECT_EQ(why("onw", some),
            "orchestrate: there is no agent type `onw`: did you mean `own`?\n"
            "  .orchestrate/agents.toml has: careful, own, prose\n");
  EXPECT_NE(why("nobody", some).find("agents.toml has: careful, own, prose"), std::string::npos);
  EXPECT_NE(why("own", sample_.root() + "/absent").find("cannot read"), std::string::npos);
  EXPECT_NE(why("own", sample_.root()).find("cannot read"), std::string::npos) << "a folder";
}

}  // namespace
}  // namespace orchestrate::api
