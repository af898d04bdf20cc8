// `log`: what an agent printed, rendered for people, also while it is being printed.
#include <fcntl.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string_view>

#include "api/cli/verb.h"
#include "api/operations/rows/json.h"
#include "api/operations/rows/task_values.h"
#include "orchestrator/session/process/session_lock.h"
#include "spawners/drivers/driver.h"
#include "spawners/step/step_files.h"
#include "spawners/step/step_id.h"
#include "system/descriptor.h"
#include "system/watch.h"
#include "text/display.h"

namespace orchestrate::api {
namespace {

using text::printable;

using nlohmann::json;

struct LogOptions {
  std::int64_t id = 0;
  std::optional<int> run;
  bool raw = false, stderr_only = false, follow = false;
};

constexpr int kLookAgain_ms = 1000;  // for what no file tells: that a session or a shim has died

const Run& pick(const std::vector<Run>& runs, const LogOptions& options) {
  if (runs.empty())
    throw Refused(Code::refused, "task " + std::to_string(options.id) + " has not been run yet",
                  "`orchestrate why " + std::to_string(options.id) + "` shows why");
  if (!options.run) return runs.back();
  for (const auto& run : runs) {
    if (run.n == *options.run) return run;
  }
  throw Refused(Code::not_found, "task " + std::to_string(options.id) + " has no attempt " +
                                     std::to_string(*options.run) + ": it had " +
                                     std::to_string(runs.size()));
}

// One line of the agent as a person reads it; an empty text: of no interest.
struct Rendered {
  std::string text;
  std::string piece_of;  // a piece of a text that goes on: no newline after it
};

Rendered rendered(const spawners::Driver& driver, const spawners::Profile& profile, const std::string& line) {
  const bool prose = profile.output.format == spawners::OutputMapping::Format::text;
  if (prose && !driver.writes_terminal_record(profile)) return {printable(line), ""};
  std::string text;
  std::string piece_of;
  for (const auto& note : driver.read(profile, "stdout", line).notes) {
    if (const auto* said = std::get_if<spawners::TextNote>(&note)) {
      text += said->text + "\n";
      piece_of = said->piece_of;
    }
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
  return {printable(text, true), std::move(piece_of)};
}

// What an agent printed, as it comes in pieces.
class Printer {
 public:
  Printer(const Context& context, const LogOptions& options, const Opened& opened, const Run& run)
      : context_(context),
        options_(options),
        dir_(opened.project->paths.runs + "/" +
             spawners::step_id(run.id, opened.store->steps.agent_of(run.id), spawners::kAgentStep)),
        stream_(options.stderr_only ? "stderr" : "stdout"),
        driver_(options.stderr_only ? nullptr : spawners::find_driver(run.driver)) {
    const auto& agent_types = opened.project->config.agent_types;
    if (const auto found = agent_types.find(run.agent_type); found != agent_types.end())
      profile_ = found->second.profile;
  }

  [[nodiscard]] const std::string& dir() const { return dir_; }

  // What is there beyond what was printed already.
  void print_more() {
    if (!head_.is_open()) open_output(head_, stream_);
    print(head_);
    context_.out->flush();
  }

  // The rest, of a step that has ended.
  void print_rest() {
    print_more();
    end_line();
    const auto record = spawners::read_exit(dir_);
    if (!record) return;
    for (const auto& name : options_.stderr_only ? record->stderr_tail : record->stdout_tail) {
      if (!context_.json) *context_.out << "\n[... cut: the output limit was reached ...]\n";
      std::ifstream tail;
      open_output(tail, name);
      print(tail);
      end_line();
    }
  }

 private:
  // An agent may have put a FIFO in its place, which nobody writes to.
  void open_output(std::ifstream& in, const std::string& name) const {
    const std::string path = dir_ + "/" + name;
    if (system::open_regular(AT_FDCWD, path)) in.open(path, std::ios::binary);
  }

  void print(std::ifstream& in) {
    in.clear();  // its end may have moved
    std::string piece(64 << 10, '\0');
    while (in.read(piece.data(), static_cast<std::streamsize>(piece.size())), in.gcount() > 0)
      take({piece.data(), static_cast<std::size_t>(in.gcount())});
  }

  void take(std::string_view bytes) {
    if (options_.raw && !context_.json) {
      *context_.out << bytes;
      return;
    }
    for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
      line_ += bytes.substr(0, end);
      bytes.remove_prefix(end + 1);
      print_line();
    }
    line_ += bytes;
  }

  void end_line() {
    if (!line_.empty()) print_line();
    end_piece("");
  }

  // The text whose pieces were printed ends where another one begins.
  void end_piece(const std::string& next) {
    if (!piece_of_.empty() && piece_of_ != next) *context_.out << "\n";
    piece_of_ = next;
  }

  void print_line() {
    const Rendered line =
        driver_ != nullptr ? rendered(*driver_, profile_, line_) : Rendered{printable(line_), ""};
    if (context_.json) *context_.out << line_of({{"stream", stream_}, {"line", line_}, {"text", line.text}});
    line_.clear();
    if (context_.json) return;
    if (line.text.empty()) return;
    end_piece(line.piece_of);
    *context_.out << line.text << (line.piece_of.empty() ? "\n" : "");
  }

  const Context& context_;
  const LogOptions& options_;
  std::string dir_, stream_;
  const spawners::Driver* driver_;
  spawners::Profile profile_;
  std::ifstream head_;
  std::string line_;  // as far as it has come
  std::string piece_of_;
};

// Throws Refused when that attempt is over without its agent having started.
bool agent_started(Store& store, const Run& run) {
  if (store.steps.agent_of(run.id) != 0) return true;
  if (run.phase == RunPhase::ended)
    throw Refused(Code::refused, "its agent was not started: " + (run.why.empty() ? run.outcome : run.why));
  return false;
}

bool is_over(TaskState state) {
  return state == TaskState::done || state == TaskState::failed || state == TaskState::cancelled;
}

Run await_agent(const Context& context, const Opened& opened, const LogOptions& options,
                const system::Watch& watch) {
  for (bool told = false;; told = true) {
    const auto runs = opened.store->runs.of_task(options.id);
    const bool there = options.run ? runs.size() >= static_cast<std::size_t>(*options.run) : !runs.empty();
    if (there || is_over(task_or_refuse(*opened.store, options.id).state)) {
      const Run& run = pick(runs, options);
      if (agent_started(*opened.store, run)) return run;
    }
    if (!told) {
      *context.err << "task " << options.id << " does not run yet: waiting (`orchestrate why " << options.id
                   << "` says why)\n"
                   << std::flush;
    }
    watch.wait(kLookAgain_ms);
  }
}

int follow(const Context& context, const Opened& opened, const LogOptions& options) {
  const system::Watch watch;
  watch.directory(opened.project->paths.state);  // the database lies there
  const Run run = await_agent(context, opened, options, watch);
  Printer printer(context, options, opened, run);
  watch.directory(printer.dir());
  for (;;) {
    // Asked before the output is read: what was written until then is printed.
    const Run now = opened.store->runs.find(run.id).value_or(run);
    const bool left = now.phase != RunPhase::ended &&
                      spawners::step_lock(printer.dir()) == system::LockState::free &&
                      !session_runs(opened.project->paths.state);
    if (now.phase == RunPhase::ended || left) {
      printer.print_rest();
      *context.err << "attempt " << now.n << " of task " << now.task << ": "
                   << (left ? "no session runs; the next `orchestrate run` takes it up"
                            : printable(now.verdict.text() + (now.why.empty() ? "" : ": " + now.why)))
                   << "\n";
      return 0;
    }
    printer.print_more();
    watch.wait(kLookAgain_ms);
  }
}

int log(Context& context, const json& given) {
  LogOptions options;
  options.id = given["id"];
  if (given.contains("run")) options.run = given["run"].get<int>();
  options.raw = given["raw"];
  options.stderr_only = given["stderr"];
  options.follow = given["follow"];
  const auto opened = open_project(context, Opens::store);
  (void)task_or_refuse(*opened.store, options.id);
  if (options.follow) return follow(context, opened, options);
  const auto runs = opened.store->runs.of_task(options.id);
  const Run& run = pick(runs, options);
  if (!agent_started(*opened.store, run))
    throw Refused(Code::refused, "its agent has not been started yet: it is " + run.phase.text());
  Printer(context, options, opened, run).print_rest();
  return 0;
}

}  // namespace

Verb log_verb() {
  using namespace shape;
  Verb verb{"log",
            "Look",
            "Show the agent's output of a task's last run",
            "orchestrate log 7 --follow",
            {{"id", id(), "The task's id", true, "", {"ID"}},
             {"run", whole(1, 1'000'000), "Which attempt (default: the last)", false, "", {"", "N"}},
             {"follow", yes_no(), "Go on until the run has ended; wait for it if need be", false, "no"},
             {"raw", yes_no(), "The bytes as they are", false, "no"},
             {"stderr", yes_no(), "What it wrote to stderr", false, "no"},
             {"json", yes_no(), "One JSON object a line: the line, and how it is rendered", false, "no"}}};
  verb.run = log;
  return verb;
}

}  // namespace orchestrate::api
