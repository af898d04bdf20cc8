// Every row of the table, for real: planted in a clone, snapshotted, landed.
#include "tests/workspaces/attacks/planted.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <map>
#include <sstream>

#include "tests/workspaces/workshop.h"
#include "workspaces/git/blob_hash.h"

namespace orchestrate::workspaces {
namespace {

constexpr std::chrono::seconds kDeadline{20};

using Listing = std::map<std::string, std::string>;  // path -> "mode id"

// Of `git ls-tree -r -z`.
Listing parsed(const std::string& tree) {
  Listing listing;
  std::istringstream records(tree);
  for (std::string record; std::getline(records, record, '\0');) {
    const std::size_t tab = record.find('\t');
    listing[record.substr(tab + 1)] = record.substr(0, 7) + record.substr(tab - 40, 40);
  }
  return listing;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

class Table : public Workshop, public testing::WithParamInterface<Planted> {
 protected:
  void SetUp() override {
    Workshop::SetUp();
    put("precious", "precious\n");
    put("run", "#!/bin/sh\necho \"$0 $*\" >> '" + at("canary") + "'\n");
    sh("chmod 755 run");
    created_ = create(create_request());
    in_workspace(
        "echo committed > commit.txt && git add commit.txt && git commit -qm honest && printf 'A\\n' > src/a.txt\n"
        "printf 'new\\n' > new.txt && echo noise > noise.log && mkdir build && echo noise > build/noise");
  }

  void in_workspace(const std::string& script) const {
    sh("export RUN='" + at("run") + "' OUT='" + at("") + "'; OUT=${OUT%/}; cd ws/1\n" + script);
  }

  void expect_untouched() const {
    EXPECT_FALSE(exists("canary")) << get("canary");
    EXPECT_EQ(get("precious"), "precious\n");
  }

  [[nodiscard]] Listing tree(const std::string& git_dir, const std::string& commit) const {
    return parsed(out("git --git-dir=" + git_dir + " ls-tree -r -z --full-tree " + commit));
  }

  // The true bytes, found without git.
  [[nodiscard]] Listing files_there() const {
    namespace fs = std::filesystem;
    const BlobHasher hasher;
    Listing listing;
    for (auto it = fs::recursive_directory_iterator(created_.path); it != fs::recursive_directory_iterator();
         ++it) {
      const std::string path = it->path().string().substr(created_.path.size() + 1);
      const bool ignored = path == "build" || path == "noise.log";
      if (path == ".git" || ignored || left_out(path)) {
        it.disable_recursion_pending();
      } else if (it->is_symlink()) {
        listing[path] = "120000 " + hasher.blob_id(fs::read_symlink(it->path()).string());
      } else if (it->is_regular_file()) {
        const bool runs = (it->status().permissions() & fs::perms::owner_exec) != fs::perms::none;
        listing[path] = (runs ? "100755 " : "100644 ") + hasher.blob_id(get("ws/1/" + path));
      }
    }
    return listing;
  }

  // With the base's where something is left out.
  [[nodiscard]] Listing expected() const {
    Listing listing = files_there();
    for (const auto& [path, entry] : tree("project/.git", created_.base_commit)) {
      if (left_out(path)) listing[path] = entry;
    }
    return listing;
  }

  static bool left_out(const std::string& path) {
    for (const std::string& line : lines_of(GetParam().left_out)) {
      if (line.starts_with(path + ": ")) return true;
    }
    return false;
  }

  void expect_history(const Snapshot& taken) const {
    const std::string words = GetParam().history_lost;
    EXPECT_EQ(taken.history, words.empty() ? "agent+snapshot" : "snapshot") << taken.history_note;
    EXPECT_NE(taken.history_note.find(words), std::string::npos) << taken.history_note;
  }

  void expect_landing(const Snapshot& taken) const {
    LandRequest request = land_request(created_, taken);
    request.mode = LandMode::merge_ff;
    const std::string words = GetParam().landing_refused;
    if (!words.empty()) {
      const std::string error = error_of([&] { (void)land(request); });
      EXPECT_NE(error.find(words), std::string::npos) << error;
      EXPECT_EQ(out("git -C project rev-parse main"), created_.base_commit);
      return;
    }
    (void)land(request);
    EXPECT_EQ(tree("project/.git", "main"), expected());
    EXPECT_EQ(out("git -C project for-each-ref --format='%(refname) %(objectname)'"),
              "refs/heads/main " + taken.commit);
  }

  Created created_;
};

TEST_P(Table, NothingRunsNothingHangsNothingIsUntold) {
  in_workspace(GetParam().plant);
  const auto begin = std::chrono::steady_clock::now();
  const Snapshot taken = take(created_);
  EXPECT_EQ(left_out_text(taken), GetParam().left_out);
  EXPECT_EQ(tree("results/1", taken.commit), expected());
  expect_history(taken);
  expect_untouched();
  expect_landing(taken);
  expect_untouched();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, kDeadline);
  if (std::string(GetParam().live).empty()) return;
  in_workspace("(" + std::string(GetParam().live) + ") >/dev/null 2>&1 </dev/null || true");
  EXPECT_TRUE(exists("canary")) << "the plant is a dud: plain git does not run it either";
}

using FurtherAttempt = Table;

// The same command as above, now as the next agent's.
TEST_P(FurtherAttempt, TheNextAgentsGitRunsNothingEither) {
  in_workspace(GetParam().plant);
  EXPECT_GT(create(create_request()).restored.count, 0);
  in_workspace(
      "(" + std::string(GetParam().live) +
      "; git status; git add -A; git commit -m next; git diff HEAD~1) >/dev/null 2>&1 </dev/null || true");
  expect_untouched();
}

std::vector<Planted> programs() {
  std::vector<Planted> rows;
  for (const auto* table : {&planted_programs(), &planted_state(), &planted_files()}) {
    std::copy_if(table->begin(), table->end(), std::back_inserter(rows),
                 [](const Planted& row) { return *row.live != '\0'; });
  }
  return rows;
}

std::string name_of(const testing::TestParamInfo<Planted>& row) {
  return row.param.name;
}

INSTANTIATE_TEST_SUITE_P(Programs, Table, testing::ValuesIn(planted_programs()), name_of);
INSTANTIATE_TEST_SUITE_P(State, Table, testing::ValuesIn(planted_state()), name_of);
INSTANTIATE_TEST_SUITE_P(Files, Table, testing::ValuesIn(planted_files()), name_of);
INSTANTIATE_TEST_SUITE_P(Programs, FurtherAttempt, testing::ValuesIn(programs()), name_of);

}  // namespace

// What gtest prints of a row that fails.
void PrintTo(const Planted& row, std::ostream* stream) {
  *stream << row.attack;
}

}  // namespace orchestrate::workspaces
