#include "system/launcher.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/process.hpp>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "system/process_id.h"

namespace orchestrate::system {
namespace {

using Executor = boost::asio::io_context::executor_type;
using Handle = boost::process::v2::basic_process<Executor>;
using Error = boost::system::error_code;

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (const std::string& text : texts)
    pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

class Settings {
 public:
  explicit Settings(const Program& program) {
    ::posix_spawn_file_actions_init(&files);
    ::posix_spawnattr_init(&attributes);
    sigset_t set;
    sigemptyset(&set);
    ::posix_spawnattr_setsigmask(&attributes, &set);
    sigfillset(&set);
    ::posix_spawnattr_setsigdefault(&attributes, &set);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    ::posix_spawn_file_actions_addchdir_np(&files, program.cwd.c_str());
    bind(program.in, STDIN_FILENO, O_RDONLY);
    bind(program.out, STDOUT_FILENO, O_WRONLY);
    bind(program.err, STDERR_FILENO, O_WRONLY);
    ::posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  }
  ~Settings() {
    ::posix_spawn_file_actions_destroy(&files);
    ::posix_spawnattr_destroy(&attributes);
  }
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  posix_spawn_file_actions_t files{};
  posix_spawnattr_t attributes{};

 private:
  void bind(int from, int to, int mode) {
    if (from < 0) {
      ::posix_spawn_file_actions_addopen(&files, to, "/dev/null", mode, 0);
    } else {
      ::posix_spawn_file_actions_adddup2(&files, from, to);
    }
  }
};

// The numbers of two pidfds, taken before there is a child: without them it would run and nobody could wait
// for it.
struct Room {
  Descriptor ours = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
  Descriptor boosts = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
};

void kill_and_reap(pid_t pid) {
  ::kill(-pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
}

// A launcher as Boost.Process has them: called with an executor, it gives a process. Empty, with an error:
// nothing of the program runs. `pidfd` is a second one, as no version of Boost tells its own.
Handle spawn(const Executor& executor, Error& error, const Program& program, Descriptor& pidfd) {
  Handle none(executor);
  Room room;
  pid_t pid = -1;
  int failure = room.ours && room.boosts ? 0 : errno;
  if (failure == 0) {
    const Settings settings(program);
    failure = ::posix_spawn(&pid, program.path.c_str(), &settings.files, &settings.attributes,
                            pointers_to(program.argv).data(), pointers_to(program.environment).data());
  }
  error.assign(failure, boost::system::system_category());
  if (failure != 0) return none;
  room.boosts.reset();
  Descriptor process = open_process(pid);
  if (!process || ::dup3(process.get(), room.ours.get(), O_CLOEXEC) < 0) {
    error.assign(errno, boost::system::system_category());
    kill_and_reap(pid);
    return none;
  }
  try {
    Handle handle(executor, pid, process.get());
    (void)process.release();
    pidfd = std::move(room.ours);
    return handle;
  } catch (const boost::system::system_error& e) {  // no room in epoll
    error = e.code();
    kill_and_reap(pid);
    return none;
  }
}

}  // namespace

struct Launcher::Loop {
  // Never run: who waits polls the pidfds.
  boost::asio::io_context context{1};
};

struct Child::State {
  State(Handle its_handle, Descriptor its_pidfd)
      : handle(std::move(its_handle)), pidfd(std::move(its_pidfd)) {}

  Handle handle;
  Descriptor pidfd;
};

Child::Child(std::unique_ptr<State> state) : state_(std::move(state)) {}
Child::Child(Child&&) noexcept = default;

Child& Child::operator=(Child&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Child::~Child() {
  if (state_) kill_group();  // the handle waits for it
}

pid_t Child::pid() const {
  return state_->handle.id();
}

int Child::descriptor() const {
  return state_->pidfd.get();
}

void Child::kill_group() const {
  ::kill(-pid(), SIGKILL);
}

int Child::wait() {
  Error error;
  state_->handle.wait(error);
  // exit_code() would be 9 for `exit 9` and for a SIGKILL.
  const int status = state_->handle.native_exit_code();
  // Else the handle kills by a number that may be another process's by now.
  (void)detach();
  if (error) throw std::system_error(error.value(), std::generic_category(), "waitpid");
  return status;
}

Descriptor Child::detach() {
  (void)state_->handle.detach();
  Descriptor pidfd = std::move(state_->pidfd);
  state_.reset();
  return pidfd;
}

// The first handle makes Asio's reactor, of three descriptors. Now, so that no start can fail for it.
Launcher::Launcher() try : loop_(std::make_unique<Loop>()) {
  const Handle none(loop_->context.get_executor());
} catch (const boost::system::system_error& error) {
  throw std::system_error(error.code().value(), std::generic_category(), "cannot make a reactor");
}

Launcher::~Launcher() = default;

Child Launcher::start(const Program& program) {
  Error error;
  Descriptor pidfd;
  const std::string where = program.cwd == "/" ? "" : " in " + program.cwd;
  Handle handle = spawn(loop_->context.get_executor(), error, program, pidfd);
  if (!error) return Child(std::make_unique<Child::State>(std::move(handle), std::move(pidfd)));
  throw std::system_error(error.value(), std::generic_category(), "cannot start " + program.path + where);
}

}  // namespace orchestrate::system
