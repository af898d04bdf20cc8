// A scan is of one moment: what changes while it is read is read again.
#include "workspaces/tree/scan.h"

#include "tests/workspaces/pointer_filter.h"
#include "tests/workspaces/workshop.h"

namespace orchestrate::workspaces {
namespace {

// A workspace in which d.bin goes through a filter that takes away the first of some files that is there,
// each time it is asked.
class ScanOf : public Workshop {
 protected:
  Created with_files_that_go(int count) {
    std::string filter = kPointerFilter;
    const std::string writes = R"(path.open("a").write("x"))";
    filter.replace(filter.find(writes), writes.size(), "path.unlink()\n            break");
    put("filter.py", filter);
    std::string names;
    for (int i = 1; i <= count; ++i)
      names += "$PWD/ws/1/going-" + std::to_string(i) + " ";
    sh(with_pointer_filter(names));
    const Created created = create(create_request());
    for (int i = 1; i <= count; ++i)
      put("ws/1/going-" + std::to_string(i), "x");
    put("ws/1/d.bin", "has the filter called\n");
    return created;
  }
};

TEST_F(ScanOf, AWorkspaceThatChangedWhileItWasReadIsReadAgain) {
  const Created created = with_files_that_go(1);
  const Snapshot taken = take(created);
  EXPECT_EQ(changes_text(taken), "M d.bin");
  EXPECT_FALSE(exists("ws/1/going-1"));
}

TEST_F(ScanOf, AWorkspaceThatChangedTwiceIsReadAThirdTime) {
  const Created created = with_files_that_go(2);
  EXPECT_EQ(changes_text(take(created)), "M d.bin");
}

TEST_F(ScanOf, AWorkspaceThatChangesEachTimeIsRefused) {
  const Created created = with_files_that_go(3);
  const std::string error = error_of([&] { (void)take(created); });
  EXPECT_NE(error.find("some process still writes in the workspace"), std::string::npos) << error;
  EXPECT_EQ(out("git --git-dir=results/1 for-each-ref refs/orchestrate/result"), "");
}

}  // namespace
}  // namespace orchestrate::workspaces
