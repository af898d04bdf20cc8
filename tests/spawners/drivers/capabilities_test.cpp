// The table of docs/agents.md is what the drivers say of themselves.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <sstream>

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {
namespace {

constexpr const char* begin_mark = "<!-- capabilities: checked against the drivers -->\n";
constexpr const char* end_mark = "<!-- end of capabilities -->";

const char* yes(bool offered) {
  return offered ? "yes" : "-";
}

std::string row(const std::string& name, const Traits& t) {
  std::ostringstream line;
  line << "| " << name << " | " << t.measured << " | " << t.provider << " | "
       << (t.states_version ? "its records" : "`--version`, once") << " | " << yes(t.takes_max_turns) << " | "
       << yes(t.takes_max_cost) << " | " << yes(t.states_tokens) << " | " << yes(t.states_cost) << " | "
       << yes(t.resumes) << " | " << t.startup_ms / 1000 << " s |\n";
  return line.str();
}

std::string table() {
  std::string text =
      "| CLI | measured | `provider` unless you say otherwise | version from | `max_turns` | `max_cost_usd` | "
      "tokens | cost | goes on in a session | may be silent at first |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const auto& name : driver_names()) {
    const Traits& traits = find_driver(name)->traits;
    if (!traits.command.empty()) text += row(name, traits);
  }
  return text;
}

TEST(Capabilities, AreWhatTheDocumentationSays) {
  std::ifstream file(ORCHESTRATE_SOURCE_DIR "/docs/agents.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto begin = text.find(begin_mark);
  const auto end = text.find(end_mark);
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const auto from = begin + std::string(begin_mark).size();
  EXPECT_EQ(text.substr(from, end - from), table());
}

TEST(Capabilities, EveryCliHasItsPageAndSaysWhatItNeeds) {
  for (const auto& name : driver_names()) {
    const Traits& traits = find_driver(name)->traits;
    if (traits.command.empty()) continue;
    EXPECT_TRUE(std::ifstream(ORCHESTRATE_SOURCE_DIR "/docs/agents/" + name + ".md").good()) << name;
    EXPECT_FALSE(traits.measured.empty()) << name;
    EXPECT_GE(traits.startup_ms, 10'000) << name;
  }
}

}  // namespace
}  // namespace orchestrate::spawners
