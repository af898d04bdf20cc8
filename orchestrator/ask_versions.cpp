#include "orchestrator/ask_versions.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "orchestrator/agent_program.h"
#include "workspaces/process.h"
#include "workspaces/workspace.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;
using spawners::Profile;
using std::chrono::seconds;

constexpr seconds kUsualLimit{10};
constexpr seconds kSlowLimit{30};
constexpr std::int64_t kSlowStartMs = 60'000;
constexpr std::size_t kOutputBytes = 64 << 10;

// A HOME that nobody needs afterwards: a CLI may write into its own even to say its version.
class PassingHome {
 public:
  PassingHome() {
    std::error_code error;
    std::string path = (fs::temp_directory_path(error) / "orchestrate-doctor-XXXXXX").string();
    if (::mkdtemp(path.data()) != nullptr) path_ = path;
  }
  ~PassingHome() {
    std::error_code error;
    if (!path_.empty()) fs::remove_all(path_, error);
  }
  PassingHome(const PassingHome&) = delete;
  PassingHome& operator=(const PassingHome&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::vector<std::string> environment_in(Profile profile, const std::string& home,
                                        const std::vector<std::string>& environment) {
  spawners::Job job;
  job.home = home;
  job.inherited_env = environment;
  profile.home = spawners::Home::isolated;
  return spawners::child_environment(profile, job);
}

// Of a CLI we know the whole command prefix ("nice claude"); of one we do not know, only its first word is
// safe to ask: what follows may make it work.
std::vector<std::string> version_command(const Profile& profile, const spawners::Traits& traits) {
  std::vector<std::string> argv = profile.command;
  if (traits.command.empty()) argv.resize(1);
  argv.emplace_back("--version");
  return argv;
}

// One process that was asked; it is killed before its HOME goes.
class Question {
 public:
  void ask(const Profile& profile, const spawners::Traits& traits, const std::string& program,
           const std::vector<std::string>& environment) {
    answer_.program = program;
    limit_ = traits.startup_ms > kSlowStartMs ? kSlowLimit : kUsualLimit;
    workspaces::ProcessSpec spec;
    spec.program = program;
    spec.argv = version_command(profile, traits);
    spec.environment = environment_in(profile, home_.path(), environment);
    spec.cwd = home_.path().empty() ? "/" : home_.path();
    spec.time_limit = limit_;
    spec.output_limit_bytes = kOutputBytes;
    try {
      process_ = std::make_unique<workspaces::Process>(spec);
    } catch (const workspaces::WorkspaceError& e) {
      answer_.trouble = e.what();
    }
  }

  const Answer& answer() {
    if (!process_) return answer_;
    try {
      take(process_->finish());
    } catch (const workspaces::WorkspaceError& e) {
      answer_.trouble = e.what();
    }
    process_.reset();
    return answer_;
  }

 private:
  void take(const workspaces::ProcessResult& result) {
    answer_.said = version_line(result.out).empty() ? result.err : result.out;
    if (result.timed_out) {
      answer_.trouble = "--version took more than " + std::to_string(limit_.count()) + " s";
    } else if (result.output_limit) {
      answer_.trouble = "--version prints without end";
    } else if (result.exit_code != 0) {
      answer_.trouble =
          "--version exits " + std::to_string(result.exit_code) + ": " + version_line(answer_.said);
    }
  }

  PassingHome home_;
  std::unique_ptr<workspaces::Process> process_;
  Answer answer_;
  seconds limit_{};
};

}  // namespace

std::map<std::string, Answer> ask_versions(const std::map<std::string, Profile>& agent_types,
                                           const std::vector<std::string>& environment) {
  std::map<std::vector<std::string>, Question> questions;
  std::map<std::string, Question*> asked;
  for (const auto& [name, profile] : agent_types) {
    const auto* driver = spawners::find_driver(profile.driver);
    const std::string found = agent_program(profile, environment);
    if (driver == nullptr || found.empty()) continue;
    const std::string program = fs::absolute(found).string();
    auto same = version_command(profile, driver->traits());
    same.push_back(program);
    for (auto& variable : environment_in(profile, "", environment))
      same.push_back(std::move(variable));
    const auto [question, is_new] = questions.try_emplace(std::move(same));
    if (is_new) question->second.ask(profile, driver->traits(), program, environment);
    asked[name] = &question->second;
  }
  std::map<std::string, Answer> answers;
  for (const auto& [name, question] : asked)
    answers[name] = question->answer();
  return answers;
}

}  // namespace orchestrate
