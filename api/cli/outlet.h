// Output that never makes its writer wait: a pager, Ctrl-S or a frozen ssh must not stop the night.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace orchestrate::api {

// What is written is passed on at each flush, by a thread of its own. What waits is bounded: beyond that
// whole flushes are dropped, and counted. One thread writes. (spdlog's queue waits for its sink when it
// ends.)
class Outlet final : public std::ostream {
 public:
  using Sink = std::function<void(const std::string& text)>;  // may block, for ever
  // What is said once there is room again; of one that gives nothing nothing is said.
  using Dropped = std::function<std::string(int flushes)>;

  // Both are called by that thread, which must have its signals blocked already.
  Outlet(Sink sink, Dropped dropped, std::size_t most_bytes = std::size_t{1} << 20,
         std::chrono::milliseconds parting_time = std::chrono::seconds(2));
  // What is left has its parting time; a sink that still blocks then is left behind, until the program ends.
  ~Outlet() override;
  Outlet(const Outlet&) = delete;
  Outlet& operator=(const Outlet&) = delete;

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
};

// Into that stream; past the library's buffers for standard output and error, which would be waited for again
// at exit.
[[nodiscard]] Outlet::Sink sink_of(std::ostream& stream);

}  // namespace orchestrate::api
