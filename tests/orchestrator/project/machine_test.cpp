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

TEST_F(ThisMachine, AStepThatWasNeverBegunFindsAnEmptyFolder) {
  const std::string step = temp.root + "/runs/1/02-check";
  EXPECT_EQ(machine.make_step_folder(step), "");
  EXPECT_EQ(machine.make_step_folder(step), "") << "an empty one is our own, from before a crash";
  for (const char* aside : {".foreign-1", ".foreign-2"}) {
    write("runs/1/02-check/exit.json", "{}", fs::perms::owner_all);
    EXPECT_EQ(machine.make_step_folder(step), step + aside);
    EXPECT_TRUE(fs::is_empty(step));
    EXPECT_TRUE(fs::exists(step + aside + "/exit.json"));
  }
  fs::remove(step);
  fs::create_symlink("/tmp", step);
  EXPECT_EQ(machine.make_step_folder(step), step + ".foreign-3");
  EXPECT_FALSE(fs::is_symlink(step));
}

TEST_F(ThisMachine, AFolderIsTheDatabasesWhoseMarkItHas) {
  const std::string folder = temp.root + "/results";
  const auto claim = [&](const std::string& mark, bool knows_runs) {
    return this_machine().claim_folder(folder, mark, knows_runs);
  };
  EXPECT_EQ(claim("a", false), "") << "there is none yet";
  std::filesystem::create_directories(folder + "/task-1");
  EXPECT_EQ(claim("a", true), "") << "from before folders had marks";
  EXPECT_EQ(claim("a", false), "");
  EXPECT_TRUE(std::filesystem::exists(folder + "/task-1"));
  EXPECT_EQ(claim("b", true), folder + ".foreign-1");
  EXPECT_TRUE(std::filesystem::exists(folder + ".foreign-1/task-1")) << "whole, and not removed";
  EXPECT_FALSE(std::filesystem::exists(folder + "/task-1"));
  EXPECT_EQ(claim("b", true), "");
  std::filesystem::remove(folder + "/.database");
  std::filesystem::create_directories(folder + "/task-2");
  EXPECT_EQ(claim("c", false), folder + ".foreign-2") << "a new database knows of none of it";
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

// A project beside which others' files lie.
class ProjectFiles : public ThisMachine {
 protected:
  ProjectFiles() {
    for (const char* folder : {"project/docs", "project-of-others"})
      fs::create_directory(temp.root + "/" + folder);
    for (const char* file : {"secret", "project-of-others/secret"})
      write(file, "SECRET", fs::perms::owner_all);
    for (const char* file : {"project/notes.md", "project/..notes", "project/docs/a.md"})
      write(file, "inside", fs::perms::owner_all);
  }
  void link(const std::string& name, const std::string& to) const {
    fs::create_symlink(to, project + "/" + name);
  }
  [[nodiscard]] ProjectFile read(const std::string& name, std::size_t most = 100) const {
    return machine.read_project_file(project, name, most);
  }

  const std::string project = fs::canonical(temp.root + "/project").string();
};

TEST_F(ProjectFiles, AFileOutsideTheProjectIsNamedAndNotReadHoweverItIsReached) {
  link("link", "../secret");
  link("chain", "link");
  link("absolute", temp.root + "/secret");
  link("folder", "..");
  for (const std::string name :
       {"../secret", "docs/../../secret", "../project-of-others/secret", "link", "chain", "absolute",
        "folder", "folder/secret", "docs/../link", "..", "/etc/passwd"}) {
    const ProjectFile file = read(name);
    EXPECT_EQ(file.problem, "this file lies outside the project and was not read") << name;
    EXPECT_EQ(file.text, "") << name;
    EXPECT_EQ(file.bytes, 0U) << name;
  }
  EXPECT_EQ(read(temp.root + "/secret").text, "");
}

TEST_F(ProjectFiles, AFileInsideIsReadHoweverItIsReached) {
  link("alias", "docs/a.md");
  link("here", ".");
  link("around", "../project/notes.md");
  for (const std::string& name :
       std::vector<std::string>{"notes.md", "./notes.md", "docs/../notes.md", "..notes", "alias",
                                "here/docs/a.md", "around", project + "/notes.md"}) {
    const ProjectFile file = read(name);
    EXPECT_EQ(file.problem, "") << name;
    EXPECT_EQ(file.text, "inside") << name;
  }
}

TEST_F(ProjectFiles, OfALongFileTheFirstBytesAreReadAndAllAreCounted) {
  EXPECT_EQ(read("notes.md", 3).text, "ins");
  EXPECT_EQ(read("notes.md", 3).bytes, 6U);
  EXPECT_EQ(read("notes.md", 3).problem, "");
}

TEST_F(ProjectFiles, WhatCannotBeReadIsSaid) {
  link("nowhere", "gone");
  EXPECT_EQ(read("gone.md").problem, "this file does not exist");
  EXPECT_EQ(read("nowhere").problem, "this file does not exist");
  EXPECT_EQ(read("docs").problem, "this file cannot be read");
  ASSERT_EQ(::mkfifo((project + "/fifo").c_str(), 0600), 0);
  EXPECT_EQ(read("fifo").problem, "this file cannot be read") << "and nobody is waited for";
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
