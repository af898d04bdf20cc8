#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/json.h"
#include "api/text.h"
#include "api/verbs.h"
#include "spawners/drivers/driver.h"
#include "spawners/step_files.h"

namespace orchestrate::api {
namespace {

const Run& pick(const std::vector<Run>& runs, const LogOptions& options) {
  if (runs.empty())
    throw Refused("task " + std::to_string(options.id) + " has not been run yet\n  `orchestrate why " +
                  std::to_string(options.id) + "` says why");
  if (!options.run) return runs.back();
  for (const auto& run : runs) {
    if (run.n == *options.run) return run;
  }
  throw Refused("task " + std::to_string(options.id) + " has no attempt " + std::to_string(*options.run) +
                ": it had " + std::to_string(runs.size()));
}

// One line of the agent as a person reads it; empty: of no interest.
std::string rendered(const spawners::Driver& driver, const spawners::Profile& profile,
                     const std::string& line) {
  const bool prose = profile.output.format == spawners::OutputMapping::Format::text;
  if (prose && !driver.writes_terminal_record(profile)) return printable(line);
  std::string text;
  for (const auto& note : driver.read(profile, line).notes) {
    if (const auto* said = std::get_if<spawners::TextNote>(&note)) text += said->text + "\n";
    if (const auto* tool = std::get_if<spawners::ToolNote>(&note))
      text += "> " + tool->name + " " + tool->summary + "\n";
    if (const auto* limit = std::get_if<spawners::RateLimitNote>(&note))
      text += "! limit: " + limit->why + "\n";
    if (const auto* denied = std::get_if<spawners::DeniedNote>(&note))
      text += "! refused: " + denied->tool + "\n";
    if (const auto* end = std::get_if<spawners::FinishedNote>(&note))
      text += (end->ok ? "= finished" : "= failed: " + end->text) + std::string("\n");
  }
  if (!text.empty()) text.pop_back();
  return printable(text, true);
}

std::vector<std::string> stream_files(const std::string& dir, const std::string& stream) {
  std::vector<std::string> files = {stream};
  if (const auto record = spawners::read_exit(dir)) {
    const auto& tail = stream == "stderr" ? record->stderr_tail : record->stdout_tail;
    files.insert(files.end(), tail.begin(), tail.end());
  }
  return files;
}

}  // namespace

int log(const Context& context, const LogOptions& options) {
  auto opened = open_project(context, false);
  (void)task_or_refuse(*opened.store, options.id);
  const auto runs = opened.store->runs_of(options.id);
  const Run& run = pick(runs, options);
  const int step = opened.store->agent_step(run.id);
  if (step == 0) throw Refused("its agent was not started: " + (run.why.empty() ? run.phase : run.why));
  const std::string dir = opened.project.paths.runs + "/" + std::to_string(run.id) +
                          (step < 10 ? "/0" : "/") + std::to_string(step) + "-agent";
  const auto* driver = spawners::find_driver(run.driver);
  const auto& agent_types = opened.project.config.agent_types;
  const auto agent_type = agent_types.find(run.agent_type);
  const spawners::Profile profile =
      agent_type == agent_types.end() ? spawners::Profile() : agent_type->second;
  const std::string stream = options.stderr_only ? "stderr" : "stdout";
  bool first = true;
  for (const auto& file : stream_files(dir, stream)) {
    std::ifstream in(dir + "/" + file, std::ios::binary);
    if (!first) *context.out << "\n[... cut: the output limit was reached ...]\n";
    first = false;
    if (options.raw) {
      if (in.peek() != std::ifstream::traits_type::eof()) *context.out << in.rdbuf();
      continue;
    }
    for (std::string line; std::getline(in, line);) {
      const std::string text =
          driver != nullptr && !options.stderr_only ? rendered(*driver, profile, line) : printable(line);
      if (!text.empty()) *context.out << text << "\n";
    }
  }
  return 0;
}

}  // namespace orchestrate::api
