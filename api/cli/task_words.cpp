#include "api/cli/task_words.h"

#include <fstream>
#include <istream>
#include <iterator>

#include "text/display.h"
#include "text/nearest.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

constexpr std::size_t kMaxDescription = 4 << 20;

std::string read_all(std::istream& in, const std::string& name) {
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) throw UsageError("cannot read " + name);
  if (text.size() > kMaxDescription)
    throw UsageError(name +
                     " is larger than 4 MiB: put it into a file of the project and name it with --spec");
  return text;
}

}  // namespace

void require_title(const std::string& title) {
  if (title.find_first_not_of(" \t\r\n") == std::string::npos) throw UsageError("a task needs a title");
}

int rank_or_refuse(const std::string& priority) {
  const auto rank = priority_rank(priority);
  if (!rank) throw UsageError("`" + priority + "` is no priority: use P0, P1, P2 or P3");
  return *rank;
}

std::int64_t time_or_refuse(const std::string& time) {
  const auto ms = parse_time_ms(time, wall_ms());
  if (!ms)
    throw UsageError("`" + time + "` is no time: write 23:30, 2026-11-22 03:10 or 2026-11-22T03:10:00Z");
  return *ms;
}

void require_command(const std::string& what, const std::string& text) {
  std::string why;
  if (!config::split_command(text, why)) {
    throw UsageError(what + " `" + text + "` cannot be split into arguments: " + why +
                     "\n  commands are never given to a shell; ask for one with: sh -c '...'");
  }
}

// "there is no agent type `bakend`: did you mean `backend`?"
const config::AgentType& agent_type_or_refuse(const std::string& agent, const Project& project) {
  const auto& known = project.config.agent_types;
  if (const auto found = known.find(agent); found != known.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [name, profile] : known)
    names.push_back(name);
  const std::string nearest = text::nearest(agent, names);
  throw UsageError("there is no agent type `" + agent + "`" +
                   (nearest.empty() ? "" : ": did you mean `" + nearest + "`?") +
                   "\n  .orchestrate/agents.toml has: " + (names.empty() ? "none" : joined(names, ", ")));
}

void require_known_agent(const std::string& agent, const Project& project) {
  if (!agent.empty() && project.errors.empty()) (void)agent_type_or_refuse(agent, project);
}

std::string read_description(const Context& context, const std::string& file) {
  if (file == "-") return read_all(*context.in, "standard input");
  std::ifstream in(file, std::ios::binary);
  if (!in) throw UsageError("cannot read " + file);
  return read_all(in, file);
}

}  // namespace orchestrate::api
