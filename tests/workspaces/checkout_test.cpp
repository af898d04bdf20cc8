// A clean checkout of a snapshot, as checks with where = "fresh" get it.
#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "system/descriptor.h"
#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

using Checkout = Workshop;

TEST_F(Checkout, HoldsExactlyTheSnapshotAndNothingElseThatTheAgentLeft) {
  const Created created = create(create_request());
  sh("cd ws/1 && echo 2 > src/a.txt && rm -r src/deep && mkdir build && echo x > build/tool && echo x > a.log && "
     "mkfifo pipe && git init -q nested && echo 1 > nested/one && echo '*' > .git/info/exclude && echo new > new && "
     "printf '*.txt export-ignore\\n' > .gitattributes && echo x > .GIT");
  const Snapshot taken = take(created);
  checkout({at("results/1"), taken.commit, at("fresh/1")});
  const std::string there = out("cd fresh/1 && find . -mindepth 1 ! -type d | cut -c3- | LC_ALL=C sort");
  EXPECT_EQ(there, ".gitattributes\n.gitignore\nREADME.md\nlink\nnested/one\nnew\nrun.sh\nsrc/a.txt");
  EXPECT_EQ(there, names_of(taken));
  EXPECT_EQ(out("diff -r --no-dereference -x .git -x .GIT -x build -x a.log -x pipe ws/1 fresh/1"), "");
}

TEST_F(Checkout, WhatRanInOneIsNotInTheNext) {
  const Created created = create(create_request());
  put("ws/1/new", "1\n");
  const Snapshot taken = take(created);
  checkout({at("results/1"), taken.commit, at("fresh/1")});
  sh("cd fresh/1 && echo changed > new && echo x > artefact");
  checkout({at("results/1"), taken.commit, at("fresh/2")});
  EXPECT_EQ(get("fresh/2/new"), "1\n");
  EXPECT_FALSE(exists("fresh/2/artefact"));
}

TEST_F(Checkout, AttributesAndSymlinksOfTheAgentsRunNothingAndLeadNowhere) {
  const Created created = create(create_request());
  put("secret/key", "secret\n");
  sh("cd ws/1 && git config filter.x.smudge 'touch " + at("canary") +
     "' && echo '* filter=x' > .gitattributes && rm -r src && ln -s ../../secret src && ln -s ../../secret/key out");
  checkout({at("results/1"), take(created).commit, at("fresh/1")});
  EXPECT_EQ(out("readlink fresh/1/src fresh/1/out"), "../../secret\n../../secret/key");
  EXPECT_EQ(out("ls secret"), "key");
  EXPECT_FALSE(exists("canary"));
}

// A port of this machine that answers nobody.
class DeafServer {
 public:
  DeafServer() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(bind(fd_.get(), plain, size), 0);
    EXPECT_EQ(listen(fd_.get(), 8), 0);
    EXPECT_EQ(getsockname(fd_.get(), plain, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::string port() const { return std::to_string(port_); }
  [[nodiscard]] bool was_called() const {
    pollfd waiting{fd_.get(), POLLIN, 0};
    return poll(&waiting, 1, 0) == 1;
  }

 private:
  system::Descriptor fd_;
  int port_ = 0;
};

class GitLfs : public Workshop {
 protected:
  void SetUp() override {
    if (access("/usr/bin/git-lfs", X_OK) != 0) GTEST_SKIP() << "git-lfs is not installed";
    Workshop::SetUp();
    sh("git lfs install --skip-repo >/dev/null && cd project && echo '*.bin filter=lfs diff=lfs merge=lfs -text' > "
       ".gitattributes && echo data > d.bin && git add . && git commit -qm lfs");
  }
  void TearDown() override {
    if (!folder_.empty()) Workshop::TearDown();
  }
};

TEST_F(GitLfs, FilesGoThroughTheOwnersGitLfsAndLand) {
  const Created created = create(create_request());
  EXPECT_EQ(get("ws/1/d.bin"), "data\n");
  put("ws/1/d.bin", "more\n");
  put("ws/1/e.bin", "new\n");
  const Snapshot taken = take(created);
  EXPECT_EQ(in_result(taken, "e.bin").substr(0, 42), "version https://git-lfs.github.com/spec/v1");
  checkout({at("results/1"), taken.commit, at("fresh")});
  EXPECT_EQ(get("fresh/e.bin"), "new\n");
  LandRequest request = land_request(created, taken);
  request.mode = LandMode::merge_ff;
  (void)land(request);
  EXPECT_EQ(get("project/d.bin") + get("project/e.bin"), "more\nnew\n");
  sh("cd project && git lfs fsck >/dev/null && test -z \"$(git status --porcelain)\"");
}

TEST_F(GitLfs, AnLfsconfigOfTheAgentsReachesNoServer) {
  const DeafServer server;
  const Created created = create(create_request());
  put("ws/1/.lfsconfig", "[lfs]\n\turl = http://127.0.0.1:" + server.port() + "/x\n");
  const std::string pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'a') + "\nsize 5\n";
  put("ws/1/e.bin", pointer);
  const Snapshot taken = take(created);
  checkout({at("results/1"), taken.commit, at("fresh")});
  EXPECT_EQ(get("fresh/e.bin"), pointer);
  LandRequest request = land_request(created, taken);
  request.mode = LandMode::merge_ff;
  (void)land(request);
  EXPECT_FALSE(server.was_called());
}

}  // namespace
}  // namespace orchestrate::workspaces
