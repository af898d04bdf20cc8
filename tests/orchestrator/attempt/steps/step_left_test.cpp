// What is read of a step that has ended: enough to judge it, and no more.
#include "orchestrator/attempt/steps/step_left.h"

#include <gtest/gtest.h>

#include "tests/orchestrator/attempt/sample.h"

namespace orchestrate {
namespace {

using test::exit_with;

// Gives the name of what it is asked for, and remembers each question.
class Asked final : public spawners::Runner {
 public:
  [[nodiscard]] spawners::Now now() const override { return {}; }
  void start(const spawners::Step& /*step*/) override {}
  void cancel(const std::string& /*step_id*/) override {}
  std::vector<std::string> end_all_but(const std::set<std::string>& /*step_ids*/) override { return {}; }
  [[nodiscard]] std::string tail(const std::string& step_id, const std::string& stream,
                                 std::size_t most) const override {
    questions += step_id + " " + stream + " " + std::to_string(most) + "\n";
    return stream;
  }
  [[nodiscard]] std::string read(const std::string& step_id, const std::string& file,
                                 std::size_t most) const override {
    questions += step_id + " " + file + " " + std::to_string(most) + "\n";
    return "no result";
  }
  [[nodiscard]] std::vector<spawners::Event> wait(std::int64_t /*deadline_mono_ms*/) override { return {}; }

  mutable std::string questions;
};

std::string asked_of(StepKind kind, const std::optional<spawners::ExitRecord>& record) {
  const Asked runner;
  (void)read_left(runner, "1/02-x", kind, record);
  return runner.questions;
}

constexpr StepKind of_ours[] = {StepKind::create,   StepKind::base_checkout,  StepKind::hide,
                                StepKind::snapshot, StepKind::fresh_checkout, StepKind::land,
                                StepKind::remove};
constexpr StepKind commands[] = {StepKind::after_create, StepKind::baseline, StepKind::before_run,
                                 StepKind::after_run, StepKind::before_remove};

TEST(StepLeft, OfAStepOfOursAreItsResultAndItsLastWords) {
  for (const StepKind kind : of_ours) {
    for (const int code : {0, 1})
      EXPECT_EQ(asked_of(kind, exit_with(code)), "1/02-x result.json 67108864\n1/02-x stderr 1000\n");
  }
}

TEST(StepLeft, OfAFailedCheckAreTheEndsOfBothStreams) {
  EXPECT_EQ(asked_of(StepKind::check, exit_with(1)), "1/02-x stdout 2000\n1/02-x stderr 2000\n");
  EXPECT_EQ(asked_of(StepKind::check, exit_with(0)), "");
}

TEST(StepLeft, OfAVersionIsWhatItPrintedHoweverItEnded) {
  for (const int code : {0, 1})
    EXPECT_EQ(asked_of(StepKind::version, exit_with(code)), "1/02-x stdout 4000\n1/02-x stderr 4000\n");
}

TEST(StepLeft, OfAFailedCommandAreItsLastWords) {
  for (const StepKind kind : commands) {
    EXPECT_EQ(asked_of(kind, exit_with(1)), "1/02-x stderr 1000\n") << step_name(kind);
    EXPECT_EQ(asked_of(kind, exit_with(0)), "") << step_name(kind);
  }
}

TEST(StepLeft, OfTheAgentIsNothing) {
  for (const int code : {0, 1})
    EXPECT_EQ(asked_of(StepKind::agent, exit_with(code)), "") << "its lines were read as they came";
}

TEST(StepLeft, OfWhatIsLostIsNothing) {
  for (const StepKind kind : of_ours)
    EXPECT_EQ(asked_of(kind, std::nullopt), "");
  EXPECT_FALSE(read_left(Asked(), "1/02-x", StepKind::check, std::nullopt).record.has_value());
}

TEST(StepLeft, HasEachStreamUnderItsName) {
  const StepLeft left = read_left(Asked(), "1/02-x", StepKind::check, exit_with(3));
  EXPECT_EQ(left.record->code, 3);
  EXPECT_EQ(left.out_tail, "stdout");
  EXPECT_EQ(left.err_tail, "stderr");
  EXPECT_FALSE(left.result.has_value());
}

TEST(StepLeft, AResultThatIsTornIsNone) {
  EXPECT_FALSE(read_left(Asked(), "1/02-x", StepKind::snapshot, exit_with(0)).result.has_value());
}

}  // namespace
}  // namespace orchestrate
