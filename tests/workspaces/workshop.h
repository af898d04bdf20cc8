// A project with a real git repository, and what the tests of workspaces do with it, in a temporary folder.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "workspaces/workspace.h"

namespace orchestrate::workspaces {

// The project: README.md, run.sh (executable), link -> README.md, src/a.txt, src/deep/b.txt,
// .gitignore (*.log, build/), on the branch main, two commits.
class Workshop : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Runs a shell script in the temporary folder, where HOME is a folder of the test's; fails the test unless
  // it exits 0.
  void sh(const std::string& script) const;
  // The same, and gives what it printed, without the last newline.
  [[nodiscard]] std::string out(const std::string& script) const;

  [[nodiscard]] std::string at(const std::string& relative) const { return folder_ + '/' + relative; }
  void put(const std::string& relative, std::string_view bytes) const;
  [[nodiscard]] std::string get(const std::string& relative) const;
  [[nodiscard]] bool exists(const std::string& relative) const;

  // Task 1 in ws/1 with results.git/1, unless another key is given.
  [[nodiscard]] CreateRequest create_request(const std::string& key = "1") const;
  [[nodiscard]] SnapshotRequest snapshot_request(const Created& created, const std::string& key = "1") const;
  [[nodiscard]] LandRequest land_request(const Created& created, const Snapshot& taken) const;
  [[nodiscard]] RemoveRequest remove_request(const Created& created) const;

  [[nodiscard]] Snapshot take(const Created& created) const { return snapshot(snapshot_request(created)); }

  // A file of a commit in results.git/1.
  [[nodiscard]] std::string in_result(const Snapshot& taken, const std::string& path) const;
  // Every path of a commit there, sorted, one per line.
  [[nodiscard]] std::string names_of(const Snapshot& taken) const;

  // The sentence of the WorkspaceError that `work` throws; fails the test when it does not.
  template <typename Work>
  static std::string error_of(Work work) {
    try {
      work();
    } catch (const WorkspaceError& error) {
      return error.what();
    }
    ADD_FAILURE() << "no WorkspaceError was thrown";
    return "";
  }

  std::string folder_;

 private:
  std::string home_before_;
};

// "path: why" of everything left out, in order of path.
[[nodiscard]] std::string left_out_text(const Snapshot& taken);

// "M path" of every change, in order of path.
[[nodiscard]] std::string changes_text(const Snapshot& taken);

}  // namespace orchestrate::workspaces
