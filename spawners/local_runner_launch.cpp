#include "spawners/local_runner_launch.h"

#include <linux/close_range.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/process.hpp>
#include <cerrno>
#include <system_error>

namespace orchestrate::spawners {
namespace {

namespace bp = boost::process::v2;

// process_environment of 1.81 does not link header-only.
struct ExactEnvironment {
  std::vector<const char*> pointers;

  explicit ExactEnvironment(const std::vector<std::string>& env) {
    for (const auto& entry : env)
      pointers.push_back(entry.c_str());
    pointers.push_back(nullptr);
  }

  template <typename Launcher>
  bp::error_code on_setup(Launcher& launcher, const bp::filesystem::path&, const char* const*) {
    launcher.env = pointers.data();
    return {};
  }
};

// close_all of 1.81 is off by one, and Asio does not set CLOEXEC on its sockets.
struct NoInheritedDescriptors {
  template <typename Launcher>
  bp::error_code on_exec_setup(Launcher&, const bp::filesystem::path&, const char* const*) {
    ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
    return {};
  }
};

}  // namespace

int launch_detached(const std::string& program, const std::vector<std::string>& args,
                    const std::vector<std::string>& env) {
  // When exec fails, the forked child of 1.81 runs our exit handlers: do not let it come to that.
  if (::access(program.c_str(), X_OK) != 0) {
    throw std::system_error(errno, std::generic_category(), "cannot run " + program);
  }
  boost::asio::io_context context(1);
  ExactEnvironment environment(env);
  bp::error_code error;
  bp::default_process_launcher launcher;
  bp::process process = launcher(context, error, program, args, environment, NoInheritedDescriptors{});
  if (error) throw std::system_error(error.value(), std::generic_category(), "cannot start " + program);
  const int pid = process.id();
  process.detach();  // its destructor would kill, by PID
  return pid;
}

}  // namespace orchestrate::spawners
