#include "orchestrator/queue/met.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/orchestrator/queue/outlook.h"
#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

QueuePlace at(std::int64_t id) {
  return id;
}

WaitsFor waits_for(const std::string& name) {
  return {{{name}}, {}};
}

class MetTest : public testing::Test {
 protected:
  [[nodiscard]] SchedulingContext context() const { return outlook.over(temp.project.config); }

  // Meets the tasks 1 to `last`, one after the other.
  void meet(std::int64_t last, const std::function<std::optional<WaitsFor>(std::int64_t)>& of) {
    met.rewind();
    for (std::int64_t id = 1; id <= last; ++id)
      met.met(at(id), of(id));
  }

  // What a walk over the remembered places would see: the last id of each stretch, with a '?' when it has to
  // be met.
  std::string seen() {
    std::string text;
    met.rewind();
    while (const auto ends = met.ahead_ends()) {
      const WaitsFor* known = met.ahead();
      text += (text.empty() ? "" : " ") + std::to_string(*ends);
      if (known == nullptr) {
        text += "?";
      } else {
        for (const auto& names : known->targets)
          text += names.front().substr(0, 1);
      }
      if (known == nullptr) break;  // a walk would meet it
      met.skip();
    }
    return text;
  }

  test::TempProject temp;
  test::Outlook outlook;
  Met met;
};

TEST_F(MetTest, NothingIsKnownOfAQueueThatWasNeverMet) {
  met.rewind();
  EXPECT_EQ(met.ahead(), nullptr);
  EXPECT_EQ(met.ahead_ends(), std::nullopt);
  EXPECT_TRUE(met.waiting().empty());
}

TEST_F(MetTest, NeighboursThatWaitForTheSameAreOneStretch) {
  meet(1000, [](std::int64_t) { return waits_for("alpha"); });
  EXPECT_EQ(seen(), "1000a");
  ASSERT_EQ(met.waiting().size(), 1U);
  EXPECT_EQ(met.waiting()[0].last, at(1000));
}

TEST_F(MetTest, WhatWasTakenLeavesNoStretchOfItsOwn) {
  meet(30, [](std::int64_t id) { return id % 3 == 0 ? std::optional<WaitsFor>() : waits_for("alpha"); });
  EXPECT_EQ(seen(), "30a");
}

TEST_F(MetTest, OthersBeginAnotherStretch) {
  meet(30, [](std::int64_t id) { return waits_for(id <= 10 ? "alpha" : "beta"); });
  EXPECT_EQ(seen(), "10a 30b");
}

TEST_F(MetTest, AForgottenPlaceIsAHoleUntilItIsMetAgain) {
  meet(30, [](std::int64_t) { return waits_for("alpha"); });
  met.forget(at(17));
  EXPECT_EQ(seen(), "16a 17?");
  met.met(at(17), waits_for("alpha"));
  EXPECT_EQ(met.ahead_ends(), at(30));
  EXPECT_EQ(seen(), "17a 30a");
  EXPECT_EQ(seen(), "30a");  // they have grown together
}

TEST_F(MetTest, TheFirstAndTheLastPlaceCanBeForgotten) {
  meet(3, [](std::int64_t) { return waits_for("alpha"); });
  met.forget(at(1));
  met.forget(at(3));
  EXPECT_EQ(seen(), "1?");
  met.met(at(1), waits_for("beta"));
  met.skip();
  EXPECT_EQ(met.ahead(), nullptr);
  EXPECT_EQ(met.ahead_ends(), at(3));
}

TEST_F(MetTest, APlaceBehindAllOthersNeedsNotBeForgotten) {
  meet(3, [](std::int64_t) { return waits_for("alpha"); });
  met.forget(at(4));
  EXPECT_EQ(seen(), "3a");
}

TEST_F(MetTest, ForgettingAllForgetsAll) {
  meet(3, [](std::int64_t) { return waits_for("alpha"); });
  met.forget_all();
  EXPECT_EQ(seen(), "");
}

TEST_F(MetTest, TheRestOfAStretchStaysWhatItWas) {
  meet(30, [](std::int64_t) { return waits_for("alpha"); });
  met.rewind();
  met.met(at(5), waits_for("beta"));
  EXPECT_EQ(*met.ahead(), waits_for("alpha"));
  EXPECT_EQ(seen(), "5b 30a");
}

