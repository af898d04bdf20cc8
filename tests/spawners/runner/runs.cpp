#include "tests/spawners/runner/runs.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

namespace orchestrate::spawners {
namespace {

constexpr auto kDeadline = std::chrono::seconds(60);

struct Note {
  Watcher& watcher;

  Seen& of(const std::string& step, const char* kind) const {
    Seen& seen = watcher.seen[step];
    if (seen.kinds.empty() || seen.kinds.back() != kind) seen.kinds.emplace_back(kind);
    return seen;
  }
  void operator()(const Started& e) const { of(e.step, "Started").pid = e.pid; }
  void operator()(const Lines& e) const {
    Seen& seen = of(e.step, "Lines");
    seen.lines.insert(seen.lines.end(), e.lines.begin(), e.lines.end());
    auto& of_file = seen.of_file[e.file];
    of_file.insert(of_file.end(), e.lines.begin(), e.lines.end());
    seen.cut += e.cut;
  }
  void operator()(const Exited& e) const { of(e.step, "Exited").exit = e.record; }
  void operator()(const Lost& e) const { of(e.step, "Lost").lost = e.why; }
  void operator()(const Woken&) const { ++watcher.woken; }
  void operator()(const Signal& e) const { watcher.signals.push_back(e.number); }
};

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The second TERM cuts the grace short.
void end_shim(const std::string& dir) {
  const bool ended = eventually([&dir] {
    if (step_lock(dir) != system::LockState::held) return true;
    if (const auto record = read_started(dir)) ::kill(static_cast<pid_t>(record->shim_pid), SIGTERM);
    return false;
  });
  if (!ended) ADD_FAILURE() << "a shim in " << dir << " does not end";
}

}  // namespace

bool eventually(const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + kDeadline;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

void Watcher::take(const std::vector<Event>& events) {
  for (const auto& event : events)
    std::visit(Note{*this}, event);
}

bool Watcher::until(const std::function<bool()>& condition) {
  const std::int64_t end = runner_.now().mono_ms + std::chrono::milliseconds(kDeadline).count();
  while (!condition()) {
    if (runner_.now().mono_ms >= end) return false;
    take(runner_.wait(end));
  }
  return true;
}

const Seen& Watcher::until_over(const std::string& step) {
  EXPECT_TRUE(until([&] { return seen[step].over(); })) << step << " did not end";
  return seen[step];
}

void Watcher::for_ms(std::int64_t ms) {
  const std::int64_t end = runner_.now().mono_ms + ms;
  while (runner_.now().mono_ms < end)
    take(runner_.wait(end));
}

Runs::Runs() {
  std::string path = testing::TempDir() + "runner_XXXXXX";
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp " + path);
  root_ = path;
}

Runs::~Runs() {
  std::error_code ignored;
  std::vector<std::string> steps;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root_, ignored)) {
    if (entry.path().filename() == "lock") steps.push_back(entry.path().parent_path());
  }
  for (const auto& dir : steps)
    end_shim(dir);
  // Those whose runner went away before they ended.
  while (::waitpid(-1, nullptr, WNOHANG) > 0) {
  }
  std::filesystem::remove_all(root_);
}

std::unique_ptr<Runner> Runs::runner(const std::string& shim) const {
  LocalRunnerOptions options;
  options.shim = shim;
  options.runs_dir = root_ / "runs";
  return make_local_runner(options);
}

Step Runs::script(const std::string& id, const std::string& text) {
  Step step;
  step.id = id;
  step.launch.argv = {"/bin/sh", "-c", text};
  step.launch.env = {"PATH=/usr/bin:/bin"};
  step.launch.limits.wall_ms = 120'000;
  step.launch.limits.silence_ms = 120'000;
  step.wants_lines = true;
  return step;
}

Step counting(const std::string& id, const std::string& text) {
  return Runs::script(id, "echo once >>count; " + text);
}

std::string Runs::text(const std::string& id, const std::string& name) const {
  return contents(root_ / "runs" / id / name);
}

void Runs::write(const std::string& id, const std::string& name, const std::string& content) const {
  std::filesystem::create_directories(dir(id));
  // As every writer of these files does it: never half of one.
  const std::string path = dir(id) + "/" + name;
  std::ofstream(path + ".tmp", std::ios::binary) << content;
  std::filesystem::rename(path + ".tmp", path);
}

bool Runs::await_text(const std::string& id, const std::string& name, const std::string& part) const {
  return eventually([&] { return text(id, name).find(part) != std::string::npos; });
}

HeldLock::HeldLock(const std::string& dir) {
  std::filesystem::create_directories(dir);
  fd_ = system::open_at(AT_FDCWD, dir + "/lock", O_RDWR | O_CREAT);
  if (!fd_ || !system::try_lock(fd_)) throw std::runtime_error("cannot lock " + dir);
}

Bystander::Bystander() : pid_(::fork()) {
  if (pid_ != 0) return;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (;;)
    ::pause();
}

Bystander::~Bystander() {
  if (!alive()) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Bystander::alive() const {
  return ::waitpid(pid_, nullptr, WNOHANG) == 0;
}

StartRecord Bystander::true_record() const {
  StartRecord record;
  record.shim_pid = record.pid = pid_;
  std::istringstream stat(contents("/proc/" + std::to_string(pid_) + "/stat"));
  const std::vector<std::string> fields{std::istream_iterator<std::string>(stat), {}};
  record.shim_start_ticks = std::stoll(fields.at(21));
  record.boot_id = contents("/proc/sys/kernel/random/boot_id");
  record.boot_id.pop_back();
  return record;
}

std::string Bystander::json(const StartRecord& record) {
  return nlohmann::json{{"shim_pid", record.shim_pid},
                        {"shim_start_ticks", record.shim_start_ticks},
                        {"pid", record.pid},
                        {"boot_id", record.boot_id}}
      .dump();
}

}  // namespace orchestrate::spawners
