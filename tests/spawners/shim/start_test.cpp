// How a child comes to life, and what is said when it does not.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <sstream>

#include "tests/spawners/shim/step_run.h"

namespace orchestrate::shim {
namespace {

using nlohmann::json;

std::vector<std::string> split(const std::string& text, char end) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, end);)
    parts.push_back(part);
  return parts;
}

// Runs a step that cannot start and returns the sentence about it.
std::string spawn_error(StepRun& step) {
  EXPECT_EQ(step.run(), 0);
  const json record = step.record();
  EXPECT_TRUE(record.is_object());
  EXPECT_EQ(record.value("reason", ""), "spawn_failed");
  EXPECT_EQ(record.value("code", 0), -1);
  EXPECT_EQ(record.value("signal", -1), 0);
  EXPECT_FALSE(step.has("started.json"));
  return record.value("error", "");
}

TEST(ShimStart, ArgumentsArriveByteForByte) {
  const std::vector<std::string> wanted{"", " ", "a b", "$HOME", "*", "\"\\\n\t", "\xc3\xa9\xf0\x9f\x98\x80"};
  std::vector<std::string> target{"arguments"};
  target.insert(target.end(), wanted.begin(), wanted.end());
  StepRun step(target);
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(split(step.text("stdout"), '\0'), wanted);
}

TEST(ShimStart, TheEnvironmentIsOursAndNothingElse) {
  StepRun step({"environment"});
  step.env = {"PATH=/nowhere", "KEY=a=b", "EMPTY=", "LINES=one\ntwo", "no equals sign"};
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(split(step.text("stdout"), '\0'), step.env);
}

TEST(ShimStart, NoSecretOfTheEnvironmentIsWrittenDown) {
  StepRun step({"exit", "0"});
  step.env.emplace_back("API_KEY=hunter2hunter2");
  EXPECT_EQ(step.run(), 0);
  for (const auto& entry : std::filesystem::directory_iterator(step.dir())) {
    EXPECT_EQ(step.text(entry.path().filename()).find("hunter2"), std::string::npos) << entry.path();
  }
}

TEST(ShimStart, NoDescriptorIsInherited) {
  StepRun step({"descriptors"});
  step.before_exec = [] {
    for (const int number : {3, 17, 200})
      dup2(2, number);
  };
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.text("stdout"), "0\n1\n2\n");
}

TEST(ShimStart, ClosedStandardStreamsDoNoHarm) {
  StepRun step({"descriptors"});
  step.before_exec = [] {
    for (const int number : {0, 1, 2})
      close(number);
  };
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.text("stdout"), "0\n1\n2\n");
}

TEST(ShimStart, SignalsAreAsAfterABootAndTheUmaskIsTheCallers) {
  StepRun step({"heritage"});
  step.before_exec = [] {
    umask(027);
    for (const int number : {SIGCHLD, SIGPIPE, SIGTERM, SIGUSR1})
      std::signal(number, SIG_IGN);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, nullptr);
  };
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.text("stdout"), "umask " + std::to_string(027) + "\nleads its group\n");
}

TEST(ShimStart, OurFilesAreForTheOwnerOnly) {
  StepRun step({"exit", "0"});
  step.before_exec = [] { umask(0); };
  EXPECT_EQ(step.run(), 0);
  for (const char* name : {"lock", "claim", "started.json", "stdout", "stderr", "exit.json"}) {
    struct stat info {};
    ASSERT_EQ(stat((step.dir() / name).c_str(), &info), 0) << name;
    EXPECT_EQ(info.st_mode & 0777U, 0600U) << name;
  }
}

TEST(ShimStart, TheWorkingDirectoryIsEntered) {
  StepRun step({"cwd"});
  step.launch["cwd"] = "/usr";
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.text("stdout"), "/usr");
}

TEST(ShimStart, StdinIsTheFile) {
  StepRun step({"cat"});
  const std::string bundle(300'000, 'b');
  step.write("bundle.md", bundle);
  step.launch["stdin"] = (step.dir() / "bundle.md").string();
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.text("stdout"), bundle);
}

TEST(ShimStart, WithoutAFileStdinIsAtItsEnd) {
  StepRun step({"cat"});
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["code"], 0);
  EXPECT_EQ(step.text("stdout"), "");
}

TEST(ShimStart, AProgramIsLookedUpInTheGivenPath) {
  StepRun step({});
  std::filesystem::create_directory(step.dir() / "bin");
  std::filesystem::create_symlink(TARGET_PROGRAM, step.dir() / "bin" / "my-agent");
  step.env = {"PATH=/nowhere:" + (step.dir() / "bin").string()};
  step.launch["argv"] = {"my-agent", "exit", "5"};
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record()["code"], 5);
}

TEST(ShimStart, RelativePathEntriesAreSkipped) {
  StepRun step({});
  std::filesystem::create_symlink(TARGET_PROGRAM, step.dir() / "my-agent");
  step.env = {"PATH=.::/nowhere:"};
  step.before_exec = [&step] { std::filesystem::current_path(step.dir()); };
  step.launch["argv"] = {"my-agent", "exit", "5"};
  EXPECT_EQ(spawn_error(step), "cannot run 'my-agent': there is no such program in PATH (.::/nowhere:)");
}

