#include "tests/spawners/shim/step_run.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "system/lock.h"

namespace orchestrate::shim {
namespace {

constexpr auto deadline = std::chrono::seconds(30);

std::filesystem::path new_directory() {
  std::string path = testing::TempDir() + "shim_XXXXXX";
  if (mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp " + path);
  return path;
}

}  // namespace

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

int await_status(pid_t pid) {
  int status = 0;
  if (!eventually([&] { return waitpid(pid, &status, WNOHANG) == pid; })) {
    kill(pid, SIGKILL);
    waitpid(pid, nullptr, 0);
    return -1;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool is_dead(pid_t pid) {
  if (kill(pid, 0) != 0) return true;
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(stat, text);
  const std::size_t name_end = text.rfind(')');
  return name_end == std::string::npos || text.substr(name_end + 2, 1) == "Z";
}

StepRun::StepRun(const std::vector<std::string>& target) : dir_(new_directory()) {
  std::vector<std::string> argv{TARGET_PROGRAM};
  argv.insert(argv.end(), target.begin(), target.end());
  launch = {{"version", 1},
            {"argv", argv},
            {"cwd", dir_.string()},
            {"stdin", ""},
            {"wall_ms", 60'000},
            {"silence_ms", 60'000},
            {"grace_ms", default_grace_ms},
            {"output_bytes", 1 << 20},
            {"stop_on_output_limit", true}};
}

StepRun::~StepRun() {
  if (shim_ > 0) {
    // The second TERM cuts the grace short.
    static_cast<void>(eventually([this] {
      kill(shim_, SIGTERM);
      return waitpid(shim_, nullptr, WNOHANG) != 0;
    }));
  }
  std::filesystem::remove_all(dir_);
}

pid_t StepRun::spawn_shim() const {
  std::vector<char*> environment;
  for (const std::string& entry : env)
    environment.push_back(const_cast<char*>(entry.c_str()));
  environment.push_back(nullptr);
  const std::string path = dir_.string();
  const pid_t pid = fork();
  if (pid == 0) {
    before_exec();
    execle(SHIM_PROGRAM, SHIM_PROGRAM, path.c_str(), nullptr, environment.data());
    _exit(123);
  }
  return pid;
}

void StepRun::start() {
  if (!has("launch.json")) write("launch.json", launch.dump());
  shim_ = spawn_shim();
}

int StepRun::wait() {
  return await_status(std::exchange(shim_, -1));
}

int StepRun::run() {
  start();
  return wait();
}

void StepRun::signal_shim(int number) const {
  kill(shim_, number);
}

bool StepRun::lock_is_free() const {
  return system::lock_state(dir_ / "lock") == system::LockState::free;
}

bool StepRun::has(const std::string& name) const {
  return std::filesystem::exists(dir_ / name);
}

std::string StepRun::text(const std::string& name) const {
  std::ifstream file(dir_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void StepRun::write(const std::string& name, const std::string& content) const {
  std::ofstream(dir_ / name, std::ios::binary) << content;
}

nlohmann::json StepRun::record() const {
  return nlohmann::json::parse(text("exit.json"), nullptr, /*allow_exceptions=*/false);
}

bool StepRun::await_text(const std::string& name, const std::string& part) const {
  return eventually([&] { return text(name).find(part) != std::string::npos; });
}

pid_t StepRun::await_pid() const {
  return await_text("stdout", "\n") ? static_cast<pid_t>(std::stol(text("stdout"))) : -1;
}

}  // namespace orchestrate::shim
