// One owner of a descriptor, and what is done with one.
#include "system/descriptor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <utility>

#include "tests/system/scratch.h"

namespace orchestrate::system {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}

TEST(Descriptor, IsClosedWithItsOwnerOrWhenItGetsAnother) {
  Descriptor first = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
  Descriptor second = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
  const int one = first.get();
  const int two = second.get();
  first = std::move(second);
  EXPECT_FALSE(is_open(one));
  EXPECT_TRUE(is_open(two));
  EXPECT_EQ(first.get(), two);
  EXPECT_FALSE(second);
  { const Descriptor third(std::move(first)); }
  EXPECT_FALSE(is_open(two));
}

TEST(Descriptor, ThatIsReleasedStaysOpen) {
  Descriptor owner = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
  const int fd = owner.release();
  EXPECT_FALSE(owner);
  owner.reset();
  EXPECT_TRUE(is_open(fd));
  ::close(fd);
}

TEST(OpenAt, GivesNothingToProgramsThatAreStarted) {
  const Descriptor file = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
  EXPECT_EQ(::fcntl(file.get(), F_GETFD), FD_CLOEXEC);
}

TEST(OpenRegular, RefusesAtOnceWhatIsNoRegularFile) {
  const Scratch scratch;
  scratch.put("file", "text");
  ASSERT_EQ(::mkfifo(scratch.at("fifo").c_str(), 0600), 0);
  std::filesystem::create_symlink("file", scratch.at("link"));
  EXPECT_TRUE(open_regular(AT_FDCWD, scratch.at("file")));
  const std::pair<std::string, int> others[] = {{scratch.at("fifo"), ENOTSUP},
                                                {scratch.at("link"), ELOOP},
                                                {scratch.at("."), EISDIR},
                                                {"/dev/zero", ENOTSUP},
                                                {scratch.at("absent"), ENOENT}};
  for (const auto& [path, error] : others) {
    errno = 0;
    EXPECT_FALSE(open_regular(AT_FDCWD, path)) << path;
    EXPECT_EQ(errno, error) << path;
  }
}

TEST(CreateNew, TakesThePlaceOfALinkWithoutFollowingIt) {
  const Scratch scratch;
  scratch.put("victim", "untouched");
  std::filesystem::create_symlink("victim", scratch.at("name"));
  const Descriptor file = create_new(AT_FDCWD, scratch.at("name"));
  ASSERT_EQ(write_all(file.get(), "ours"), 4U);
  EXPECT_EQ(scratch.text("name"), "ours");
  EXPECT_EQ(scratch.text("victim"), "untouched");
}

TEST(WriteAll, SaysHowMuchAFullDiskTook) {
  const Descriptor full = open_at(AT_FDCWD, "/dev/full", O_WRONLY);
  errno = 0;
  EXPECT_EQ(write_all(full.get(), "text"), 0U);
  EXPECT_EQ(errno, ENOSPC);
}

TEST(ReadAll, EndsAtItsBound) {
  const Scratch scratch;
  scratch.put("file", std::string(10'000, 'x'));
  std::string text;
  EXPECT_TRUE(read_all(open_at(AT_FDCWD, scratch.at("file"), O_RDONLY).get(), 10'000, text));
  EXPECT_EQ(text.size(), 10'000U);
  text.clear();
  EXPECT_FALSE(read_all(open_at(AT_FDCWD, scratch.at("file"), O_RDONLY).get(), 9'999, text));
  EXPECT_EQ(errno, EFBIG);
}

}  // namespace
}  // namespace orchestrate::system
