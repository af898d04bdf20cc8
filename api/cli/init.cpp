#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <ostream>
#include <system_error>

#include "api/cli/verbs.h"
#include "spawners/drivers/driver.h"

namespace orchestrate::api {
namespace {

namespace fs = std::filesystem;

// False when the file exists: what a person may have written is never overwritten.
bool write_new(const std::string& path, const std::string& text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (fd < 0 && errno == EEXIST) return false;
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "cannot create " + path);
  const ssize_t written = ::write(fd, text.data(), text.size());
  const int error = errno;
  ::close(fd);
  if (written == static_cast<ssize_t>(text.size())) return true;
  ::unlink(path.c_str());
  throw std::system_error(written < 0 ? error : ENOSPC, std::generic_category(), "cannot write " + path);
}

bool in_repository(const fs::path& directory) {
  for (fs::path dir = directory;; dir = dir.parent_path()) {
    if (fs::exists(dir / ".git")) return true;
    if (dir == dir.parent_path()) return false;
  }
}

// The drivers whose program is there, and "repository" where there is one.
std::vector<std::string> find_programs(const Context& context, bool repository) {
  auto& out = *context.out;
  std::vector<std::string> found;
  if (repository) found.emplace_back("repository");
  for (const auto& name : spawners::driver_names()) {
    const auto& traits = spawners::find_driver(name)->traits;
    if (traits.command.empty()) continue;
    const std::string path = find_on_path(traits.command, search_path(context.environment));
    if (path.empty()) {
      out << "skipped    " << name << ": not on PATH; install it: " << traits.install << "\n";
    } else if (traits.needs_repository && !repository) {
      out << "skipped    " << name << ": it works in git repositories only, and this is none\n";
    } else {
      out << "found      " << name << "  " << path << "\n";
      found.push_back(name);
    }
  }
  return found;
}

}  // namespace

int init(const Context& context, const std::string& directory) {
  const fs::path root = fs::absolute(directory.empty() ? context.directory : directory).lexically_normal();
  if (!fs::is_directory(root)) throw UsageError(root.string() + " is not a directory");
  const std::string dir = (root / ".orchestrate").string();
  if (::mkdir(dir.c_str(), 0755) != 0 && errno != EEXIST) {
    throw std::system_error(errno, std::generic_category(), "cannot create " + dir);
  }
  auto& out = *context.out;
  const bool repository = in_repository(root);
  const auto found = find_programs(context, repository);
  const std::string name =
      root.has_filename() ? root.filename().string() : root.parent_path().filename().string();
  auto files = config::default_files(name, found);
  // The state is nobody's to commit.
  files[".gitignore"] = "/state/\n";
  for (const auto& [file, text] : files) {
    const bool written = write_new(dir + "/" + file, text);
    out << (written ? "written    " : "kept       ") << ".orchestrate/" << file << "\n";
  }
  if (!repository) {
    out << "\nThis is not a git repository: tasks will work in empty folders ([workspace] kind = \"scratch\").\n";
  }
  out << "\nNext: orchestrate add \"what is to be done\"   then   orchestrate plan   and   orchestrate run\n";
  return 0;
}

}  // namespace orchestrate::api
