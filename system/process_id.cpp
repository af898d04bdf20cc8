#include "system/process_id.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>

#include "system/resources.h"

namespace orchestrate::system {
namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr std::size_t kMostWordBytes = 8 << 20;  // more than the kernel takes of arguments and environment

std::optional<std::string> kernel_text(const std::string& path, std::size_t most = kMostBytes) {
  std::string text;
  const Descriptor file = open_at(AT_FDCWD, path, O_RDONLY);
  if (!file || !read_all(file.get(), most, text)) return std::nullopt;
  return text;
}

}  // namespace

std::optional<ProcessStat> parse_process_stat(std::string_view text) {
  // The kernel puts the program's name between parentheses and does not escape it; only the last ')' is its
  // end.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= text.size()) return std::nullopt;
  text.remove_prefix(name_end + 2);

  ProcessStat stat;
  constexpr int kState = 3, kParent = 4, kGroup = 5, kStart = 22;
  for (int field = kState + 1; field <= kStart; ++field) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    text.remove_prefix(space + 1);
    const char* end = text.data() + text.size();
    if (field == kParent) std::from_chars(text.data(), end, stat.parent);
    if (field == kGroup) std::from_chars(text.data(), end, stat.group);
    if (field == kStart) std::from_chars(text.data(), end, stat.start_ticks);
  }
  return stat;
}

std::optional<ProcessStat> read_process_stat(pid_t pid) {
  const std::optional<std::string> text = kernel_text("/proc/" + std::to_string(pid) + "/stat");
  return text ? parse_process_stat(*text) : std::nullopt;
}

std::string boot_id() {
  std::string id = kernel_text("/proc/sys/kernel/random/boot_id").value_or("");
  while (!id.empty() && id.back() == '\n')
    id.pop_back();
  return id;
}

std::optional<std::vector<pid_t>> other_processes() {
  std::vector<pid_t> pids;
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  if (!proc) return std::nullopt;
  while (const dirent* entry = ::readdir(proc.get())) {
    const char* end = entry->d_name + std::strlen(entry->d_name);
    pid_t pid = 0;
    if (std::from_chars(entry->d_name, end, pid).ptr == end && pid != ::getpid()) pids.push_back(pid);
  }
  return pids;
}

std::optional<std::string> process_words(pid_t pid, const char* file) {
  auto words = kernel_text("/proc/" + std::to_string(pid) + "/" + file, kMostWordBytes);
  if (words || is_machine_fault(errno)) return words;
  return "";
}

Descriptor open_process(pid_t pid) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

bool signal_process(const Descriptor& pidfd, int signal) {
  return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

}  // namespace orchestrate::system
