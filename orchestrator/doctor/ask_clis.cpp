#include "orchestrator/doctor/ask_clis.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

#include "orchestrator/project/agent_program.h"
#include "system/process.h"
#include "text/version.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;
using spawners::Profile;
using std::chrono::seconds;

constexpr seconds kUsualLimit{10};
constexpr seconds kSlowLimit{30};
constexpr std::int64_t kSlowStartMs = 60'000;
constexpr int kUsage = 2;
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

using Words = std::vector<std::string>;

// Of a CLI we know the whole command prefix ("nice claude"); of one we do not know, only its first word is
// safe to ask: what follows may make it work.
Words command_with(const Words& question, const Profile& profile, const spawners::Traits& traits) {
  Words argv = profile.command;
  if (traits.command.empty()) argv.resize(1);
  argv.insert(argv.end(), question.begin(), question.end());
  return argv;
}

// One process that was asked; it is killed before its HOME goes.
class Question {
 public:
  void ask(const Words& question, const Profile& profile, const spawners::Traits& traits,
           const std::string& program, const std::vector<std::string>& environment) {
    question_ = question.front();
    answer_.program = program;
    limit_ = traits.startup_ms > kSlowStartMs ? kSlowLimit : kUsualLimit;
    system::ProcessSpec spec;
    spec.program = program;
    spec.argv = command_with(question, profile, traits);
    spec.environment = environment_in(profile, home_.path(), environment);
    spec.cwd = home_.path().empty() ? "/" : home_.path();
    spec.time_limit = limit_;
    spec.output_limit_bytes = kOutputBytes;
    try {
      process_ = std::make_unique<system::Process>(spec);
    } catch (const std::system_error& e) {
      answer_.trouble = e.what();
    }
  }

  const Answer& answer() {
    if (!process_) return answer_;
    try {
      take(process_->finish());
    } catch (const std::system_error& e) {
      answer_.trouble = e.what();
    }
    process_.reset();
    return answer_;
  }

 private:
  void take(const system::ProcessResult& result) {
    answer_.exit_code = result.exit_code;
    answer_.said = text::version_line(result.out).empty() ? result.err : result.out;
    if (result.timed_out) {
      answer_.trouble = question_ + " took more than " + std::to_string(limit_.count()) + " s";
    } else if (result.output_limit) {
      answer_.trouble = question_ + " prints without end";
    } else if (result.exit_code != 0) {
      answer_.trouble =
          question_ + " exits " + std::to_string(result.exit_code) + ": " + text::last_line(answer_.said);
    }
  }

  PassingHome home_;
  std::unique_ptr<system::Process> process_;
  std::string question_;
  Answer answer_;
  seconds limit_{};
};

// The same question, to the same program in the same environment, is asked once.
class Questions {
 public:
  explicit Questions(const std::vector<std::string>& environment) : environment_(environment) {}

  Question* ask(const Words& question, const Profile& profile, const spawners::Traits& traits,
                const std::string& program) {
    Words same = command_with(question, profile, traits);
    same.push_back(program);
    for (auto& variable : environment_in(profile, "", environment_))
      same.push_back(std::move(variable));
    const auto [asked, is_new] = asked_.try_emplace(std::move(same));
    if (is_new) asked->second.ask(question, profile, traits, program, environment_);
    return &asked->second;
  }

 private:
  const std::vector<std::string>& environment_;
  std::map<Words, Question> asked_;
};

struct Asked {
  Question* version = nullptr;
  Question* sandbox = nullptr;
};

bool rests_on_sandbox(const Profile& profile, const spawners::Traits& traits) {
  return !traits.sandbox_trial.empty() && profile.permissions != spawners::Permissions::full;
}

}  // namespace

std::map<std::string, Answers> ask_clis(const std::map<std::string, config::AgentType>& agent_types,
                                        const std::vector<std::string>& environment) {
  Questions questions(environment);
  std::map<std::string, Asked> asked;
  for (const auto& [name, agent_type] : agent_types) {
    const Profile& profile = agent_type.profile;
    const auto* driver = spawners::find_driver(profile.driver);
    const std::string found = agent_program(profile, environment, this_machine());
    if (driver == nullptr || found.empty()) continue;
    const spawners::Traits& traits = driver->traits;
    const std::string program = fs::absolute(found).string();
    asked[name].version = questions.ask({"--version"}, profile, traits, program);
    if (rests_on_sandbox(profile, traits))
      asked[name].sandbox = questions.ask(traits.sandbox_trial, profile, traits, program);
  }
  std::map<std::string, Answers> answers;
  for (const auto& [name, of] : asked) {
    answers[name].version = of.version->answer();
    // Another version may not know the question: then nothing is known.
    if (of.sandbox != nullptr && of.sandbox->answer().exit_code != kUsage)
      answers[name].sandbox = of.sandbox->answer();
  }
  return answers;
}

}  // namespace orchestrate
