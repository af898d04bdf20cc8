// `agent test`: what a mapping makes of a recorded run.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/cli/verbs.h"

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
  AgentTest() {
    std::string name = testing::TempDir() + "agent_test_XXXXXX";
    root_ = ::mkdtemp(name.data());
    std::filesystem::create_directory(root_ + "/.orchestrate");
    std::ofstream(root_ + "/.orchestrate/agents.toml") << kAgents;
  }
  ~AgentTest() override { std::filesystem::remove_all(root_); }

  std::string look(const std::string& type, const std::string& run, bool as_json = false) {
    std::ofstream(root_ + "/run.jsonl", std::ios::binary) << run;
    std::ostringstream out;
    std::ostringstream err;
    Context context;
    context.out = &out;
    context.err = &err;
    context.directory = root_;
    context.json = as_json;
    EXPECT_EQ(agent_test(context, type, root_ + "/run.jsonl"), 0);
    return out.str();
  }

  std::string root_;
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
  Context context;
  context.directory = root_;
  const auto why = [&](const std::string& type, const std::string& file) -> std::string {
    try {
      (void)agent_test(context, type, file);
    } catch (const UsageError& e) {
      return e.what();
    }
    return {};
  };
  EXPECT_EQ(
      why("onw", "x"),
      "there is no agent type `onw`: did you mean `own`?\n  .orchestrate/agents.toml has: careful, own, prose");
  EXPECT_NE(why("nobody", "x").find("agents.toml has: careful, own, prose"), std::string::npos);
  EXPECT_NE(why("own", root_ + "/absent").find("cannot be read"), std::string::npos);
  EXPECT_NE(why("own", root_).find("cannot be read"), std::string::npos) << "a folder";
}

}  // namespace
}  // namespace orchestrate::api
