#include "spawners/shim/program.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace orchestrate::shim {
namespace {

// MAX_ARG_STRLEN of the kernel, without the NUL.
std::size_t string_bytes_limit() {
  constexpr std::size_t pages = 32;
  return static_cast<std::size_t>(sysconf(_SC_PAGESIZE)) * pages - 1;
}

bool is_file(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

std::string explain_too_big(const LaunchFile& launch) {
  const std::size_t string_bytes_max = string_bytes_limit();
  const std::string limit = " bytes; the kernel takes at most " + std::to_string(string_bytes_max) +
                            " in one. Pass long text on stdin or in a file";
  for (std::size_t i = 0; i < launch.argv.size(); ++i) {
    const std::size_t size = launch.argv[i].size();
    if (size > string_bytes_max)
      return "argument " + std::to_string(i) + " has " + std::to_string(size) + limit;
  }
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    if (variable.size() > string_bytes_max) {
      return "the environment variable " + std::string(variable.substr(0, variable.find('='))) + " has " +
             std::to_string(variable.size()) + limit;
    }
  }
  return "arguments and environment together are too long. Pass long text on stdin or in a file";
}

}  // namespace

Program find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return {name, ""};
  const char* variable = std::getenv("PATH");
  const std::string path = variable != nullptr ? variable : "/usr/bin:/bin";
  std::string not_executable;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find(':', begin), path.size());
    if (path[begin] == '/') {
      const std::string candidate = path.substr(begin, end - begin) + "/" + name;
      const bool exists = is_file(candidate);
      if (exists && access(candidate.c_str(), X_OK) == 0) return {candidate, ""};
      if (exists && not_executable.empty()) not_executable = candidate;
    }
    begin = end + 1;
  }
  if (!not_executable.empty()) return {not_executable, ""};
  return {"", "cannot run '" + name + "': there is no such program in PATH (" + path + ")"};
}

std::string explain_exec(const LaunchFile& launch, const std::string& path, int error) {
  const std::string sentence = "cannot run '" + path + "': " + std::strerror(error);
  const std::string file = path[0] == '/' ? path : launch.cwd + "/" + path;
  switch (error) {
    case E2BIG:
      return sentence + ": " + explain_too_big(launch);
    case ENOENT:
      return is_file(file) ? sentence + ": the file is there, but not the interpreter that it names"
                           : sentence;
    case EACCES:
      return is_file(file) ? sentence + ": it may not be executed (chmod +x, or a noexec file system?)"
                           : sentence;
    case ENOEXEC:
      return sentence + ": neither a program for this machine nor a script with a #! line";
    default:
      return sentence;
  }
}

}  // namespace orchestrate::shim
