// Reads a growing file line by line, from where it stopped the last time. Never blocks, survives any bytes.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "system/descriptor.h"

namespace orchestrate::spawners {

class Tail {
 public:
  static constexpr std::size_t kMaxLine = 4 << 20;  // longer lines are cut; the rest of them is skipped

  Tail(const std::string& dir, std::string file) : path_(dir + "/" + file), file_(std::move(file)) {}

  // Appends complete lines, reading at most max_bytes. Returns true when the file may hold more right now.
  bool read(std::vector<std::string>& lines, std::size_t max_bytes);

  // The last line, if the file did not end with a newline. Call when nothing more will be written.
  void finish(std::vector<std::string>& lines);

  // Goes on with the first byte of another file, in the middle of a line if need be.
  void continue_with(std::string path);

  [[nodiscard]] const std::string& file() const { return file_; }

  // How many of the lines given out since it was asked last had been cut.
  [[nodiscard]] int newly_cut() { return std::exchange(cut_, 0); }

 private:
  void take(const char* data, std::size_t size, std::vector<std::string>& lines);
  void end_line(std::vector<std::string>& lines);

  std::string path_;
  std::string file_;
  system::Descriptor fd_;
  std::int64_t offset_ = 0;
  std::string partial_;
  bool skipping_ = false;  // inside the rest of a line that was cut
  int cut_ = 0;
};

}  // namespace orchestrate::spawners
