// A PID is trusted only with what names the process for ever.
#include "system/process_id.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace orchestrate::system {
namespace {

TEST(ProcessStat, IsNotFooledByAProgramsName) {
  const std::string after = " S 17 18 18 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 99 1";
  for (const char* name : {"(sh)", "() R 1 2 3)", "(a b)", "())", "(\n)"}) {
    const std::optional<ProcessStat> stat = parse_process_stat("42 " + std::string(name) + after);
    ASSERT_TRUE(stat.has_value()) << name;
    EXPECT_EQ(stat->parent, 17);
    EXPECT_EQ(stat->group, 18);
    EXPECT_EQ(stat->start_ticks, 4711);
  }
  EXPECT_FALSE(parse_process_stat("").has_value());
  EXPECT_FALSE(parse_process_stat("42 (sh)").has_value());
  EXPECT_FALSE(parse_process_stat("42 (sh) S 17 18").has_value());
}

TEST(ProcessStat, OfOurselvesIsTrue) {
  const auto stat = read_process_stat(::getpid());
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->parent, ::getppid());
  EXPECT_EQ(stat->group, ::getpgrp());
  EXPECT_GT(stat->start_ticks, 0);
}

TEST(BootId, IsAUuidAndTheSameTwice) {
  EXPECT_EQ(boot_id().size(), 36U);
  EXPECT_EQ(boot_id(), boot_id());
}

TEST(Process, IsListedSignalledAndGoneForGood) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    for (;;)
      ::pause();
  }
  const std::vector<pid_t> others = other_processes().value();
  EXPECT_EQ(std::count(others.begin(), others.end(), pid), 1);
  EXPECT_EQ(std::count(others.begin(), others.end(), ::getpid()), 0);
  const Descriptor process = open_process(pid);
  EXPECT_TRUE(process);
  EXPECT_TRUE(signal_process(process, SIGKILL));
  EXPECT_EQ(::waitpid(pid, nullptr, 0), pid);
  EXPECT_FALSE(signal_process(process, SIGKILL));
  EXPECT_FALSE(read_process_stat(pid));
  EXPECT_FALSE(open_process(pid));
  EXPECT_EQ(errno, ESRCH);
}

}  // namespace
}  // namespace orchestrate::system
