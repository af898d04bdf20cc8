#include "orchestrator/project/machine.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <system_error>

#include "orchestrator/project/agent_program.h"
#include "tests/orchestrator/fake_machine.h"
#include "tests/orchestrator/temp_project.h"

namespace orchestrate {
namespace {

namespace fs = std::filesystem;

class ThisMachine : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text, fs::perms perms) {
    const std::string path = temp.root + "/" + name;
    std::ofstream(path) << text;
    fs::permissions(path, perms);
    return path;
  }

  test::TempProject temp;
  const Machine& machine = this_machine();
};

TEST_F(ThisMachine, SaysWhatIsFreeAndNothingOfAFolderThatIsNotThere) {
  EXPECT_GT(machine.free_bytes(temp.root).value_or(0), 0);
  EXPECT_EQ(machine.free_bytes(temp.root + "/none"), std::nullopt);
}

TEST_F(ThisMachine, FindsAProgramInTheOrderOfThePathAndNothingThatCannotBeRun) {
  const auto tool = write("tool", "#!/bin/sh\n", fs::perms::owner_all);
  write("text", "text", fs::perms::owner_read);
  fs::create_directory(temp.root + "/folder");
  EXPECT_EQ(machine.find_program("tool", "/nowhere:" + temp.root + ":/usr/bin"), tool);
  EXPECT_EQ(machine.find_program("text", temp.root), "");
  EXPECT_EQ(machine.find_program("folder", temp.root), "");
  EXPECT_EQ(machine.find_program(tool, ""), tool);
}

TEST_F(ThisMachine, AFileThatIsReplacedHasAnotherIdentity) {
  const auto tool = write("tool", "one", fs::perms::owner_all);
  const std::string before = machine.file_identity(tool);
  EXPECT_EQ(machine.file_identity(tool), before);
  write("other", "one and more", fs::perms::owner_all);
  fs::rename(temp.root + "/other", tool);
  EXPECT_NE(machine.file_identity(tool), before);
  EXPECT_EQ(machine.file_identity(temp.root + "/none"), "");
}

TEST_F(ThisMachine, MakesPrivateFoldersWithThoseAboveThem) {
  const std::string folder = temp.root + "/a/b/c";
  machine.make_folder(folder);
  machine.make_folder(folder);
  struct stat st {};
  ASSERT_EQ(::stat((temp.root + "/a/b").c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777U, 0700U);
  write("file", "", fs::perms::owner_all);
  EXPECT_THROW(machine.make_folder(temp.root + "/file/below"), std::system_error);
}

TEST(DiskShortage, NamesTheFolderWhatIsLeftAndTheFloor) {
  test::FakeMachine machine;
  Paths paths;
  paths.state = "/state";
  paths.workspaces = "/workspaces";
  machine.free = 3 << 20;
  EXPECT_EQ(disk_shortage(machine, paths, 3 << 20), "");
  EXPECT_EQ(disk_shortage(machine, paths, (3 << 20) + 1),
            "only 3 MiB are free below /state; the floor is 3 MiB ([retention] free_disk_floor)");
}

TEST(AgentProgram, IsLookedForOnThePathThatTheAgentGets) {
  test::FakeMachine machine;
  spawners::Profile profile;
  EXPECT_EQ(agent_program(profile, {}, machine), "");
  profile.command = {"nice", "codex"};
  EXPECT_EQ(agent_program(profile, {"PATH=/bin"}, machine), "/fake/bin/nice");
  EXPECT_EQ(agent_path(profile, {"HOME=/h", "PATH=/bin"}), "/bin");
  profile.env["PATH"] = "/own";
  EXPECT_EQ(agent_path(profile, {"PATH=/bin"}), "/own");
}

TEST(AgentProgram, TheIdentityIsThatOfTheCliNotOfWhatWrapsIt) {
  test::FakeMachine machine;
  spawners::Profile profile;
  profile.command = {"nice", "codex"};
  EXPECT_EQ(program_identity(profile, {}, machine), "cli /fake/bin/codex");
  machine.missing = {"codex"};
  EXPECT_EQ(program_identity(profile, {}, machine), "");
}

}  // namespace
}  // namespace orchestrate
