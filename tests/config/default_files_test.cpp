#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "config/config.h"
#include "tests/config/project_folder.h"

namespace orchestrate::config {
namespace {

using Words = std::vector<std::string>;

const Words kClis = {"claude", "codex", "gemini", "opencode", "aider", "goose"};

Loaded load_defaults(const std::string& project_name, const Words& found) {
  const ProjectFolder folder;
  for (const auto& [file, text] : default_files(project_name, found))
    folder.write(file, text);
  Known known = known_names();
  for (const auto& name : Words(kClis.begin() + 1, kClis.end()))
    known.drivers.push_back({name, name, name, true});
  return config::load(folder.path(), known);
}

std::string target(const Loaded& loaded, const routing::Query& query) {
  std::vector<routing::Candidate> candidates;
  for (const auto& [name, agent_type] : loaded.config.agent_types)
    candidates.push_back({name, agent_type.fallback, false, true, ""});
  return routing::route(loaded.config.rules, query, candidates).to;
}

// Of all CLIs, with a repository and without.
std::vector<Words> every_subset() {
  std::vector<Words> all;
  for (unsigned bits = 0; bits < 1U << (kClis.size() + 1); ++bits) {
    Words found;
    for (std::size_t i = 0; i < kClis.size(); ++i) {
      if ((bits >> i & 1U) != 0) found.push_back(kClis[i]);
    }
    if ((bits >> kClis.size()) != 0) found.emplace_back("repository");
    all.push_back(found);
  }
  return all;
}

bool holds(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

TEST(DefaultFiles, LoadWithoutErrorsWhateverWasFound) {
  for (const Words& found : every_subset()) {
    const Loaded loaded = load_defaults("shop", found);
    EXPECT_EQ(brief(loaded.errors), "");
    const auto& types = loaded.config.agent_types;
    EXPECT_EQ(types.contains("development-lead"), holds(found, "claude"));
    for (const auto& name : Words(kClis.begin() + 1, kClis.end()))
      EXPECT_EQ(types.contains(name), holds(found, name)) << name;
  }
}

TEST(DefaultFiles, SendWhatNobodyIsNamedForToTheFirstThatIsThere) {
  for (const Words& found : every_subset()) {
    const auto first = std::find_if(kClis.begin(), kClis.end(),
                                    [&found](const std::string& name) { return holds(found, name); });
    std::string expected = first == kClis.end() ? routing::kHuman : *first;
    if (expected == "claude") expected = "development-lead";
    EXPECT_EQ(target(load_defaults("shop", found), {}), expected);
  }
}

TEST(DefaultFiles, GiveEachOtherCliAnAgentTypeThatIsAskedForByItsName) {
  const Loaded loaded = load_defaults("shop", kClis);
  for (const auto& name : Words(kClis.begin() + 1, kClis.end())) {
    routing::Query query;
    query.needs = {name};
    EXPECT_EQ(target(loaded, query), name);
    const auto& agent_type = loaded.config.agent_types.at(name);
    EXPECT_EQ(agent_type.capabilities, Words{name});
    EXPECT_FALSE(agent_type.profile.env_pass.empty());
  }
}

TEST(DefaultFiles, CloneARepositoryAndNeedNoneElsewhere) {
  EXPECT_EQ(load_defaults("shop", {"repository"}).config.workspace.kind, workspaces::Kind::clone);
  EXPECT_EQ(load_defaults("shop", {}).config.workspace.kind, workspaces::Kind::scratch);
}

TEST(DefaultFiles, SurviveAnyProjectName) {
  EXPECT_EQ(load_defaults("shop", {}).config.project_name, "shop");
  EXPECT_EQ(load_defaults("", {}).config.project_name, "project");
  for (const std::string& name : {std::string("a\"b\\c\nd\0e", 9), std::string("\xff\xc3"),
                                  std::string(5000, 'x'), std::string("@default_agents@ )toml\"")}) {
    const Loaded loaded = load_defaults(name, {"claude"});
    EXPECT_EQ(brief(loaded.errors), "");
    EXPECT_FALSE(loaded.config.project_name.empty());
  }
}

TEST(DefaultFiles, SayWhatHoldsAnyway) {
  const Config written = load_defaults("shop", {"claude", "repository"}).config;
  const Config built_in;
  EXPECT_EQ(written.dispatch.max_parallel, built_in.dispatch.max_parallel);
  EXPECT_EQ(written.dispatch.auto_spawn, built_in.dispatch.auto_spawn);
  EXPECT_EQ(written.dispatch.aging_ms, built_in.dispatch.aging_ms);
  EXPECT_EQ(written.night.until, built_in.night.until);
  EXPECT_DOUBLE_EQ(written.limits.session_cost_usd, built_in.limits.session_cost_usd);
  EXPECT_DOUBLE_EQ(written.limits.task_cost_usd, built_in.limits.task_cost_usd);
  EXPECT_EQ(written.limits.task_attempts, built_in.limits.task_attempts);
  EXPECT_EQ(written.limits.task_wall_ms, built_in.limits.task_wall_ms);
  EXPECT_TRUE(written.checks.commands.empty());
  EXPECT_EQ(written.checks.fresh, built_in.checks.fresh);
  EXPECT_EQ(written.checks.baseline, built_in.checks.baseline);
  EXPECT_EQ(written.checks.wall_ms, built_in.checks.wall_ms);
  EXPECT_EQ(written.workspace.kind, built_in.workspace.kind);
  EXPECT_EQ(written.workspace.root, built_in.workspace.root);
  EXPECT_EQ(written.workspace.branch, built_in.workspace.branch);
  EXPECT_EQ(written.workspace.keep_failed, built_in.workspace.keep_failed);
  EXPECT_EQ(written.workspace.publish, built_in.workspace.publish);
  EXPECT_EQ(written.workspace.author, built_in.workspace.author);
  EXPECT_EQ(written.retention.runs_ms, built_in.retention.runs_ms);
  EXPECT_EQ(written.retention.archive, built_in.retention.archive);
  EXPECT_EQ(written.retention.max_disk_bytes, built_in.retention.max_disk_bytes);
  EXPECT_EQ(written.retention.free_disk_floor_bytes, built_in.retention.free_disk_floor_bytes);
}

TEST(DefaultFiles, RouteByCapabilityWhenClaudeIsThere) {
  const Loaded loaded = load_defaults("shop", {"claude"});
  EXPECT_EQ(loaded.config.agent_types.size(), 7U);
  const std::map<std::string, std::string> expected = {{"architecture", "decision-architect"},
                                                       {"backend", "backend-specialist"},
                                                       {"frontend", "ui-specialist-pro"},
                                                       {"ui", "ui-specialist-pro"},
                                                       {"testing", "quality-lead"},
                                                       {"integration", "development-lead"},
                                                       {"deployment", "operations-lead"},
                                                       {"shell", "shell"},
                                                       {"poetry", "development-lead"}};
  for (const auto& [need, agent_type] : expected) {
    routing::Query query;
    query.needs = {need};
    EXPECT_EQ(target(loaded, query), agent_type) << need;
  }
}

TEST(DefaultFiles, SendStrategyToAPersonAndCommandsToTheShell) {
  for (const Words& found : every_subset()) {
    const Loaded loaded = load_defaults("shop", found);
    for (const auto& [type, to] : std::map<std::string, std::string>{
             {"ARCHITECTURE", "human"}, {"STRATEGIC", "human"}, {"SCRIPT", "shell"}}) {
      routing::Query query;
      query.type = type;
      query.needs = {"backend"};
      EXPECT_EQ(target(loaded, query), to) << type;
    }
  }
}

TEST(DefaultFiles, WithoutAnyCliOnlyTheShellWorksAndPeopleDoTheRest) {
  const Loaded loaded = load_defaults("shop", {});
  ASSERT_EQ(loaded.config.agent_types.size(), 1U);
  EXPECT_FALSE(loaded.config.agent_types.at("shell").expects_changes);
  EXPECT_EQ(target(loaded, {}), routing::kHuman);
}

// What a line is about: its table, or its key.
std::string subject(const std::string& line) {
  const std::string words = line.substr(0, line.find(line.front() == '[' ? ']' : '='));
  return words.substr(0, words.find_last_not_of(' ') + 1);
}

TEST(DefaultFiles, ExplainEveryLine) {
  for (const Words& found : every_subset()) {
    for (const auto& [file, text] : default_files("shop", found)) {
      std::istringstream lines(text);
      std::set<std::string> explained;
      std::string above;
      for (std::string line; std::getline(lines, line); above = line) {
        if (line.empty() || line.starts_with("#")) continue;
        const bool here = line.find(" # ") != std::string::npos || above.starts_with("#");
        if (here) explained.insert(subject(line));
        EXPECT_TRUE(explained.contains(subject(line)))
            << file << ": " << line << ": neither here nor further up";
      }
    }
  }
}

TEST(DefaultFiles, HoldNoTraceOfHowTheyAreMade) {
  for (const Words& found : every_subset()) {
    for (const auto& [file, text] : default_files("shop", found)) {
      EXPECT_EQ(text.find("#["), std::string::npos) << file;
      EXPECT_EQ(text.find('@'), std::string::npos) << file;
      std::istringstream lines(text);
      for (std::string line; std::getline(lines, line);)
        EXPECT_LE(line.size(), 130U) << line;
    }
  }
}

}  // namespace
}  // namespace orchestrate::config
