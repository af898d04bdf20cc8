#include "tests/workspaces/workshop.h"

#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <vector>

namespace orchestrate::workspaces {
namespace {

constexpr const char* kProject = R"(
  git init -q -b main project && cd project
  mkdir -p src/deep
  printf 'hello\n' > README.md; printf 'a\n' > src/a.txt; printf 'b\n' > src/deep/b.txt
  printf '#!/bin/sh\n' > run.sh; chmod 755 run.sh; ln -s README.md link
  printf '*.log\nbuild/\n' > .gitignore
  git add . && git commit -qm first
  printf 'hello again\n' > README.md && git commit -qam second
)";

std::string joined(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines)
    text += (text.empty() ? "" : "\n") + line;
  return text;
}

}  // namespace

void Workshop::SetUp() {
  folder_ = std::filesystem::canonical(testing::TempDir()).string() + "/workshop-XXXXXX";
  ASSERT_NE(mkdtemp(folder_.data()), nullptr);
  std::filesystem::create_directory(at("home"));
  put("home/.gitconfig", "[user]\n\tname = Owner\n\temail = owner@example.org\n[core]\n\tfsync = none\n");
  const char* home = std::getenv("HOME");
  home_before_ = home != nullptr ? home : "";
  setenv("HOME", at("home").c_str(), 1);
  sh(kProject);
}

void Workshop::TearDown() {
  setenv("HOME", home_before_.c_str(), 1);
  remove_tree(folder_);
}

void Workshop::sh(const std::string& script) const {
  (void)out(script);
}

std::string Workshop::out(const std::string& script) const {
  put("script", "set -e\nexport GIT_CONFIG_NOSYSTEM=1\ncd '" + folder_ + "'\n" + script);
  FILE* pipe = popen(("sh '" + at("script") + "'").c_str(), "r");
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    text.append(buffer.data(), n);
  EXPECT_EQ(pclose(pipe), 0) << script;
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

void Workshop::put(const std::string& relative, std::string_view bytes) const {
  std::filesystem::create_directories(std::filesystem::path(at(relative)).parent_path());
  std::ofstream file(at(relative), std::ios::binary);
  file << bytes;
  file.flush();
  ASSERT_TRUE(file.good()) << relative;
}

std::string Workshop::get(const std::string& relative) const {
  std::ifstream file(at(relative), std::ios::binary);
  EXPECT_TRUE(file.good()) << relative;
  return {std::istreambuf_iterator<char>(file), {}};
}

bool Workshop::exists(const std::string& relative) const {
  return std::filesystem::exists(std::filesystem::symlink_status(at(relative)));
}

CreateRequest Workshop::create_request(const std::string& key) const {
  CreateRequest request;
  request.project = at("project");
  request.root = at("ws");
  request.key = key;
  request.branch = "orchestrate/" + key;
  request.results_git = at("results/" + key);
  request.keep_ref = "refs/orchestrate/" + key + "/base";
  return request;
}

SnapshotRequest Workshop::snapshot_request(const Created& created, const std::string& key) const {
  SnapshotRequest request;
  request.workspace = created.path;
  request.results_git = at("results/" + key);
  request.base_commit = created.base_commit;
  request.agent_branch = "orchestrate/" + key;
  request.author = "Agent <agent@example.org>";
  request.message = "What the agent left\n";
  request.ref = "refs/orchestrate/result";
  return request;
}

LandRequest Workshop::land_request(const Created& created, const Snapshot& taken) const {
  LandRequest request;
  request.project = at("project");
  request.results_git = at("results/1");
  request.commit = taken.commit;
  request.tree = taken.tree;
  request.base_commit = created.base_commit;
  request.branch = "orchestrate/1";
  request.target = "main";
  request.keep_ref = "refs/orchestrate/1/base";
  return request;
}

RemoveRequest Workshop::remove_request(const Created& created) const {
  return {at("ws"), {}, created.path, at("results/1"), "refs/orchestrate/result", created.base_commit};
}

std::string Workshop::in_result(const Snapshot& taken, const std::string& path) const {
  return out("git --git-dir=results/1 cat-file blob '" + taken.commit + ":" + path + "'");
}

std::string Workshop::names_of(const Snapshot& taken) const {
  return out("git --git-dir=results/1 ls-tree -r --name-only --full-tree " + taken.commit);
}

std::string left_out_text(const Snapshot& taken) {
  std::vector<std::string> lines;
  for (const LeftOut& left : taken.left_out)
    lines.push_back(left.path + ": " + left.why);
  return joined(lines);
}

std::string changes_text(const Snapshot& taken) {
  std::vector<std::string> lines;
  for (const Change& change : taken.changes)
    lines.push_back(std::string(1, change.status) + ' ' + change.path);
  return joined(lines);
}

}  // namespace orchestrate::workspaces
