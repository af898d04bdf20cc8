// What a child prints, kept on disk within a cap: the head, and always the last bytes.
//
// Both streams share one cap. Three quarters of it are for the heads (`stdout`, `stderr`); when those are
// used up, each stream goes on in two segments (`stdout.tail.0`, `stdout.tail.1`) of a sixteenth each, the
// older one being emptied and reused when the newer is full. Nothing here fails or waits for space: what
// cannot be kept is counted.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "system/descriptor.h"

namespace orchestrate::shim {

// Shared by the two streams of a step.
struct OutputCap {
  explicit OutputCap(std::int64_t bytes) : head_left(bytes / 4 * 3), segment_bytes(bytes / 16) {}

  std::int64_t head_left;
  std::int64_t segment_bytes;
  bool exceeded = false;  // a byte was given up because of the cap
};

// One stream. `step_dir` and `cap` must outlive it.
class Output {
 public:
  Output(int step_dir, const std::string& name, OutputCap& cap);

  void append(std::string_view bytes);

  // Best effort: a record must not speak of output that a power loss takes away.
  void sync() const;

  [[nodiscard]] std::int64_t produced() const { return produced_; }
  [[nodiscard]] std::int64_t dropped() const { return dropped_; }  // by the cap, or because a write failed
  [[nodiscard]] std::vector<std::string> tail_names() const;       // oldest first

 private:
  struct File {
    std::string name;
    system::Descriptor fd;
    std::int64_t kept = 0;
  };

  std::int64_t write_to(File& file, std::string_view bytes);
  void append_tail(std::string_view bytes);
  bool empty_older_segment();

  int step_dir_;
  OutputCap& cap_;
  File head_;
  std::array<File, 2> tail_;
  std::size_t newer_ = 0;
  std::int64_t produced_ = 0;
  std::int64_t dropped_ = 0;
};

}  // namespace orchestrate::shim
