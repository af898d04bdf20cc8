// What scrolls by while `run` works, where there is no terminal.
#include "api/cli/pages/progress.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace orchestrate::api {
namespace {

class Progress : public testing::Test {
 protected:
  Progress() {
    if (::mkdtemp(dir_.data()) == nullptr) throw std::runtime_error("mkdtemp " + dir_);
    store_ = std::make_unique<Store>(dir_);
    Task task;
    task.title = "Fix \x1B[2J the caf\u00e9";
    store_->write([&] { id_ = store_->tasks.add(task, 1); });
    context_.out = &out_;
  }
  ~Progress() override {
    store_.reset();
    std::filesystem::remove_all(dir_);
  }

  std::string lines(ProgressStyle style, const std::string& kind, const std::string& data) {
    EventRow row;
    row.at_ms = 1'794'999'600'000;
    row.task = id_;
    row.kind = Word<EventKind>(kind);
    row.data = data;
    out_.str("");
    make_progress(context_, style, *store_)->events({row});
    return out_.str();
  }
  std::string plain(const std::string& kind, const std::string& data) {
    return lines(ProgressStyle::plain, kind, data);
  }

  std::string dir_ = testing::TempDir() + "progress_XXXXXX";
  std::unique_ptr<Store> store_;
  std::ostringstream out_;
  Context context_;
  std::int64_t id_ = 0;
};

TEST_F(Progress, PlainShowsAStartAndAnEndOnALineEach) {
  const std::string task = "   1  Fix \uFFFD[2J the caf\u00e9";
  EXPECT_EQ(plain("run_started", R"({"agent_type":"alpha"})"), "11:00:00Z  start  " + task + "  - alpha\n");
  EXPECT_EQ(plain("run_ended", R"({"verdict":"accept","state":"done","why":"checks\u001b[0m passed"})"),
            "11:00:00Z  done   " + task + "  - checks\uFFFD[0m passed\n");
}

TEST_F(Progress, PlainHasAWordForEveryEnd) {
  const auto word = [this](const std::string& verdict, const std::string& state) {
    const std::string line =
        plain("run_ended", R"({"verdict":")" + verdict + R"(","state":")" + state + R"("})");
    return line.substr(11, 6);
  };
  EXPECT_EQ(word("retry", "queued"), "again ");
  EXPECT_EQ(word("park", "queued"), "wait  ");
  EXPECT_EQ(word("escalate", "failed"), "FAILED");
  EXPECT_EQ(word("escalate", "waiting_human"), "human ");
}

TEST_F(Progress, PlainIsSilentAboutWhatNobodyWaitsFor) {
  EXPECT_EQ(plain("task_added", "{}"), "");
  EXPECT_EQ(plain("run_ended_otherwise", "not json"), "");
}

TEST_F(Progress, QuietSaysNothing) {
  EXPECT_EQ(lines(ProgressStyle::quiet, "run_started", "{}"), "");
}

TEST_F(Progress, JsonIsOneDocumentPerEvent) {
  const std::string line = lines(ProgressStyle::json, "run_started", R"({"agent_type":"alpha"})");
  EXPECT_EQ(nlohmann::json::parse(line)["agent_type"], "alpha");
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

}  // namespace
}  // namespace orchestrate::api
