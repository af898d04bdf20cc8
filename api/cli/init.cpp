#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <system_error>

#include "api/cli/verb.h"
#include "api/operations/rows/json.h"
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

using nlohmann::json;

// The drivers whose program is there, and "repository" where there is one; what was skipped is told.
std::vector<std::string> find_programs(const Context& context, bool repository, json& told) {
  std::vector<std::string> found;
  if (repository) found.emplace_back("repository");
  for (const auto& name : spawners::driver_names()) {
    const auto& traits = spawners::find_driver(name)->traits;
    if (traits.command.empty()) continue;
    const std::string path = find_on_path(traits.command, search_path(context.environment));
    if (path.empty()) {
      told["skipped"].push_back(
          {{"driver", name}, {"why", "not found in PATH; install it: " + traits.install}});
    } else if (traits.needs_repository && !repository) {
      told["skipped"].push_back({{"driver", name}, {"why", "it works in git repositories only"}});
    } else {
      told["found"].push_back({{"driver", name}, {"program", path}});
      found.push_back(name);
    }
  }
  return found;
}

void write_files(const fs::path& root, const std::vector<std::string>& found, json& told) {
  const std::string dir = (root / ".orchestrate").string();
  if (::mkdir(dir.c_str(), 0755) != 0 && errno != EEXIST) {
    throw std::system_error(errno, std::generic_category(), "cannot create " + dir);
  }
  const std::string name =
      root.has_filename() ? root.filename().string() : root.parent_path().filename().string();
  auto files = config::default_files(name, found);
  // The state is nobody's to commit.
  files[".gitignore"] = "/state/\n";
  for (const auto& [file, text] : files)
    told[write_new(dir + "/" + file, text) ? "written" : "kept"].push_back(".orchestrate/" + file);
}

void print(std::ostream& out, const json& told) {
  for (const json& each : told["skipped"])
    out << "skipped    " << each["driver"].get<std::string>() << ": " << each["why"].get<std::string>()
        << "\n";
  for (const json& each : told["found"])
    out << "found      " << each["driver"].get<std::string>() << "  " << each["program"].get<std::string>()
        << "\n";
  for (const json& file : told["written"])
    out << "written    " << file.get<std::string>() << "\n";
  for (const json& file : told["kept"])
    out << "kept       " << file.get<std::string>() << "\n";
  if (told["repository"] == false) {
    out << "\nThis is not a git repository: tasks will work in empty folders ([workspace] kind = \"scratch\").\n";
  }
  out << "\nNext: orchestrate add \"what to do\"   then   orchestrate plan   and   orchestrate run\n";
}

int init(Context& context, const json& given) {
  const std::string directory = given.value("directory", context.directory);
  const fs::path root = fs::absolute(directory).lexically_normal();
  if (!fs::is_directory(root)) throw wrong_usage(root.string() + " is not a directory");
  json told = {{"repository", in_repository(root)},
               {"found", json::array()},
               {"skipped", json::array()},
               {"written", json::array()},
               {"kept", json::array()}};
  const auto found = find_programs(context, told["repository"], told);
  write_files(root, found, told);
  if (context.json) {
    *context.out << line_of(told);
  } else {
    print(*context.out, told);
  }
  return 0;
}

}  // namespace

Verb init_verb() {
  Verb verb{"init",
            "Set up",
            "Write .orchestrate/ with commented defaults; never overwrites",
            "orchestrate init",
            {{"directory", shape::text(), "The project's directory (default: here)", false, "", {"[DIR]"}},
             {"json", shape::yes_no(), "One JSON document on stdout", false, "no"}}};
  verb.effect = Effect::writes;
  verb.run = init;
  return verb;
}

}  // namespace orchestrate::api
