#include "spawners/shim/output.h"

#include <fcntl.h>
#include <unistd.h>

#include <utility>

namespace orchestrate::shim {
namespace {

bool open_if_closed(int dir, const std::string& name, system::Descriptor& fd) {
  if (!fd) fd = system::create_new(dir, name, O_APPEND);
  return static_cast<bool>(fd);
}

}  // namespace

Output::Output(int step_dir, const std::string& name, OutputCap& cap)
    : step_dir_(step_dir),
      cap_(cap),
      head_{name, {}, 0},
      tail_{File{name + ".tail.0", {}, 0}, File{name + ".tail.1", {}, 0}} {
  open_if_closed(step_dir_, head_.name, head_.fd);
}

// On a full disk the file may not even exist yet, so opening is tried again with each write.
std::int64_t Output::write_to(File& file, std::string_view bytes) {
  std::size_t done = 0;
  if (open_if_closed(step_dir_, file.name, file.fd)) done = system::write_all(file.fd.get(), bytes);
  file.kept += static_cast<std::int64_t>(done);
  dropped_ += static_cast<std::int64_t>(bytes.size() - done);
  return static_cast<std::int64_t>(done);
}

void Output::append(std::string_view bytes) {
  produced_ += static_cast<std::int64_t>(bytes.size());
  const std::string_view for_head = bytes.substr(0, static_cast<std::size_t>(cap_.head_left));
  if (!for_head.empty()) cap_.head_left -= write_to(head_, for_head);
  bytes.remove_prefix(for_head.size());
  if (!bytes.empty()) append_tail(bytes);
}

void Output::append_tail(std::string_view bytes) {
  while (!bytes.empty()) {
    if (tail_[newer_].kept == cap_.segment_bytes && !empty_older_segment()) {
      dropped_ += static_cast<std::int64_t>(bytes.size());
      return;
    }
    const auto room = static_cast<std::size_t>(cap_.segment_bytes - tail_[newer_].kept);
    const std::string_view piece = bytes.substr(0, room);
    write_to(tail_[newer_], piece);
    bytes.remove_prefix(piece.size());
  }
}

bool Output::empty_older_segment() {
  File& older = tail_[1 - newer_];
  if (older.kept > 0 || cap_.segment_bytes == 0) cap_.exceeded = true;
  if (cap_.segment_bytes == 0) return false;
  if (older.kept > 0 && ftruncate(older.fd.get(), 0) != 0) return false;
  dropped_ += std::exchange(older.kept, 0);
  newer_ = 1 - newer_;
  return true;
}

void Output::sync() const {
  for (const File* file : {&head_, &tail_[0], &tail_[1]}) {
    if (file->fd && file->kept > 0) fsync(file->fd.get());
  }
}

std::vector<std::string> Output::tail_names() const {
  std::vector<std::string> names;
  for (const File* file : {&tail_[1 - newer_], &tail_[newer_]}) {
    if (file->kept > 0) names.push_back(file->name);
  }
  return names;
}

}  // namespace orchestrate::shim
