// Pages of what checks a project: places with carets, findings with fixes, and every note of a transcript.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/api/cli/pages/shown.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using test::shown;
using test::status_of;

TEST(SetupPages, OfTheConfigurationShowEachProblemAtItsPlaceAndCountThem) {
  json answer = {{"ok", true}, {"errors", json::array()}, {"agent_types", 3}, {"rules", 2}};
  EXPECT_EQ(shown("config.check", answer), "the configuration is valid: 3 agent types, 2 rules\n");
  EXPECT_EQ(status_of("config.check", answer), 0);
  answer["ok"] = false;
  const json problem = {{"file", ".orchestrate/routing.toml"},
                        {"line", 1},
                        {"column", 11},
                        {"width", 7},
                        {"message", "there is no agent type `workr`"},
                        {"hint", "did you mean `worker`?"},
                        {"source", "default = \"workr\""}};
  answer["errors"] = json::array({problem});
  const std::string page = shown("config.check", answer);
  EXPECT_TRUE(page.starts_with(".orchestrate/routing.toml:1:11: error: there is no agent type `workr`\n"))
      << page;
  EXPECT_NE(page.find("1 | default = \"workr\"\n     |           ^~~~~~~"), std::string::npos) << page;
  EXPECT_NE(page.find("did you mean `worker`?"), std::string::npos) << page;
  EXPECT_TRUE(page.ends_with("\n1 problem\n")) << page;
  EXPECT_EQ(status_of("config.check", answer), 2);
  answer["errors"].push_back(problem);
  EXPECT_TRUE(shown("config.check", answer).ends_with("\n2 problems\n"));
}

TEST(SetupPages, OfTheDoctorAreColouredByWhatIsWrong) {
  const json findings = json::parse(R"([{"status": "ok", "subject": "git", "text": "2.39", "fix": ""},
    {"status": "warn", "subject": "disk \u001b[2J", "text": "little", "fix": "free \u001b[2J some"},
    {"status": "FAIL", "subject": "coder", "text": "no CLI", "fix": "install it"}])");
  EXPECT_EQ(shown("doctor.check", findings),
            "ok    git        2.39\n"
            "warn  disk \xEF\xBF\xBD[2J  little\n"
            "      -> free \xEF\xBF\xBD[2J some\n"
            "FAIL  coder      no CLI\n"
            "      -> install it\n"
            "\nnot ready: 1 problem, 1 warning\n");
  const std::string coloured = shown("doctor.check", findings, true);
  EXPECT_NE(coloured.find("\x1B[33mwarn"), std::string::npos) << coloured;
  EXPECT_NE(coloured.find("\x1B[31mFAIL"), std::string::npos) << coloured;
  EXPECT_EQ(coloured.find("\x1B[2J"), std::string::npos);
}

// The words for one note, on a line of its own.
std::string of_note(const json& note) {
  json totals = json::parse(
      R"({"session_id": "", "tokens_in": 0, "tokens_out": 0, "cost_usd": 0.0, "rate_limited": false,
    "lines": 1, "unknown_lines": 0, "ending": "finished ok"})");
  const json answer = {
      {"lines", json::array({{{"line", 1}, {"known", true}, {"notes", json::array({note})}}})},
      {"totals", totals}};
  const std::string page = shown("agents.test", answer);
  return page.substr(0, page.find('\n'));
}

TEST(SetupPages, OfATranscriptHaveWordsForEveryNote) {
  const std::pair<const char*, const char*> notes[] = {
      {R"({"kind": "session", "id": "s-1"})", "session s-1"},
      {R"({"kind": "text", "text": "Reading"})", "text Reading"},
      {R"({"kind": "tool", "name": "Bash", "summary": "make"})", "tool Bash: make"},
      {R"({"kind": "tool", "name": "Bash", "summary": ""})", "tool Bash"},
      {R"({"kind": "usage", "tokens_in": 1, "tokens_out": 2, "cost_usd": 0.5, "adds": false})",
       "tokens 1 in 2 out, cost $0.50"},
      {R"({"kind": "usage", "tokens_in": null, "tokens_out": 2, "cost_usd": null, "adds": true})",
       "+ tokens 2 out"},
      {R"({"kind": "usage", "tokens_in": null, "tokens_out": null, "cost_usd": 0.5, "adds": false})",
       "cost $0.50"},
      {R"({"kind": "rate_limit", "until_ms": 1795317000000, "why": "slow down"})",
       "rate limited until 2026-11-22T03:10:00Z: slow down"},
      {R"({"kind": "rate_limit", "until_ms": null, "why": "slow down"})", "rate limited: slow down"},
      {R"({"kind": "denied", "tool": "Bash"})", "refused Bash"},
      {R"({"kind": "error", "failure": "credit", "text": "no money"})", "error (credit): no money"},
      {R"({"kind": "request", "answered": false})", "the model is asked"},
      {R"({"kind": "request", "answered": true})", "the model answered"},
      {R"({"kind": "finished", "ok": true, "text": "x"})", "finished ok"},
      {R"({"kind": "finished", "ok": false, "text": "gave\u001b[2J up"})", "failed: gave\xEF\xBF\xBD[2J up"}};
  for (const auto& [note, words] : notes)
    EXPECT_EQ(of_note(json::parse(note)), std::string("    1  ") + words);
  EXPECT_EQ(of_note(json::parse(R"({"kind": "text", "text": ")" + std::string(500, 'x') + "\"}")),
            "    1  text " + std::string(94, 'x') + "\u2026");
}

TEST(SetupPages, OfATranscriptEndWithTheTotals) {
  const json answer = json::parse(R"({"lines": [{"line": 123456, "known": false, "notes": []},
    {"line": 7, "known": true, "notes": []}], "totals": {"session_id": "", "tokens_in": 1, "tokens_out": 2,
    "cost_usd": 0.25, "rate_limited": true, "rate_limited_until_ms": null, "rate_limited_why": "slow down", "lines": 2,
    "unknown_lines": 1, "ending": "failed: gave up"}})");
  EXPECT_EQ(shown("agents.test", answer),
            "123456  ?\n"
            "    7  -\n"
            "\n"
            "session  none\n"
            "tokens   1 in, 2 out\n"
            "cost     $0.25\n"
            "limit    stands: slow down\n"
            "lines    2, 1 unknown\n"
            "end      failed: gave up\n");
}

}  // namespace
}  // namespace orchestrate::api
