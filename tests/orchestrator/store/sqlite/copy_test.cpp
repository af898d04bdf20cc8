// A copy is of one moment, whole, and of a project's state.
#include "orchestrator/store/sqlite/copy.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;

class Copies : public testing::Test {
 protected:
  [[nodiscard]] std::string database() const { return temp.project.paths.state + "/state.db"; }
  [[nodiscard]] std::string file() const { return temp.root + "/copy.db"; }

  test::TempProject temp;
};

TEST_F(Copies, HoldsWhatWasCommittedAndIsOneFileForItsOwnerAlone) {
  temp.add("first");
  copy_database(database(), file());
  struct stat st {};
  ASSERT_EQ(::stat(file().c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777U, 0600U);
  for (const char* beside : {"-wal", "-shm", "-journal"})
    EXPECT_FALSE(fs::exists(file() + beside)) << beside;
  const CopyFacts facts = examine_copy(file());
  EXPECT_EQ(facts.last_task, 1);
  EXPECT_EQ(facts.last_run, 0);
  EXPECT_EQ(facts.mark, temp.store->values.get(kDatabaseMark));
}

TEST_F(Copies, IsMadeWhileSomebodyWrites) {
  temp.add("first");
  temp.store->begin();
  orchestrate::Task second;
  second.title = "second";
  temp.store->tasks.add(second, 2);
  copy_database(database(), file());
  temp.store->commit();
  EXPECT_EQ(examine_copy(file()).last_task, 1) << "of the moment before";
}

TEST_F(Copies, WritesOverNothing) {
  std::ofstream(file()) << "mine";
  EXPECT_THROW(copy_database(database(), file()), std::system_error);
  EXPECT_EQ(fs::file_size(file()), 4U);
}

TEST_F(Copies, LeavesNothingHalfDone) {
  EXPECT_THROW(copy_database(temp.root + "/no.db", file()), DatabaseError);
  EXPECT_FALSE(fs::exists(file()));
  temp.add("first");
  temp.store->checkpoint();
  ::signal(SIGXFSZ, SIG_IGN);
  const rlimit full{8'192, RLIM_INFINITY}, free{RLIM_INFINITY, RLIM_INFINITY};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  EXPECT_THROW(copy_database(database(), file()), DatabaseError);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &free), 0);
  ::signal(SIGXFSZ, SIG_DFL);
  EXPECT_FALSE(fs::exists(file()));
}

TEST_F(Copies, PutBackIsWhatItWas) {
  temp.add("first");
  copy_database(database(), file());
  temp.add("second");
  put_copy_back(file(), database(), 7);
  EXPECT_EQ(temp.store->tasks.last_id(), 1) << "also for who has it open";
  temp.add("third");
  EXPECT_EQ(temp.task(8).title, "third") << "no id is given again";
}

TEST_F(Copies, WhatIsDamagedOrSomethingElseIsRefused) {
  std::ofstream(file()) << "not a database, but long enough to be looked at as one";
  EXPECT_THROW((void)examine_copy(file()), DatabaseError);
  fs::remove(file());
  temp.add("first");
  copy_database(database(), file());
  fs::resize_file(file(), fs::file_size(file()) / 2);
  EXPECT_THROW((void)examine_copy(file()), DatabaseError);
  Database(temp.root + "/other.db").execute("CREATE TABLE t (a)");
  EXPECT_THROW((void)examine_copy(temp.root + "/other.db"), DatabaseError);
}

}  // namespace
}  // namespace orchestrate
