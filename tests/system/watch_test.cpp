// What changes on disk wakes whoever waits for it.
#include "system/watch.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/inotify.h>

#include <filesystem>
#include <system_error>

#include "tests/system/scratch.h"

namespace orchestrate::system {
namespace {

bool is_readable(const Watch& watch) {
  pollfd readable{watch.descriptor(), POLLIN, 0};
  return ::poll(&readable, 1, 0) == 1;
}

TEST(Watch, NamesTheFolderAndTheFileThatChanged) {
  const Scratch scratch;
  std::filesystem::create_directory(scratch.at("a"));
  std::filesystem::create_directory(scratch.at("b"));
  const Watch watch;
  const auto a = watch.folder(scratch.at("a"), IN_MODIFY);
  const auto b = watch.folder(scratch.at("b"), IN_MODIFY);
  EXPECT_NE(a.id(), b.id());
  EXPECT_TRUE(watch.take().empty());
  scratch.put("b/file", "x");
  EXPECT_TRUE(is_readable(watch));
  const auto changes = watch.take();
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].folder, b.id());
  EXPECT_EQ(changes[0].name, "file");
  EXPECT_FALSE(changes[0].lost_some);
}

// The kernel gives each user a bounded number of watches.
TEST(Watch, OfAFolderEndsWithItsOwner) {
  const Scratch scratch;
  const Watch watch;
  {
    auto first = watch.folder(scratch.at("."), IN_MODIFY);
    const Watch::Folder second = std::move(first);
    EXPECT_EQ(first.id(), -1);
  }
  (void)watch.take();  // that it ended
  scratch.put("file", "x");
  EXPECT_TRUE(watch.take().empty());
}

TEST(Watch, OfAFolderThatIsNotThereThrows) {
  const Scratch scratch;
  const Watch watch;
  EXPECT_THROW((void)watch.folder(scratch.at("none"), IN_MODIFY), std::system_error);
  watch.directory(scratch.at("none"));
}

TEST(Watch, WaitReturnsForAChangeThatCameBefore) {
  const Scratch scratch;
  const Watch watch;
  watch.directory(scratch.at("."));
  scratch.put("file", "x");
  watch.wait(60'000);
  EXPECT_FALSE(is_readable(watch));
  watch.wait(0);
}

}  // namespace
}  // namespace orchestrate::system
