// The clocks of a step, and what a child lives to see when it is stopped.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/spawners/shim/step_run.h"

namespace orchestrate::shim {
namespace {

TEST(ShimLimits, TheWallLimitEndsATalkingChild) {
  StepRun step({"chatter", "100000"});
  step.launch["wall_ms"] = 300;
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["reason"], "wall_limit");
  EXPECT_EQ(step.record()["signal"], SIGTERM);
  EXPECT_GE(step.record()["wall_ms"], 300);
}

TEST(ShimLimits, TheSilenceLimitEndsAChildThatHasGoneQuiet) {
  StepRun step({"print-and-hang", "last words\n"});
  step.launch["silence_ms"] = 1000;
  step.launch["startup_ms"] = 30'000;
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["reason"], "silence_limit");
  EXPECT_EQ(step.text("stdout"), "last words\n");
}

TEST(ShimLimits, BeforeTheFirstByteTheStartupAllowanceCounts) {
  StepRun quiet({"print-and-hang", ""});
  quiet.launch["silence_ms"] = 100;
  quiet.launch["startup_ms"] = 900;
  EXPECT_EQ(quiet.run(), 0);
  EXPECT_EQ(quiet.record()["reason"], "silence_limit");
  EXPECT_GE(quiet.record()["wall_ms"], 900);
}

TEST(ShimLimits, AfterTheFirstByteTheStartupAllowanceIsOver) {
  StepRun spoken({"print-and-hang", "ready\n"});
  spoken.launch["silence_ms"] = 100;
  spoken.launch["startup_ms"] = 60'000;
  spoken.launch["wall_ms"] = 30'000;
  EXPECT_EQ(spoken.run(), 0);
  EXPECT_EQ(spoken.record()["reason"], "silence_limit");
}

TEST(ShimLimits, AnyOutputPutsTheSilenceLimitOff) {
  StepRun step({"chatter", "45"});
  step.launch["silence_ms"] = 2000;
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["reason"], "exited");
  EXPECT_GT(step.record()["wall_ms"], 2000);
}

TEST(ShimLimits, OutputOnStderrAloneIsASignOfLife) {
  StepRun step({"mutter", "45"});
  step.launch["silence_ms"] = 2000;
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["reason"], "exited");
  EXPECT_GT(step.record()["wall_ms"], 2000);
  EXPECT_EQ(step.record()["stdout_bytes"], 0);
  EXPECT_EQ(step.record()["stderr_bytes"], 45);
}

TEST(ShimLimits, FromTheFirstTermOfTheWallLimitTheChildHasItsWholeGrace) {
  StepRun step({"reluctant"});
  step.launch["wall_ms"] = 700;
  step.launch["grace_ms"] = 900;
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["reason"], "wall_limit");
  EXPECT_EQ(step.record()["signal"], SIGKILL);
  EXPECT_GE(step.record()["wall_ms"], 700 + 900);
  EXPECT_EQ(step.text("stdout"), "ready\nTERM ignored\n") << "it is asked once";
}

TEST(ShimLimits, AChildSeesTermAndMayEndByItself) {
  StepRun step({"polite"});
  step.start();
  ASSERT_TRUE(step.await_text("stdout", "ready"));
  step.signal_shim(SIGTERM);
  EXPECT_EQ(step.wait(), 0);
  EXPECT_EQ(step.text("stdout"), "ready\nTERM seen\n");
  EXPECT_EQ(step.record()["reason"], "cancelled");
  EXPECT_EQ(step.record()["code"], 7);
  EXPECT_LT(step.record()["wall_ms"], default_grace_ms);
}

TEST(ShimLimits, AStoppedChildSeesTermToo) {
  StepRun step({"stopped"});
  step.start();
  ASSERT_TRUE(step.await_text("stdout", "ready"));
  step.signal_shim(SIGTERM);
  EXPECT_EQ(step.wait(), 0);
  EXPECT_EQ(step.text("stdout"), "ready\nTERM seen\n");
}

TEST(ShimLimits, AChildDeafToTermIsKilledAfterItsWholeGrace) {
  StepRun step({"reluctant"});
  step.launch["grace_ms"] = 400;
  step.start();
  ASSERT_TRUE(step.await_text("stdout", "ready"));
  step.signal_shim(SIGTERM);
  EXPECT_EQ(step.wait(), 0);
  EXPECT_EQ(step.text("stdout"), "ready\nTERM ignored\n");
  EXPECT_EQ(step.record()["reason"], "cancelled");
  EXPECT_EQ(step.record()["signal"], SIGKILL);
  EXPECT_EQ(step.record()["code"], -1);
  EXPECT_GE(step.record()["wall_ms"], 400);
}

TEST(ShimLimits, ATermDuringTheGraceCutsItShortAndTheFirstReasonStays) {
  StepRun step({"reluctant"});
  step.launch["wall_ms"] = 1500;
  step.launch["grace_ms"] = 1'000'000;
  step.start();
  ASSERT_TRUE(step.await_text("stdout", "TERM ignored"));
  EXPECT_FALSE(step.has("exit.json"));
  step.signal_shim(SIGTERM);
  EXPECT_EQ(step.wait(), 0);
  EXPECT_EQ(step.record()["reason"], "wall_limit");
  EXPECT_EQ(step.record()["signal"], SIGKILL);
}

TEST(ShimLimits, EverySignalThatAsksToStopIsACancellation) {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT}) {
    StepRun step({"print-and-hang", "ready\n"});
    step.start();
    ASSERT_TRUE(step.await_text("stdout", "ready"));
    step.signal_shim(number);
    EXPECT_EQ(step.wait(), 0);
    EXPECT_EQ(step.record()["reason"], "cancelled") << number;
  }
}

}  // namespace
}  // namespace orchestrate::shim
