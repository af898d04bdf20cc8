#include "spawners/step/step_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "spawners/fd.h"

namespace orchestrate::spawners {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void write_private(const std::string& path, const std::string& text) {
  Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) fail("cannot create " + path);
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t n = ::write(fd.get(), text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail("cannot write " + path);
    done += static_cast<std::size_t>(n);
  }
}

void make_private_directories(const fs::path& dir) {
  if (::mkdir(dir.c_str(), 0700) == 0 || errno == EEXIST) return;
  if (errno != ENOENT || !dir.has_parent_path()) fail("cannot create " + dir.string());
  make_private_directories(dir.parent_path());
  if (::mkdir(dir.c_str(), 0700) != 0 && errno != EEXIST) fail("cannot create " + dir.string());
}

// By rename: another run of the same agent type may be reading it.
void replace_private(const std::string& path, const std::string& text) {
  make_private_directories(fs::path(path).parent_path());
  const std::string fresh = path + ".new-" + std::to_string(::getpid());
  ::unlink(fresh.c_str());
  write_private(fresh, text);
  if (::rename(fresh.c_str(), path.c_str()) != 0) fail("cannot replace " + path);
}

struct RegularFile {
  Fd fd;
  std::size_t size = 0;
};

// An agent may have put a link or a FIFO in the place of any file of its step.
std::optional<RegularFile> open_regular(const std::string& path) {
  RegularFile file{Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)), 0};
  struct stat st {};
  if (!file.fd || ::fstat(file.fd.get(), &st) != 0 || !S_ISREG(st.st_mode)) return std::nullopt;
  file.size = static_cast<std::size_t>(st.st_size);
  return file;
}

std::string read_at(const RegularFile& file, std::size_t offset, std::size_t bytes) {
  std::string text(bytes, '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n =
        ::pread(file.fd.get(), text.data() + done, text.size() - done, static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) break;
    done += static_cast<std::size_t>(n);
  }
  text.resize(done);
  return text;
}

std::string launch_json(const std::string& dir, const Launch& launch) {
  std::string stdin_file = launch.stdin_file;
  if (!stdin_file.empty() && stdin_file.front() != '/') stdin_file = dir + "/" + stdin_file;
  const nlohmann::json json = {
      {"version", 1},
      {"argv", launch.argv},
      {"cwd", launch.cwd.empty() ? dir : launch.cwd},
      {"stdin", stdin_file},
      {"wall_ms", launch.limits.wall_ms},
      {"silence_ms", launch.limits.silence_ms},
      {"startup_ms", launch.limits.startup_ms},
      {"grace_ms", launch.limits.grace_ms},
      {"output_bytes", launch.limits.output_bytes},
      {"stop_on_output_limit", launch.limits.stop_on_output_limit},
  };
  // An argument may hold any bytes; `replace` would start another command than the one asked for.
  try {
    return json.dump(2) + "\n";
  } catch (const nlohmann::json::exception&) {
    throw std::system_error(EILSEQ, std::generic_category(), "an argument of the command is not valid UTF-8");
  }
}

}  // namespace

void write_step(const std::string& dir, const Launch& launch) {
  make_private_directories(dir);
  for (const auto& file : launch.files)
    write_private(dir + "/" + file.name, file.text);
  for (const auto& file : launch.home_files)
    replace_private(file.path, file.text);
  write_private(dir + "/launch.json", launch_json(dir, launch));
}

std::optional<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  const auto file = open_regular(path);
  if (!file) return std::nullopt;
  return read_at(*file, 0, std::min(file->size, max_bytes));
}

std::optional<StartRecord> read_started(const std::string& dir) {
  const auto text = read_file(dir + "/started.json");
  if (!text) return std::nullopt;
  try {
    const auto json = nlohmann::json::parse(*text);
    return StartRecord{json.at("shim_pid"), json.at("shim_start_ticks"), json.at("pid"), json.at("boot_id")};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

std::optional<ExitRecord> read_exit(const std::string& dir) {
  const auto text = read_file(dir + "/exit.json");
  return text ? parse_exit_record(*text) : std::nullopt;
}

bool lock_held(const std::string& dir) {
  Fd fd(::open((dir + "/lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return false;
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) == 0) return false;
  return errno == EWOULDBLOCK;
}

bool claimed(const std::string& dir) {
  return ::access((dir + "/claim").c_str(), F_OK) == 0;
}

std::string output_tail(const std::string& dir, const std::string& stream, std::size_t max_bytes) {
  const auto record = read_exit(dir);
  std::vector<std::string> files = {stream};
  if (record) {
    const auto& tail = stream == "stderr" ? record->stderr_tail : record->stdout_tail;
    files.insert(files.end(), tail.begin(), tail.end());
  }
  std::string text;
  for (auto name = files.rbegin(); name != files.rend() && text.size() < max_bytes; ++name) {
    const auto file = open_regular(dir + "/" + *name);
    if (!file) continue;
    const std::size_t take = std::min(file->size, max_bytes - text.size());
    text.insert(0, read_at(*file, file->size - take, take));
  }
  return text;
}

}  // namespace orchestrate::spawners
