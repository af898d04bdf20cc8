// What goes on around a task: a process that still writes, the owner's gc, a full disk, other tasks, an
// environment full of git's variables.
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <thread>

#include "tests/workspaces/pointer_filter.h"
#include "tests/workspaces/workshop.h"
#include "workspaces/git/git.h"
#include "workspaces/tree/tree_reader.h"

namespace orchestrate::workspaces {
namespace {

using Trouble = Workshop;

TEST_F(Trouble, AProcessThatStillWritesIsRefused) {
  put("filter.py", kPointerFilter);
  sh(with_pointer_filter("$PWD/ws/1/busy"));
  const Created created = create(create_request());
  put("ws/1/busy", "");
  put("ws/1/d.bin", "has the filter called, which writes\n");
  const std::string error = error_of([&] { (void)take(created); });
  EXPECT_NE(error.find("ws/1/busy changed while it was read: some process still writes"), std::string::npos)
      << error;
  EXPECT_EQ(out("git --git-dir=results/1 for-each-ref refs/orchestrate/result"), "");
}

TEST_F(Trouble, NamesThatComeAndGoAreSeenToo) {
  const Created created = create(create_request());
  for (const char* change : {"touch ws/1/src/n", "rm ws/1/src/n", "mv ws/1/README.md ws/1/x",
                             "ln -sfn x ws/1/link", "printf 'X\\n' > ws/1/src/a.txt"}) {
    TreeReader reader(created.path);
    (void)reader.list("");
    (void)reader.list("src");
    (void)reader.read_file("src/a.txt", 2);
    EXPECT_NO_THROW(reader.require_unchanged());
    sh(change);
    EXPECT_THROW(reader.require_unchanged(), StillWriting) << change;
  }
}

TEST_F(Trouble, AWriterThatStopsInTimeIsNoTrouble) {
  const Created created = create(create_request());
  std::thread owner([&] {
    for (int i = 0; i < 20; ++i)
      put("ws/1/busy", std::string(static_cast<std::size_t>(i), 'x'));
  });
  owner.join();
  EXPECT_EQ(in_result(take(created), "busy"), std::string(19, 'x'));
}

TEST_F(Trouble, TheOwnersGcTakesNothingAtAnyStage) {
  const std::string gc = "cd project && git reflog expire --expire=now --all && git gc -q --prune=now";
  sh("cd project && git commit -q --allow-empty -m third");
  const Created created = create(create_request());
  sh("git -C project reset -q --hard HEAD~1");
  sh(gc);
  sh("cd ws/1 && echo 1 > new && git add new && git commit -qm work && git gc -q --prune=now && git fsck --strict 2>&1");
  sh(gc);
  const Snapshot taken = take(created);
  EXPECT_EQ(taken.history, "agent");
  sh(gc);
  (void)land(land_request(created, taken));
  sh(gc);
  EXPECT_EQ(out("git -C project log --format=%s orchestrate/1"), "work\nthird\nsecond\nfirst");
}

// Sets variables for as long as it lives.
class Polluted {
 public:
  explicit Polluted(std::map<std::string, std::string> variables) : variables_(std::move(variables)) {
    for (const auto& [name, value] : variables_)
      setenv(name.c_str(), value.c_str(), 1);
  }
  ~Polluted() {
    for (const auto& [name, value] : variables_)
      unsetenv(name.c_str());
  }
  Polluted(const Polluted&) = delete;
  Polluted& operator=(const Polluted&) = delete;

