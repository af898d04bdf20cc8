#include "spawners/shim/proc_stat.h"

#include <fcntl.h>

#include <charconv>
#include <string>

#include "spawners/shim/fd.h"

namespace orchestrate::shim {

std::optional<ProcStat> parse_proc_stat(std::string_view text) {
  // The kernel puts the program's name between parentheses and does not escape it; only the last ')' is its
  // end.
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 >= text.size()) return std::nullopt;
  text.remove_prefix(name_end + 2);

  ProcStat stat;
  constexpr int state_field = 3, parent_field = 4, group_field = 5, start_field = 22;
  for (int field = state_field + 1; field <= start_field; ++field) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    text.remove_prefix(space + 1);
    const char* end = text.data() + text.size();
    if (field == parent_field) std::from_chars(text.data(), end, stat.parent);
    if (field == group_field) std::from_chars(text.data(), end, stat.group);
    if (field == start_field) std::from_chars(text.data(), end, stat.start_ticks);
  }
  return stat;
}

std::optional<ProcStat> read_proc_stat(pid_t pid) {
  constexpr std::size_t stat_bytes_max = 4096;
  std::string text;
  const Fd file = open_at(AT_FDCWD, "/proc/" + std::to_string(pid) + "/stat", O_RDONLY);
  if (!file.is_open() || !read_all(file.get(), stat_bytes_max, text)) return std::nullopt;
  return parse_proc_stat(text);
}

}  // namespace orchestrate::shim
