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

TEST_F(Progress, PlainTellsWhatAPersonWouldWantToKnow) {
  const std::string at = "11:00:00Z  ";
  EXPECT_EQ(plain("task_handed_to_human", R"({"kind":"manual","inbox_kind":"manual"})"),
            at + "human     1  Fix \uFFFD[2J the caf\u00e9  - manual\n");
  EXPECT_EQ(plain("provider_parked", R"({"provider":"anthropic","why":"usage limit\u001b"})"),
            at + "park   anthropic: usage limit\uFFFD\n");
  EXPECT_EQ(plain("session_draining", R"({"why":"SIGTERM"})"),
            at + "SIGTERM: running agents go on to their end; once more to end them now\n");
  EXPECT_EQ(plain("session_stopping", R"({"why":"SIGTERM"})"), at + "ending every running agent\n");
  EXPECT_EQ(plain("paused", R"({"why":"paused since noon"})"), at + "paused since noon\n");
  EXPECT_EQ(plain("resumed", "{}"), at + "resumed\n");
  EXPECT_EQ(plain("config_reloaded", R"({"problem":""})"), at + "the configuration was read again\n");
  EXPECT_EQ(plain("config_broken", R"({"problem":"agents.toml: no TOML"})"),
            at + "the configuration is broken, the last good one stays: agents.toml: no TOML\n");
}

TEST_F(Progress, PlainIsOfATaskThatIsGoneAllTheSame) {
  id_ = 12345;
  EXPECT_EQ(plain("run_started", R"({"agent_type":"alpha"})"), "11:00:00Z  start  12345    - alpha\n");
}

TEST_F(Progress, ColourMarksHowAnAttemptEnded) {
  context_.colour = true;
  const auto colour = [this](const std::string& verdict) {
    const std::string line = plain("run_ended", R"({"verdict":")" + verdict + R"("})");
    return line.substr(line.find('\x1B'), 5);
  };
  EXPECT_EQ(colour("accept"), "\x1B[32m");
  EXPECT_EQ(colour("escalate"), "\x1B[31m");
  EXPECT_EQ(colour("retry"), "\x1B[33m");
  EXPECT_EQ(colour("park"), "\x1B[33m");
}

RunningView view() {
  RunningView view;
  view.task = 7;
  view.title = "Fix \x1b[2J it";
  view.agent_type = "alpha";
  view.step = "agent";
  view.age_ms = 65'000;
  view.silent_ms = 2'000;
  view.tokens = 120;
  view.cost_usd = 0.5;
  return view;
}

QueueCounts counts(std::int64_t queued, std::int64_t done, std::int64_t failed) {
  QueueCounts counts;
  counts.by_state[static_cast<std::size_t>(TaskState::queued)] = queued;
  counts.by_state[static_cast<std::size_t>(TaskState::done)] = done;
  counts.by_state[static_cast<std::size_t>(TaskState::failed)] = failed;
  return counts;
}

TEST_F(Progress, LiveDrawsALineForEachAgentAndABarAndDrawsThemAgain) {
  const auto progress = make_progress(context_, ProgressStyle::live, *store_);
  progress->turn({view()}, counts(2, 1, 1));
  const std::string first = out_.str();
  EXPECT_TRUE(first.starts_with("7  alpha  agent  65 s  silent 2.0 s  120 tok  $0.50  Fix \uFFFD[2J it\n"))
      << first;
  EXPECT_TRUE(first.ends_with("[############............] 1 done, 1 failed, 0 with people, 2 queued\n"))
      << first;
  out_.str("");
  progress->turn({}, counts(0, 1, 1));
  EXPECT_EQ(
      out_.str(),
      "\x1B[1A\x1B[2K\x1B[1A\x1B[2K[########################] 1 done, 1 failed, 0 with people, 0 queued\n");
}

TEST_F(Progress, LiveLetsWhatHappensScrollAboveAndLeavesNothingBehind) {
  auto progress = make_progress(context_, ProgressStyle::live, *store_);
  progress->turn({view()}, counts(1, 0, 0));
  out_.str("");
  EventRow row;
  row.at_ms = 1'794'999'600'000;
  row.kind = Word<EventKind>("resumed");
  progress->events({row});
  EXPECT_EQ(out_.str(), "\x1B[1A\x1B[2K\x1B[1A\x1B[2K11:00:00Z  resumed\n");
  progress->turn({}, counts(0, 0, 0));
  out_.str("");
  progress.reset();
  EXPECT_EQ(out_.str(), "\x1B[1A\x1B[2K");
}

TEST_F(Progress, LiveHasOneLineForAnAgentHoweverMuchItSays) {
  RunningView talkative = view();
  talkative.activity = std::string(1'000, 'a');
  make_progress(context_, ProgressStyle::live, *store_)->turn({talkative}, counts(0, 0, 0));
  EXPECT_NE(out_.str().find("  | aaa"), std::string::npos);
  EXPECT_NE(out_.str().find("\u2026\n["), std::string::npos) << out_.str();
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
