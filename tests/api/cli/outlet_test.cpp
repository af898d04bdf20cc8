#include "api/cli/outlet.h"

#include <gtest/gtest.h>

#include <future>
#include <sstream>

namespace orchestrate::api {
namespace {

std::string say(int flushes) {
  return "(" + std::to_string(flushes) + " lost)";
}

TEST(AnOutlet, PassesEverythingOnInItsOrder) {
  std::ostringstream to;
  std::string expected;
  {
    Outlet outlet(sink_of(to), say);
    for (int i = 0; i < 1'000; ++i) {
      outlet << "line " << i << std::endl;
      expected += "line " + std::to_string(i) + "\n";
    }
    outlet << "and what was not flushed";
  }
  EXPECT_EQ(to.str(), expected + "and what was not flushed");
}

TEST(AnOutlet, WhoseReaderSleepsDropsAndCountsAndNeverWaits) {
  std::promise<void> asleep, wake;
  std::string read;
  const auto sink = [&, woken = wake.get_future().share(), first = true](const std::string& text) mutable {
    if (std::exchange(first, false)) asleep.set_value();
    woken.wait();
    read += text;
  };
  {
    Outlet outlet(sink, say, 10);
    outlet << "first" << std::flush;
    asleep.get_future().wait();
    outlet << "0123456789" << std::flush << "too much" << std::flush << "more" << std::flush << ""
           << std::flush;
    wake.set_value();
  }
  EXPECT_EQ(read, "first0123456789(2 lost)");
}

TEST(AnOutlet, WhoseReaderNeverWakesIsLeftBehind) {
  const auto wake = std::make_shared<std::promise<void>>();
  {
    Outlet outlet([woken = wake->get_future().share()](const std::string&) { woken.wait(); }, say, 100,
                  std::chrono::milliseconds(20));
    outlet << "x" << std::flush;
  }
  wake->set_value();
}

}  // namespace
}  // namespace orchestrate::api
