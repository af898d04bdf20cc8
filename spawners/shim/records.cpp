#include "spawners/shim/records.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "system/process_id.h"

namespace orchestrate::shim {
namespace {

constexpr const char* exit_temp = "exit.json.tmp";
constexpr int attempts_max = 60;
constexpr int attempt_pause_ms = 1000;

}  // namespace

void write_started(int step_dir, pid_t child, std::int64_t started_at_ms) {
  const std::optional<system::ProcessStat> self = system::read_process_stat(getpid());
  const nlohmann::ordered_json json = {{"shim_pid", getpid()},
                                       {"shim_start_ticks", self ? self->start_ticks : 0},
                                       {"pid", child},
                                       {"boot_id", system::boot_id()},
                                       {"started_at_ms", started_at_ms}};
  const std::string text = json.dump() + "\n";
  const system::Descriptor file = system::create_new(step_dir, "started.json.tmp", 0);
  if (!file || system::write_all(file.get(), text) != text.size()) return;
  renameat(step_dir, "started.json.tmp", step_dir, "started.json");
}

bool ExitFile::reserve() {
  file_ = system::create_new(step_dir_, exit_temp, 0);
  if (!file_) return false;
  if (fallocate(file_.get(), 0, 0, spawners::kExitRecordBytes) == 0) return true;
  if (errno != EOPNOTSUPP) return false;
  // Without it, only what has reached the disk has its room for certain.
  const std::string filler(spawners::kExitRecordBytes, ' ');
  return system::write_all(file_.get(), filler) == filler.size() && fsync(file_.get()) == 0;
}

bool ExitFile::write(const ExitRecord& record) {
  const std::string text = to_json(record) + "\n";
  for (int attempt = 0; attempt < attempts_max; ++attempt) {
    if (write_once(text)) return true;
    poll(nullptr, 0, attempt_pause_ms);
  }
  return false;
}

// The name in the step directory might lead to a file that the agent put there: a record of its own making.
bool ExitFile::still_ours() const {
  struct stat opened {};
  struct stat named {};
  return static_cast<bool>(file_) && fstat(file_.get(), &opened) == 0 &&
         fstatat(step_dir_, exit_temp, &named, AT_SYMLINK_NOFOLLOW) == 0 && opened.st_dev == named.st_dev &&
         opened.st_ino == named.st_ino;
}

bool ExitFile::write_once(std::string_view text) {
  if (!still_ours()) file_ = system::create_new(step_dir_, exit_temp, 0);
  // Over the reserve, and cut to size only afterwards: what was allocated is not given back before it is
  // used.
  return static_cast<bool>(file_) && lseek(file_.get(), 0, SEEK_SET) == 0 &&
         system::write_all(file_.get(), text) == text.size() &&
         ftruncate(file_.get(), static_cast<off_t>(text.size())) == 0 && fsync(file_.get()) == 0 &&
         renameat(step_dir_, exit_temp, step_dir_, "exit.json") == 0 && fsync(step_dir_) == 0;
}

}  // namespace orchestrate::shim
