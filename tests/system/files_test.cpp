// Whole files: only ENOENT is absent, nothing is waited for, and what is written is whole and private.
#include "system/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>
#include <csignal>
#include <system_error>

#include "system/descriptor.h"
#include "tests/system/scratch.h"

namespace orchestrate::system {
namespace {

mode_t mode_of(const std::string& path) {
  struct stat st {};
  return ::lstat(path.c_str(), &st) == 0 ? st.st_mode & 07777U : 0;
}

// While it lives, no descriptor can be opened.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &old_);
    const Descriptor next = open_at(AT_FDCWD, "/dev/null", O_RDONLY);
    const rlimit tight{static_cast<rlim_t>(next.get()), old_.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &tight);
  }
  NoDescriptors(const NoDescriptors&) = delete;
  NoDescriptors& operator=(const NoDescriptors&) = delete;
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &old_); }

 private:
  rlimit old_{};
};

TEST(ReadFile, TellsAbsentFromUnknown) {
  const Scratch scratch;
  scratch.put("file", "text");
  EXPECT_EQ(read_file(scratch.at("file")).text, "text");
  EXPECT_TRUE(read_file(scratch.at("none")).absent());
  const FileText below = read_file(scratch.at("file/below"));
  EXPECT_FALSE(below);
  EXPECT_FALSE(below.absent());
  EXPECT_EQ(below.why(), "Not a directory");
  const NoDescriptors none;
  EXPECT_EQ(read_file(scratch.at("file")).error, EMFILE);
}

TEST(ReadFile, RefusesMoreThanItsBound) {
  const Scratch scratch;
  scratch.put("file", "0123456789");
  EXPECT_EQ(read_file(scratch.at("file"), 10).text, "0123456789");
  const FileText large = read_file(scratch.at("file"), 9);
  EXPECT_EQ(large.error, EFBIG);
  EXPECT_EQ(large.text, "");
}

TEST(ReadFile, FollowsALinkOnlyWhenAsked) {
  const Scratch scratch;
  scratch.put("file", "text");
  std::filesystem::create_symlink("file", scratch.at("link"));
  EXPECT_EQ(read_file(scratch.at("link")).error, ELOOP);
  EXPECT_EQ(read_file(scratch.at("link"), kMostBytes, Links::follow).text, "text");
  EXPECT_TRUE(read_file(scratch.at("none"), kMostBytes, Links::follow).absent());
  EXPECT_EQ(read_file("/dev/zero", kMostBytes, Links::follow).why(), "not a regular file");
}

TEST(ReadFile, ReadsFilesOfTheKernelWhichHaveNoSize) {
  EXPECT_NE(read_file("/proc/self/status").text.find("Name:"), std::string::npos);
}

TEST(ReadIfThere, ThrowsWhateverIsNotAbsence) {
  const Scratch scratch;
  scratch.put("file", "text");
  EXPECT_EQ(read_if_there(scratch.at("file")), "text");
  EXPECT_EQ(read_if_there(scratch.at("none")), std::nullopt);
  EXPECT_THROW((void)read_if_there(scratch.at(".")), std::system_error);
}

TEST(ReadStartAndEnd, TakeTheFirstAndTheLastBytes) {
  const Scratch scratch;
  scratch.put("file", "0123456789");
  EXPECT_EQ(read_start(scratch.at("file"), 4).text, "0123");
  EXPECT_EQ(read_end(scratch.at("file"), 4).text, "6789");
  EXPECT_EQ(read_start(scratch.at("file"), 40).text, "0123456789");
  EXPECT_EQ(read_end(scratch.at("file"), 40).text, "0123456789");
  EXPECT_EQ(read_end(scratch.at("file"), 0).text, "");
  EXPECT_TRUE(read_start(scratch.at("none"), 4).absent());
  EXPECT_TRUE(read_end(scratch.at("none"), 4).absent());
}

TEST(ReadStart, OfAHugeFileTakesNoTimeAndNoMemory) {
  const Scratch scratch;
  const Descriptor file = open_at(AT_FDCWD, scratch.at("huge"), O_WRONLY | O_CREAT);
  ASSERT_EQ(::ftruncate(file.get(), off_t{1} << 40), 0);
  EXPECT_EQ(read_start(scratch.at("huge"), 3).text, std::string(3, '\0'));
  EXPECT_EQ(read_end(scratch.at("huge"), 3).text, std::string(3, '\0'));
  EXPECT_EQ(read_file(scratch.at("huge")).error, EFBIG);
}

