// Whole files by name: read with care for what may stand in their place, and written for their owner alone.
//
// Only ENOENT means that there is no such file. Every other errno means that nobody knows, and whoever reads
// the one as the other starts things twice.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace orchestrate::system {

enum class Links { refuse, follow };

constexpr std::size_t kMostBytes = 1 << 20;

struct FileText {
  std::string text;
  // Of what failed; 0: it was read. ENOTSUP: a FIFO, a socket or a device. EFBIG: larger than allowed.
  int error = 0;

  explicit operator bool() const { return error == 0; }
  [[nodiscard]] bool absent() const;
  // "Permission denied".
  [[nodiscard]] std::string why() const;
};

// The whole of a regular file of at most `most` bytes.
[[nodiscard]] FileText read_file(const std::string& path, std::size_t most = kMostBytes,
                                 Links links = Links::refuse);

// The same for a file of ours: nullopt when there is none, std::system_error for anything else.
[[nodiscard]] std::optional<std::string> read_if_there(const std::string& path, std::size_t most = kMostBytes,
                                                       Links links = Links::refuse);

// Its first, its last bytes, however large it is.
[[nodiscard]] FileText read_start(const std::string& path, std::size_t most, Links links = Links::refuse);
[[nodiscard]] FileText read_end(const std::string& path, std::size_t most);

// Whether there is anything of that name. Throws std::system_error when that cannot be known.
[[nodiscard]] bool exists(const std::string& path);

// Creates or overwrites a file, 0600, never through a link or into a FIFO. What throws std::system_error may
// have left half of it.
void write_private(const std::string& path, const std::string& text);

// `survives_power_loss`: the text, then its name, are on disk when it returns.
enum class Sync { none, survives_power_loss };

// The same by rename: a reader sees the old file or the whole new one, and what stood in its place, a link
// too, is gone. One process at a time. Throws std::system_error, and then nothing has changed.
void replace_private(const std::string& path, const std::string& text, Sync sync = Sync::none);

// Creates the folder and those above it, 0700; those that are there stay as they are. Throws
// std::system_error.
void make_private_folders(const std::string& path);

}  // namespace orchestrate::system