TEST_F(MetTest, TakesBoundedMemoryAndForgetsRatherThanGuesses) {
  meet(20'000, [](std::int64_t id) { return waits_for(id % 2 == 0 ? "alpha" : "beta"); });
  std::size_t stretches = 0;
  for (met.rewind(); met.ahead_ends() && met.ahead() != nullptr; met.skip()) {
    EXPECT_EQ(met.ahead()->targets.size(), 2U);  // both kinds are in there
    ++stretches;
  }
  EXPECT_LE(stretches, 1000U);
  EXPECT_EQ(met.passed(), at(20'000));
}

TEST_F(MetTest, StillWaitsWhileAllItsTargetsAreTaken) {
  const WaitsFor waits = waits_for("alpha");
  EXPECT_FALSE(waits.still(context()));
  outlook.load.by_type["alpha"] = 4;
  EXPECT_TRUE(waits.still(context()));
  EXPECT_FALSE((WaitsFor{{{"alpha", "beta"}}, {}}.still(context())));
}

TEST_F(MetTest, AStandInEndsTheWaitOnlyForOneThatIsParked) {
  const WaitsFor waits = waits_for("alpha");  // whose fallback is beta
  outlook.load.by_type["alpha"] = 4;
  EXPECT_TRUE(waits.still(context()));
  outlook.parks.push_back({"p1", std::nullopt, "limit", 1});
  EXPECT_FALSE(waits.still(context()));
  outlook.load.by_type["beta"] = 4;
  EXPECT_TRUE(waits.still(context()));
}

TEST_F(MetTest, MoneyAndTheProjectsOwnFolderAreWaitedForToo) {
  const WaitsFor waits = waits_for("alpha");
  temp.project.config.agent_types["alpha"].profile.max_cost_usd = 3;
  outlook.load.spent_usd = 23;
  EXPECT_TRUE(waits.still(context()));
  outlook.load.spent_usd = 22;
  EXPECT_FALSE(waits.still(context()));
  temp.project.config.agent_types["alpha"].workspace = workspaces::Kind::in_place;
  outlook.load.in_place_busy = true;
  EXPECT_TRUE(waits.still(context()));
}

TEST_F(MetTest, APersonBehindABusyOneEndsTheWait) {
  outlook.load.by_type["alpha"] = 4;
  EXPECT_FALSE((WaitsFor{{{"alpha", routing::kHuman}}, {}}.still(context())));
}

TEST_F(MetTest, AnAvailabilityThatARuleAskedForEndsTheWaitWhenItChanges) {
  outlook.load.by_type["alpha"] = 4;
  const WaitsFor waits = {{{"alpha"}}, {{"beta", true}}};
  EXPECT_TRUE(waits.still(context()));
  outlook.load.by_type["beta"] = 4;
  EXPECT_FALSE(waits.still(context()));
}

TEST_F(MetTest, TasksThatWaitForOtherTasksWaitWhoeverIsFree) {
  EXPECT_TRUE(WaitsFor().still(context()));
}

TEST_F(MetTest, WhatIsRememberedDifferentlyIsNotPutTogether) {
  EXPECT_EQ(both({{{"alpha"}}, {{"beta", true}}}, {{{"beta"}}, {}}),
            (WaitsFor{{{"alpha"}, {"beta"}}, {{"beta", true}}}));
  EXPECT_EQ(both({{}, {{"beta", true}}}, {{}, {{"beta", false}}}), std::nullopt);
}

TEST_F(MetTest, WithLittleRoomNoPlaceMakesItsNeighboursForgotten) {
  Met small(4);
  small.rewind();
  for (std::int64_t id = 1; id <= 40; ++id)
    small.met(at(id), waits_for(id % 2 == 0 ? "alpha" : "beta"));
  small.forget(at(20));
  small.rewind();
  std::int64_t known = 0;
  while (const auto ends = small.ahead_ends()) {
    if (small.ahead() == nullptr) {
      small.met(*ends, waits_for("alpha"));
    } else {
      known += *ends - small.passed();
      small.skip();
    }
  }
  EXPECT_EQ(known, 39) << "of 40 places one has to be met again";
}

bool covers(const WaitsFor& stretch, const WaitsFor& one) {
  return std::includes(stretch.targets.begin(), stretch.targets.end(), one.targets.begin(),
                       one.targets.end());
}

// Against the plainest memory there is: one entry for each task. With little room stretches are joined.
class MetMemory : public MetTest, public testing::WithParamInterface<std::size_t> {};
INSTANTIATE_TEST_SUITE_P(Stretches, MetMemory, testing::Values(std::size_t{1000}, std::size_t{8}));

TEST_P(MetMemory, NeverRemembersWhatIsNotSo) {
  Met memory(GetParam());
  std::mt19937 random(20'261'128);
  const auto any = [&random](std::int64_t below) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(below));
  };
  constexpr std::int64_t kTasks = 60;
  std::map<std::int64_t, std::optional<WaitsFor>> plain;  // absent: to be met; nullopt: nobody is there
  for (int round = 0; round < 3000; ++round) {
    for (std::int64_t n = any(3); n > 0; --n) {
      const std::int64_t id = 1 + any(kTasks);
      memory.forget(at(id));
      plain.erase(id);
    }
    memory.rewind();
    std::int64_t budget = any(20);
    for (std::int64_t id = 1; id <= kTasks && budget > 0;) {
      const auto ends = memory.ahead_ends();
      if (ends && *ends < at(id)) {
        memory.met(*ends, std::nullopt);
        continue;
      }
      const std::int64_t last = ends ? *ends : kTasks;
      const WaitsFor* known = memory.ahead();
      if (known != nullptr && any(4) > 0) {
        for (; id <= last; ++id) {
          ASSERT_TRUE(plain.contains(id)) << "task " << id << " has to be met";
          if (plain.at(id)) {
            ASSERT_TRUE(covers(*known, *plain.at(id))) << "task " << id;
          }
        }
        memory.skip();
        continue;
      }
      const auto waits =
          any(5) == 0 ? std::nullopt : std::optional(waits_for(any(2) == 0 ? "alpha" : "beta"));
      memory.met(at(id), waits);
      plain[id] = waits;
      ++id;
      --budget;
    }
  }
}

}  // namespace
}  // namespace orchestrate
