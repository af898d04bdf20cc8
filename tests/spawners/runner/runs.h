// A runs directory for tests, the steps in it, and what a runner reported of them.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "spawners/local/local_runner.h"
#include "spawners/step/step_files.h"
#include "system/descriptor.h"

namespace orchestrate::spawners {

// Polls until `condition` holds; false after a generous deadline.
[[nodiscard]] bool eventually(const std::function<bool()>& condition);

// Everything a runner said of one step.
struct Seen {
  std::vector<std::string>
      kinds;  // "Started", "Lines", "Exited", "Lost", in order, repeats of Lines left out
  std::vector<std::string> lines;
  std::map<std::string, std::vector<std::string>> of_file;
  int cut = 0;
  std::int64_t pid = 0;
  std::optional<ExitRecord> exit;
  std::optional<std::string> lost;

  [[nodiscard]] bool over() const { return exit.has_value() || lost.has_value(); }
};

// Collects the events of one runner.
class Watcher {
 public:
  explicit Watcher(Runner& runner) : runner_(runner) {}

  // Waits for events until `condition` holds; false after a generous deadline.
  [[nodiscard]] bool until(const std::function<bool()>& condition);
  const Seen& until_over(const std::string& step);
  void for_ms(std::int64_t ms);  // whatever comes in so long
  void take(const std::vector<Event>& events);

  std::map<std::string, Seen> seen;
  int woken = 0;
  std::vector<int> signals;

 private:
  Runner& runner_;
};

// The directory is gone when this is, and so is every shim that was started in it.
class Runs {
 public:
  Runs();
  Runs(const Runs&) = delete;
  Runs& operator=(const Runs&) = delete;
  ~Runs();

  [[nodiscard]] std::unique_ptr<Runner> runner(const std::string& shim = SHIM_PROGRAM) const;

  // A step that runs a /bin/sh script in its own directory.
  [[nodiscard]] static Step script(const std::string& id, const std::string& text);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] std::string dir(const std::string& id) const { return (root_ / "runs" / id).string(); }
  [[nodiscard]] std::string text(const std::string& id, const std::string& name) const;  // "" when absent
  void write(const std::string& id, const std::string& name, const std::string& content) const;
  // Waits until the file contains the part.
  [[nodiscard]] bool await_text(const std::string& id, const std::string& name,
                                const std::string& part) const;

 private:
  std::filesystem::path root_;
};

// A step that counts its starts in the file `count` and then goes on with `text`.
[[nodiscard]] Step counting(const std::string& id, const std::string& text);

// The lock of a step, held by the test in place of a shim.
class HeldLock {
 public:
  explicit HeldLock(const std::string& dir);
  void release() { fd_ = {}; }

 private:
  system::Descriptor fd_;
};

// A process of ours that has nothing to do with any step; it waits for a signal.
class Bystander {
 public:
  Bystander();
  Bystander(const Bystander&) = delete;
  Bystander& operator=(const Bystander&) = delete;
  ~Bystander();

  [[nodiscard]] bool alive() const;
  [[nodiscard]] StartRecord true_record() const;  // what a shim with this process's id would have written
  [[nodiscard]] static std::string json(const StartRecord& record);

 private:
  pid_t pid_;
};

}  // namespace orchestrate::spawners