TEST(ShimStart, AMissingFileIsNamed) {
  StepRun step({});
  step.launch["argv"] = {"/nowhere/agent"};
  EXPECT_EQ(spawn_error(step), "cannot run '/nowhere/agent': No such file or directory");
}

TEST(ShimStart, AMissingInterpreterIsToldFromAMissingFile) {
  StepRun step({});
  step.write("script", "#!/nowhere/python\n");
  std::filesystem::permissions(step.dir() / "script", std::filesystem::perms::owner_all);
  step.launch["argv"] = {"./script"};
  EXPECT_EQ(spawn_error(step),
            "cannot run './script': No such file or directory: the file is there, but not the interpreter "
            "that it names");
}

TEST(ShimStart, AFileThatIsNotExecutableIsNamed) {
  StepRun step({});
  step.write("tool", "#!/bin/sh\n");
  step.env = {"PATH=" + step.dir().string()};
  step.launch["argv"] = {"tool"};
  const std::string error = spawn_error(step);
  EXPECT_EQ(error.find("cannot run '" + (step.dir() / "tool").string() + "': Permission denied"), 0U)
      << error;
  EXPECT_NE(error.find("chmod +x"), std::string::npos) << error;
}

TEST(ShimStart, AScriptWithoutInterpreterIsNeverGivenToAShell) {
  StepRun step({});
  step.write("script", "echo ran\n");
  std::filesystem::permissions(step.dir() / "script", std::filesystem::perms::owner_all);
  step.launch["argv"] = {"./script"};
  EXPECT_NE(spawn_error(step).find("a script with a #! line"), std::string::npos);
  EXPECT_EQ(step.text("stdout"), "");
}

TEST(ShimStart, AMissingWorkingDirectoryIsNamed) {
  StepRun step({"exit", "0"});
  step.launch["cwd"] = "/nowhere/work";
  EXPECT_EQ(spawn_error(step),
            "cannot enter the working directory '/nowhere/work': No such file or directory");
}

TEST(ShimStart, AMissingStdinFileIsNamed) {
  StepRun step({"exit", "0"});
  step.launch["stdin"] = "/nowhere/bundle.md";
  EXPECT_EQ(spawn_error(step), "cannot open '/nowhere/bundle.md' as stdin: No such file or directory");
}

TEST(ShimStart, AFifoAsStdinIsRefusedInsteadOfWaitedFor) {
  StepRun step({"exit", "0"});
  ASSERT_EQ(mkfifo((step.dir() / "fifo").c_str(), 0600), 0);
  step.launch["stdin"] = "fifo";
  EXPECT_EQ(spawn_error(step), "cannot open 'fifo' as stdin: not a regular file");
}

TEST(ShimStart, AnArgumentThatIsTooLongIsCountedAndTheWayOutNamed) {
  StepRun step({"exit", "0", std::string(131'072, 'x')});
  const std::string error = spawn_error(step);
  EXPECT_NE(
      error.find(
          "argument 3 has 131072 bytes; the kernel takes at most 131071 in one. Pass long text on stdin"),
      std::string::npos)
      << error;
}

TEST(ShimStart, ABrokenLaunchFileBecomesARecord) {
  for (const char* text : {"", "{", "{\"version\":1,\"argv\":[\"/bin/true\"", "null", "{\"version\":2}"}) {
    StepRun step({});
    step.write("launch.json", text);
    EXPECT_EQ(spawn_error(step).find("launch.json: "), 0U) << text;
  }
}

TEST(ShimStart, AnAbsentLaunchFileBecomesARecord) {
  StepRun step({});
  step.before_exec = [&step] { unlink((step.dir() / "launch.json").c_str()); };
  EXPECT_EQ(spawn_error(step), "cannot read launch.json: No such file or directory");
}

TEST(ShimStart, ADirectoryThatIsNotThereIsAnErrorOfUsage) {
  StepRun step({});
  step.before_exec = [&step] { std::filesystem::remove_all(step.dir()); };
  EXPECT_EQ(step.run(), 1);
}

TEST(ShimStart, TheProgramGetsItsOwnLimitOfDescriptors) {
  StepRun step({"exit", "0"});
  step.launch["argv"] = {"/bin/sh", "-c", "ulimit -Sn"};
  step.launch["open_files"] = 64;
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.text("stdout"), "64\n");
}

TEST(ShimStart, WithoutDescriptorsIsTheMachinesFaultAndNotTheSteps) {
  StepRun step({"exit", "0"});
  step.before_exec = [] {
    const rlimit few{12, 12};
    setrlimit(RLIMIT_NOFILE, &few);
  };
  EXPECT_EQ(step.run(), 0);
  EXPECT_EQ(step.record().value("reason", ""), "not_started");
  EXPECT_EQ(step.record().value("error", ""), "cannot make a pipe: Too many open files");
  EXPECT_FALSE(step.has("started.json"));
}

}  // namespace
}  // namespace orchestrate::shim
