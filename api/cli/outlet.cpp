#include "api/cli/outlet.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <streambuf>
#include <thread>
#include <utility>

namespace orchestrate::api {
namespace {

// Shared with the thread, which may outlive the outlet.
struct Queue {
  Outlet::Sink sink;
  Outlet::Dropped say_dropped;
  std::size_t most_bytes = 0;

  std::mutex mutex;
  std::condition_variable changed;
  std::string text;
  int dropped = 0;
  bool closed = false, idle = true;
};

void pass_on(const std::shared_ptr<Queue>& queue) {
  std::unique_lock lock(queue->mutex);
  for (;;) {
    queue->idle = queue->text.empty();
    queue->changed.notify_all();
    queue->changed.wait(lock, [&] { return !queue->text.empty() || queue->closed; });
    if (queue->text.empty()) return;
    queue->idle = false;
    std::string text = std::exchange(queue->text, {});
    if (const int dropped = std::exchange(queue->dropped, 0); dropped > 0)
      text += queue->say_dropped(dropped);
    lock.unlock();
    queue->sink(text);
    lock.lock();
  }
}

}  // namespace

class Outlet::Buffer final : public std::streambuf {
 public:
  Buffer(std::shared_ptr<Queue> queue, std::chrono::milliseconds parting_time)
      : queue_(std::move(queue)), parting_time_(parting_time), thread_(pass_on, queue_) {}

  ~Buffer() override {
    std::unique_lock lock(queue_->mutex);
    queue_->closed = true;
    queue_->changed.notify_all();
    const bool done = queue_->changed.wait_for(lock, parting_time_,
                                               [this] { return queue_->idle && queue_->text.empty(); });
    lock.unlock();
    done ? thread_.join() : thread_.detach();
  }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

 protected:
  int_type overflow(int_type c) override {
    if (c != traits_type::eof()) text_ += traits_type::to_char_type(c);
    return traits_type::not_eof(c);
  }
  std::streamsize xsputn(const char* text, std::streamsize size) override {
    text_.append(text, static_cast<std::size_t>(size));
    return size;
  }
  int sync() override {
    if (text_.empty()) return 0;
    const std::scoped_lock lock(queue_->mutex);
    if (queue_->text.size() + text_.size() > queue_->most_bytes) {
      ++queue_->dropped;
    } else {
      queue_->text += text_;
    }
    text_.clear();
    queue_->changed.notify_all();
    return 0;
  }

 private:
  std::string text_;
  std::shared_ptr<Queue> queue_;
  std::chrono::milliseconds parting_time_;
  std::thread thread_;
};

Outlet::Outlet(Sink sink, Dropped dropped, std::size_t most_bytes, std::chrono::milliseconds parting_time)
    : std::ostream(nullptr) {
  auto queue = std::make_shared<Queue>();
  queue->sink = std::move(sink);
  queue->say_dropped = std::move(dropped);
  queue->most_bytes = most_bytes;
  buffer_ = std::make_unique<Buffer>(std::move(queue), parting_time);
  rdbuf(buffer_.get());
}

Outlet::~Outlet() {
  flush();
}

Outlet::Sink sink_of(std::ostream& stream) {
  const int fd = &stream == &std::cout ? STDOUT_FILENO : &stream == &std::cerr ? STDERR_FILENO : -1;
  if (fd < 0) return [&stream](const std::string& text) { stream << text << std::flush; };
  return [fd](const std::string& text) {
    for (std::size_t written = 0; written < text.size();) {
      const ssize_t n = ::write(fd, text.data() + written, text.size() - written);
      if (n < 0 && errno != EINTR) return;  // nobody reads any more
      if (n > 0) written += static_cast<std::size_t>(n);
    }
  };
}

}  // namespace orchestrate::api
