#include "system/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "system/descriptor.h"

namespace orchestrate::system {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

Descriptor open_for_reading(const std::string& path, Links links) {
  if (links == Links::refuse) return open_regular(AT_FDCWD, path);
  // The name resolved, the rest is as for any other. What cannot be resolved is told by the open.
  std::error_code unresolved;
  const fs::path target = fs::canonical(path, unresolved);
  return open_regular(AT_FDCWD, unresolved ? path : target.string());
}

FileText failed() {
  return {"", errno};
}

// Up to `most` bytes from `offset`.
FileText read_at(const Descriptor& file, off_t offset, std::size_t most) {
  FileText read{std::string(most, '\0')};
  std::size_t done = 0;
  while (done < most) {
    const ssize_t n =
        ::pread(file.get(), read.text.data() + done, most - done, offset + static_cast<off_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return failed();
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  read.text.resize(done);
  return read;
}

off_t size_of(const Descriptor& file) {
  struct stat info {};
  return ::fstat(file.get(), &info) == 0 ? info.st_size : 0;
}

void write_whole(const Descriptor& file, const std::string& path, const std::string& text) {
  if (write_all(file.get(), text) != text.size()) fail("cannot write " + path);
}

// With errno: why not.
bool is_folder(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return false;
  errno = ENOTDIR;
  return S_ISDIR(info.st_mode);
}

void sync_folder_of(const std::string& path) {
  const fs::path folder = fs::path(path).parent_path();
  const Descriptor opened = open_at(AT_FDCWD, folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
  if (!opened || ::fsync(opened.get()) != 0) fail("cannot sync " + folder.string());
}

}  // namespace

bool FileText::absent() const {
  return error == ENOENT;
}

std::string FileText::why() const {
  return error == ENOTSUP ? "not a regular file" : std::strerror(error);
}

FileText read_file(const std::string& path, std::size_t most, Links links) {
  const Descriptor file = open_for_reading(path, links);
  FileText read;
  // Not by its size: files of /proc have none.
  if (!file || !read_all(file.get(), most, read.text)) return failed();
  return read;
}

std::optional<std::string> read_if_there(const std::string& path, std::size_t most, Links links) {
  FileText read = read_file(path, most, links);
  if (read) return std::move(read.text);
  if (read.absent()) return std::nullopt;
  throw std::system_error(read.error, std::generic_category(), "cannot read " + path);
}

FileText read_start(const std::string& path, std::size_t most, Links links) {
  const Descriptor file = open_for_reading(path, links);
  if (!file) return failed();
  const auto size = static_cast<std::size_t>(size_of(file));
  return read_at(file, 0, std::min(size, most));
}

FileText read_end(const std::string& path, std::size_t most) {
  const Descriptor file = open_for_reading(path, Links::refuse);
  if (!file) return failed();
  const off_t size = size_of(file);
  const std::size_t take = std::min(static_cast<std::size_t>(size), most);
  return read_at(file, size - static_cast<off_t>(take), take);
}

bool exists(const std::string& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) == 0) return true;
  if (errno == ENOENT) return false;
  fail("cannot look at " + path);
}

void write_private(const std::string& path, const std::string& text) {
  const Descriptor file = open_at(AT_FDCWD, path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK);
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) fail("cannot create " + path);
  if (!S_ISREG(info.st_mode)) {
    errno = ENOTSUP;
    fail("cannot write " + path);
  }
  if (::ftruncate(file.get(), 0) != 0) fail("cannot write " + path);
  write_whole(file, path, text);
}

void replace_private(const std::string& path, const std::string& text, Sync sync) {
  const std::string fresh = path + ".new-" + std::to_string(::getpid());
  const Descriptor file = create_new(AT_FDCWD, fresh);
  if (!file) fail("cannot create " + fresh);
  try {
    write_whole(file, fresh, text);
    if (sync != Sync::none && ::fsync(file.get()) != 0) fail("cannot sync " + fresh);
    if (::rename(fresh.c_str(), path.c_str()) != 0) fail("cannot replace " + path);
  } catch (const std::system_error&) {
    ::unlink(fresh.c_str());
    throw;
  }
  if (sync != Sync::none) sync_folder_of(path);
}

void make_private_folders(const std::string& path) {
  if (is_folder(path)) return;
  const std::string above = fs::path(path).parent_path().string();
  if (errno == ENOENT && !above.empty() && above != path) make_private_folders(above);
  if (::mkdir(path.c_str(), 0700) == 0) return;
  const int error = errno;
  if (is_folder(path)) return;  // another process was faster
  errno = error;
  fail("cannot create the folder " + path);
}

}  // namespace orchestrate::system