 private:
  std::map<std::string, std::string> variables_;
};

TEST_F(Trouble, AnEnvironmentFullOfGitsVariablesDoesNotAct) {
  const std::string touch = "touch " + at("canary");
  put("evil.config", "[core]\n\tfsmonitor = " + touch + "\n\thooksPath = /evil\n");
  Snapshot taken;
  {
    const Polluted polluted({{"GIT_DIR", at("nowhere")},
                             {"GIT_WORK_TREE", "/etc"},
                             {"GIT_INDEX_FILE", at("canary")},
                             {"GIT_OBJECT_DIRECTORY", at("nowhere")},
                             {"GIT_ALTERNATE_OBJECT_DIRECTORIES", at("nowhere")},
                             {"GIT_NAMESPACE", "x"},
                             {"GIT_CEILING_DIRECTORIES", "/"},
                             {"GIT_CONFIG_GLOBAL", at("evil.config")},
                             {"GIT_CONFIG_SYSTEM", at("evil.config")},
                             {"GIT_CONFIG_COUNT", "1"},
                             {"GIT_CONFIG_KEY_0", "core.fsmonitor"},
                             {"GIT_CONFIG_VALUE_0", touch},
                             {"GIT_CONFIG_PARAMETERS", "'core.fsmonitor'='" + touch + "'"},
                             {"GIT_EXTERNAL_DIFF", touch},
                             {"GIT_SSH_COMMAND", touch},
                             {"GIT_TRACE", at("canary")},
                             {"GIT_TRACE2", at("canary")},
                             {"GIT_EXEC_PATH", "/nowhere"},
                             {"GIT_TEMPLATE_DIR", at("evil")},
                             {"GIT_NO_LAZY_FETCH", "0"},
                             {"GIT_LITERAL_PATHSPECS", "0"},
                             {"GIT_DEFAULT_HASH", "sha256"},
                             {"GIT_AUTHOR_NAME", "Evil"},
                             {"GIT_COMMITTER_DATE", "@0 +0000"},
                             {"PATH", at("evil")}});
    const Created created = create(create_request());
    put("ws/1/new", "1\n");
    taken = take(created);
    (void)land(land_request(created, taken));
  }
  EXPECT_EQ(changes_text(taken), "A new");
  EXPECT_EQ(out("git -C project log -1 --format=%an orchestrate/1"), "Agent");
  EXPECT_FALSE(exists("canary"));
}

TEST_F(Trouble, TwoTasksAtOnceEndOnTwoBranches) {
  constexpr int kTasks = 4;
  std::vector<std::string> errors(kTasks);
  std::vector<std::thread> threads;
  for (int i = 0; i < kTasks; ++i) {
    threads.emplace_back([&, i] {
      try {
        const std::string key = std::to_string(i);
        const Created created = create(create_request(key));
        put("ws/" + key + "/new", key);
        LandRequest request = land_request(created, snapshot(snapshot_request(created, key)));
        request.results_git = at("results/" + key);
        request.branch = "orchestrate/" + key;
        request.keep_ref = "refs/orchestrate/" + key + "/base";
        (void)land(request);
      } catch (const WorkspaceError& error) {
        errors[i] = error.what();
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  for (int i = 0; i < kTasks; ++i) {
    EXPECT_EQ(errors[i], "");
    EXPECT_EQ(out("git -C project cat-file blob orchestrate/" + std::to_string(i) + ":new"),
              std::to_string(i));
  }
}

// A file system of a given size, as a folder.
class SmallDisk {
 public:
  SmallDisk(std::string path, const char* size) : path_(std::move(path)) {
    mounted_ = mount("none", path_.c_str(), "tmpfs", 0, size) == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const { return mounted_; }
  void grow() const { EXPECT_EQ(mount("none", path_.c_str(), "tmpfs", MS_REMOUNT, "size=64m"), 0); }

 private:
  std::string path_;
  bool mounted_ = false;
};

TEST_F(Trouble, AFullDiskIsSaidAndNothingIsTakenForDone) {
  sh("mkdir results");
  const SmallDisk disk(at("results"), "size=512k");
  if (!disk.mounted()) GTEST_SKIP() << "no file system may be mounted here: root with CAP_SYS_ADMIN only";
  const Created created = create(create_request());
  sh("head -c 4000000 /dev/urandom > ws/1/large");
  const std::string error = error_of([&] { (void)take(created); });
  EXPECT_NE(error.find("Out of diskspace"), std::string::npos) << error;
  EXPECT_EQ(out("find results/1 -name 'tmp_*' -o -name 'fast_import_crash_*'"), "");
  EXPECT_EQ(out("git --git-dir=results/1 for-each-ref refs/orchestrate/result"), "");
  disk.grow();
  EXPECT_EQ(changes_text(take(created)), "A large");
}

TEST_F(Trouble, MemoryThatAChildMayNotHaveEndsItWithWords) {
  GitOptions options;
  options.input = std::string(96 << 20, 'x');
  options.memory_limit_bytes = 32 << 20;
  const system::ProcessResult result = Git("").run({"hash-object", "--stdin"}, options);
  EXPECT_NE(result.exit_code, 0);
  EXPECT_NE(result.err.find("Out of memory"), std::string::npos) << result.err;
}

TEST_F(Trouble, WhatIsToLastIsFlushed) {
  GitOptions options;
  options.durable = true;
  EXPECT_EQ(Git("").line({"config", "core.fsync"}, options), "committed,loose-object,reference");
}

}  // namespace
}  // namespace orchestrate::workspaces