TEST(Exists, ThrowsWhenItCannotBeKnown) {
  const Scratch scratch;
  scratch.put("file", "");
  std::filesystem::create_symlink("nowhere", scratch.at("link"));
  EXPECT_TRUE(exists(scratch.at("file")));
  EXPECT_TRUE(exists(scratch.at("link")));
  EXPECT_FALSE(exists(scratch.at("none")));
  EXPECT_THROW((void)exists(scratch.at("file/below")), std::system_error);
}

TEST(WritePrivate, WritesForItsOwnerAlone) {
  const Scratch scratch;
  write_private(scratch.at("file"), "a longer text");
  write_private(scratch.at("file"), "text");
  EXPECT_EQ(scratch.text("file"), "text");
  EXPECT_EQ(mode_of(scratch.at("file")), 0600U);
}

TEST(WritePrivate, NeverFollowsALinkNorWaitsForAFifo) {
  const Scratch scratch;
  scratch.put("victim", "untouched");
  std::filesystem::create_symlink("victim", scratch.at("link"));
  ASSERT_EQ(::mkfifo(scratch.at("fifo").c_str(), 0600), 0);
  EXPECT_THROW(write_private(scratch.at("link"), "x"), std::system_error);
  EXPECT_THROW(write_private(scratch.at("fifo"), "x"), std::system_error);
  // With a reader it could be opened, and is still no file.
  const Descriptor reader = open_at(AT_FDCWD, scratch.at("fifo"), O_RDONLY | O_NONBLOCK);
  EXPECT_THROW(write_private(scratch.at("fifo"), "x"), std::system_error);
  EXPECT_EQ(scratch.text("victim"), "untouched");
}

TEST(ReplacePrivate, PutsTheWholeTextInThePlaceOfWhateverWasThere) {
  const Scratch scratch;
  scratch.put("victim", "untouched");
  std::filesystem::create_symlink("victim", scratch.at("name"));
  for (const Sync sync : {Sync::none, Sync::survives_power_loss}) {
    replace_private(scratch.at("name"), "text", sync);
    EXPECT_EQ(scratch.text("name"), "text");
    EXPECT_EQ(mode_of(scratch.at("name")), 0600U);
  }
  EXPECT_EQ(scratch.text("victim"), "untouched");
}

TEST(ReplacePrivate, ThatFailsLeavesTheOldFileAndNothingElse) {
  const Scratch scratch;
  scratch.put("file", "old");
  std::filesystem::create_directory(scratch.at("folder"));
  EXPECT_THROW(replace_private(scratch.at("folder"), "x"), std::system_error);
  rlimit old{};
  ::getrlimit(RLIMIT_FSIZE, &old);
  const rlimit tight{2, old.rlim_max};
  ::signal(SIGXFSZ, SIG_IGN);
  ::setrlimit(RLIMIT_FSIZE, &tight);
  EXPECT_THROW(replace_private(scratch.at("file"), "a new text"), std::system_error);
  ::setrlimit(RLIMIT_FSIZE, &old);
  ::signal(SIGXFSZ, SIG_DFL);
  EXPECT_EQ(scratch.text("file"), "old");
  std::size_t entries = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(scratch.at(".")))
    ++entries;
  EXPECT_EQ(entries, 2U);
}

TEST(MakePrivateFolders, MakesWhatIsMissingAndKeepsTheRest) {
  const Scratch scratch;
  ::mkdir(scratch.at("a").c_str(), 0755);
  ::chmod(scratch.at("a").c_str(), 0755);
  make_private_folders(scratch.at("a/b/c"));
  make_private_folders(scratch.at("a/b/c"));
  EXPECT_EQ(mode_of(scratch.at("a")), 0755U);
  EXPECT_EQ(mode_of(scratch.at("a/b")), 0700U);
  EXPECT_EQ(mode_of(scratch.at("a/b/c")), 0700U);
  scratch.put("file", "");
  EXPECT_THROW(make_private_folders(scratch.at("file")), std::system_error);
  EXPECT_THROW(make_private_folders(scratch.at("file/below")), std::system_error);
  std::filesystem::create_symlink("nowhere", scratch.at("dangling"));
  try {
    make_private_folders(scratch.at("dangling"));
    FAIL();
  } catch (const std::system_error& e) {
    EXPECT_EQ(e.code(), std::errc::file_exists) << "not that of the look that came after it";
  }
}

}  // namespace
}  // namespace orchestrate::system
