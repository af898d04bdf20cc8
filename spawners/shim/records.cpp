#include "spawners/shim/records.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "spawners/shim/json_text.h"
#include "system/process_id.h"

namespace orchestrate::shim {
namespace {

constexpr const char* exit_temp = "exit.json.tmp";
constexpr std::size_t error_bytes_max = 3000;  // leaves room for all the other fields of a record
constexpr int attempts_max = 60;
constexpr int attempt_pause_ms = 1000;

// One flat JSON object, built in order.
class ObjectText {
 public:
  ObjectText& add(std::string_view key, std::int64_t number) {
    begin(key);
    text_ += std::to_string(number);
    return *this;
  }

  ObjectText& add(std::string_view key, std::string_view string) {
    begin(key);
    append_json_string(string, error_bytes_max, text_);
    return *this;
  }

  ObjectText& add(std::string_view key, const std::vector<std::string>& strings) {
    begin(key);
    text_ += '[';
    for (const std::string& s : strings) {
      if (&s != &strings.front()) text_ += ',';
      append_json_string(s, error_bytes_max, text_);
    }
    text_ += ']';
    return *this;
  }

  [[nodiscard]] std::string done() const { return text_ + "}\n"; }

 private:
  void begin(std::string_view key) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_ += key;
    text_ += "\":";
  }

  std::string text_;
};

}  // namespace

std::string_view to_string(Reason reason) {
  switch (reason) {
    case Reason::exited:
      return "exited";
    case Reason::signalled:
      return "signalled";
    case Reason::spawn_failed:
      return "spawn_failed";
    case Reason::wall_limit:
      return "wall_limit";
    case Reason::silence_limit:
      return "silence_limit";
    case Reason::cancelled:
      return "cancelled";
    case Reason::output_limit:
      return "output_limit";
  }
  return "";
}

std::string to_json(const ExitRecord& record) {
  return ObjectText()
      .add("reason", to_string(record.reason))
      .add("code", record.code)
      .add("signal", record.signal)
      .add("error", record.error)
      .add("started_at_ms", record.started_at_ms)
      .add("ended_at_ms", record.ended_at_ms)
      .add("wall_ms", record.wall_ms)
      .add("user_ms", record.user_ms)
      .add("system_ms", record.system_ms)
      .add("max_rss_kib", record.max_rss_kib)
      .add("stdout_bytes", record.stdout_bytes)
      .add("stderr_bytes", record.stderr_bytes)
      .add("dropped_bytes", record.dropped_bytes)
      .add("swept", record.swept)
      .add("left", record.left)
      .add("stdout_tail", record.stdout_tail)
      .add("stderr_tail", record.stderr_tail)
      .done();
}

void write_started(int step_dir, pid_t child, std::int64_t started_at_ms) {
  const std::optional<system::ProcessStat> self = system::read_process_stat(getpid());
  const std::string text = ObjectText()
                               .add("shim_pid", getpid())
                               .add("shim_start_ticks", self ? self->start_ticks : 0)
                               .add("pid", child)
                               .add("boot_id", system::boot_id())
                               .add("started_at_ms", started_at_ms)
                               .done();
  const system::Descriptor file = system::create_new(step_dir, "started.json.tmp", 0);
  if (!file || system::write_all(file.get(), text) != text.size()) return;
  renameat(step_dir, "started.json.tmp", step_dir, "started.json");
}

bool ExitFile::reserve() {
  file_ = system::create_new(step_dir_, exit_temp, 0);
  if (!file_) return false;
  if (fallocate(file_.get(), 0, 0, exit_record_bytes_max) == 0) return true;
  if (errno != EOPNOTSUPP) return false;
  // Without it, only what has reached the disk has its room for certain.
  const std::string filler(exit_record_bytes_max, ' ');
  return system::write_all(file_.get(), filler) == filler.size() && fsync(file_.get()) == 0;
}

bool ExitFile::write(const ExitRecord& record) {
  const std::string text = to_json(record);
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
