// Each rule on a tiny tree that breaks it and on one that keeps it: the checker itself is proven.
#include "tests/house/rules.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

namespace orchestrate::house {
namespace {

std::string including(const std::string& target) {
  return "// x\n#include \"" + target + "\"\n";
}

std::string repeated(const std::string& line, int times) {
  std::string out;
  for (int i = 0; i < times; ++i)
    out += line;
  return out;
}

TEST(FloorRule, EveryWayUpOrAcrossIsRefused) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"routing/a.cpp", "prompts/b.h"},
      {"prompts/a.cpp", "spawners/b.h"},
      {"spawners/a.cpp", "workspaces/b.h"},
      {"workspaces/a.cpp", "routing/b.h"},
      {"routing/a.cpp", "config/b.h"},
      {"config/a.h", "orchestrator/queue/b.h"},
      {"orchestrator/store/a.cpp", "api/cli/b.h"},
      {"config/a.cpp", "api/operations/b.h"},
      {"spawners/d/a.cpp", "orchestrator/store/b.h"},
      {"orchestrator/store/a.cpp", "orchestrator/project/b.h"},
      {"orchestrator/attempt/a.cpp", "orchestrator/queue/b.h"},
      {"orchestrator/report/a.cpp", "orchestrator/doctor/b.h"},
      {"api/operations/a.cpp", "api/cli/b.h"},
      {"text/a.cpp", "system/b.h"},
      {"system/a.cpp", "spawners/b.h"},
  };
  for (const auto& [path, target] : wrong) {
    const auto found = broken_floors({{path, including(target)}});
    ASSERT_EQ(found.size(), 1U) << path << " -> " << target;
    EXPECT_EQ(found[0].line, 2);
  }
}

TEST(FloorRule, EveryWayDownIsFree) {
  for (const char* target : {"api/operations/b.h", "orchestrator/session/b.h", "orchestrator/store/b.h",
                             "config/task_files/b.h", "routing/b.h", "workspaces/git/b.h", "text/b.h"}) {
    EXPECT_TRUE(broken_floors({{"main.cpp", including(target)}}).empty()) << target;
    EXPECT_TRUE(broken_floors({{"api/cli/a.cpp", including(target)}}).empty()) << target;
  }
  EXPECT_TRUE(broken_floors({{"orchestrator/queue/a.cpp", including("orchestrator/attempt/b.h")}}).empty());
  EXPECT_TRUE(broken_floors({{"config/a.h", including("spawners/drivers/profile.h")}}).empty());
  EXPECT_TRUE(broken_floors({{"spawners/a.cpp", including("spawners/drivers/profile.h")}}).empty());
  EXPECT_TRUE(broken_floors({{"tests/routing/a.cpp", including("api/cli/b.h")}}).empty());
}

TEST(FloorRule, AngleBracketsAreNoWayAround) {
  EXPECT_EQ(broken_floors({{"routing/a.cpp", "#include <prompts/b.h>\n"}}).size(), 1U);
}

TEST(FloorRule, RelativeIncludesAreRefused) {
  EXPECT_EQ(broken_floors({{"routing/a.cpp", including("../prompts/b.h")}}).size(), 1U);
  EXPECT_EQ(broken_floors({{"routing/a.cpp", including("b.h")}, {"routing/b.h", ""}}).size(), 1U);
}

TEST(FloorRule, AFolderWithoutAFloorIsRefused) {
  for (const char* path :
       {"extra/a.cpp", "orchestrator/a.cpp", "orchestrator/storeroom/a.cpp", "api/soap/a.cpp"}) {
    const auto found = broken_floors({{path, ""}});
    ASSERT_EQ(found.size(), 1U) << path;
    EXPECT_NE(found[0].message.find("no floor"), std::string::npos);
  }
}

TEST(ShimRule, NothingOfTheHouseFromOutside) {
  EXPECT_EQ(broken_shim({{"spawners/shim/a.cpp", including("spawners/launch.h")}}).size(), 1U);
  EXPECT_TRUE(
      broken_shim({{"spawners/shim/a.cpp", including("spawners/shim/b.h") + "#include <poll.h>\n"}}).empty());
  EXPECT_TRUE(broken_shim({{"spawners/shim/a.cpp", including("system/clock.h")}}).empty());
  EXPECT_EQ(broken_shim({{"spawners/shim/a.cpp", including("prompts/text.h")}}).size(), 1U);
  EXPECT_TRUE(broken_shim({{"spawners/a.cpp", including("spawners/launch.h")}}).empty());
}

TEST(DoorRule, EachLibraryHasItsDoor) {
  const std::vector<std::array<std::string, 3>> cases = {
      {"toml++/toml.h", "config/document.cpp", "config/load.cpp"},
      {"sqlite3.h", "orchestrator/store/sqlite/database.cpp", "orchestrator/store/tables/tasks.cpp"},
      {"boost/process/v2.hpp", "system/launcher.cpp", "spawners/local/local_runner.cpp"},
      {"spdlog/logger.h", "orchestrator/session/process/session_log.cpp", "api/cli/run.cpp"},
      {"openssl/evp.h", "workspaces/git/blob_hash.cpp", "workspaces/git/git.cpp"},
      {"CLI/CLI.hpp", "api/cli/cli.cpp", "main.cpp"},
  };
  for (const auto& [header, inside, outside] : cases) {
    EXPECT_TRUE(broken_doors({{inside, including(header)}}).empty()) << header;
    EXPECT_EQ(broken_doors({{outside, including(header)}}).size(), 1U) << header;
    EXPECT_TRUE(broken_doors({{"tests/x/a.cpp", including(header)}}).empty()) << header;
  }
}

TEST(DoorRule, TheClocksAreReadInOnePlace) {
  for (const char* call : {"std::chrono::system_clock::now()", "std::chrono::steady_clock::now()",
                           "::clock_gettime(c, &t)", "std::time(nullptr)", "::gettimeofday(&t, nullptr)"}) {
    const std::string code = std::string("auto t = ") + call + ";\n";
    EXPECT_TRUE(broken_doors({{"system/clock.cpp", code}}).empty()) << call;
    EXPECT_EQ(broken_doors({{"orchestrator/queue/a.cpp", code}}).size(), 1U) << call;
    EXPECT_TRUE(broken_doors({{"orchestrator/queue/a.cpp", "// " + code}}).empty()) << call;
  }
}

TEST(DoorRule, JsonIsNotSpreadByHeaders) {
  EXPECT_EQ(broken_doors({{"api/a.h", including("nlohmann/json.hpp")}}).size(), 1U);
  EXPECT_TRUE(broken_doors({{"api/a.h", including("nlohmann/json_fwd.hpp")}}).empty());
  EXPECT_TRUE(broken_doors({{"api/a.cpp", including("nlohmann/json.hpp")}}).empty());
}

TEST(NameRule, VagueFoldersAndFilesAreRefused) {
  for (const char* path : {"api/util/a.cpp", "common/a.h", "tests/helpers/a.cpp", "config/utils.h"}) {
    EXPECT_EQ(vague_names({{path, ""}}).size(), 1U) << path;
  }
  EXPECT_TRUE(vague_names({{"api/utility_bill.cpp", ""}}).empty());
}

TEST(LengthRule, AFileOver400LinesNeedsAReason) {
  EXPECT_TRUE(long_files({{"api/a.cpp", repeated("x\n", 400)}}).empty());
  EXPECT_EQ(long_files({{"api/a.cpp", repeated("x\n", 401)}}).size(), 1U);
  EXPECT_EQ(long_files({{"tests/api/a_test.cpp", repeated("x\n", 401)}}).size(), 1U);
  EXPECT_TRUE(long_files({{"api/a.cpp", "// long: one table\n" + repeated("x\n", 401)}}).empty());
  EXPECT_EQ(long_files({{"api/a.cpp", "// long: \n" + repeated("x\n", 401)}}).size(), 1U);
}

TEST(LengthRule, AFunctionOver60LinesNeedsAReason) {
  const auto function_of_lines = [](int lines) {
    return "void f() {\n" + repeated("  g();\n", lines - 2) + "}\n";
  };
  EXPECT_TRUE(long_functions({{"api/a.cpp", function_of_lines(60)}}).empty());
  const auto found = long_functions({{"api/a.cpp", "\n\n\n" + function_of_lines(61)}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].line, 4);
  EXPECT_NE(found[0].message.find("`f` has 61 lines"), std::string::npos);
  EXPECT_TRUE(long_functions({{"api/a.cpp", "// long: one switch\n" + function_of_lines(61)}}).empty());
}

TEST(LengthRule, AFileThatCannotBeMeasuredIsNotPassed) {
  EXPECT_EQ(long_functions({{"api/a.cpp", "void f() {\n"}}).size(), 1U);
}

TEST(HeaderRule, BeginsWithACommentAndGuardsItself) {
  EXPECT_TRUE(bare_headers({{"api/a.h", "// What it is.\n#pragma once\n"}}).empty());
  EXPECT_EQ(bare_headers({{"api/a.h", "#pragma once\n"}}).size(), 1U);
  EXPECT_EQ(bare_headers({{"tests/a.h", "// What it is.\n// #pragma once\n"}}).size(), 1U);
  EXPECT_TRUE(bare_headers({{"api/a.cpp", "int x;\n"}}).empty());
  EXPECT_TRUE(bare_headers({{"examples/night/project/src/a.h", "int x;\n"}}).empty());
}

TEST(LeftoverRule, NothingIsPutOff) {
  EXPECT_EQ(leftovers({{"api/a.cpp", "int x;\n// TODO: later\n"}}).at(0).line, 2);
  EXPECT_EQ(leftovers({{"orchestrator/store/schema.sql", "-- FIXME\n"}}).size(), 1U);
  EXPECT_EQ(leftovers({{"main.cpp", "// XXX\n"}}).size(), 1U);
  EXPECT_TRUE(leftovers({{"api/a.cpp", "mkstemp(\"aXXXXXX\"); int TODO_list;\n"}}).empty());
  EXPECT_TRUE(leftovers({{"tests/a.cpp", "// TODO\n"}}).empty());
}

TEST(TestNameRule, EveryFullNameOccursOnce) {
  const auto found = repeated_tests(
      {{"tests/a.cpp", "TEST(A, B) {}\n"}, {"tests/b.cpp", "\nTEST_F(A, B) {}\nTEST(A, C) {}\n"}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].file, "tests/b.cpp");
  EXPECT_EQ(found[0].line, 2);
  EXPECT_NE(found[0].message.find("tests/a.cpp:1"), std::string::npos);
}

TEST(CompiledRule, EverySourceIsNamedInACMakeList) {
  EXPECT_EQ(uncompiled_files({{"api/a.cpp", ""}, {"api/CMakeLists.txt", "house_library(api)"}}).size(), 1U);
  EXPECT_TRUE(uncompiled_files({{"api/a.cpp", ""}, {"api/CMakeLists.txt", "SOURCES a.cpp"}}).empty());
  EXPECT_TRUE(uncompiled_files({{"api/s/a.cpp", ""}, {"api/CMakeLists.txt", "SOURCES s/a.cpp"}}).empty());
  EXPECT_EQ(uncompiled_files({{"api/s/a.cpp", ""}, {"api/CMakeLists.txt", "SOURCES a.cpp"}}).size(), 1U);
  EXPECT_EQ(uncompiled_files({{"api/a.cpp", ""}, {"api/CMakeLists.txt", "SOURCES ba.cpp s/a.cpp"}}).size(),
            1U);
}

TEST(FolderRule, MoreFilesThanCanBeTakenInAreRefused) {
  Tree tree;
  for (int i = 0; i < 21; ++i)
    tree["api/cli/" + std::to_string(i) + ".cpp"] = "";
  EXPECT_TRUE(crowded_folders(tree).empty());
  tree["api/cli/inner/a.cpp"] = "";
  EXPECT_TRUE(crowded_folders(tree).empty());
  tree["api/cli/21.cpp"] = "";
  EXPECT_EQ(crowded_folders(tree).size(), 1U);
}

TEST(TestPlaceRule, TestsLieWhereWhatTheyTestLies) {
  EXPECT_EQ(misplaced_tests({{"api/cli/agent_test.cpp", ""}}).size(), 1U);
  const Tree product = {{"orchestrator/queue/a.cpp", ""}};
  auto with = [&product](const char* path) {
    Tree tree = product;
    tree[path] = "";
    return misplaced_tests(tree).size();
  };
  EXPECT_EQ(with("tests/orchestrator/queue/a_test.cpp"), 0U);
  EXPECT_EQ(with("tests/orchestrator/session/a_test.cpp"), 1U);
  EXPECT_EQ(with("tests/house/rules_test.cpp"), 0U);
}

TEST(Sizes, AreCountedOverTheProduct) {
  const Tree tree = {{"api/a.cpp", "void f() {\n}\n"},
                     {"main.cpp", "int main() {}\n"},
                     {"tests/t.cpp", repeated("x\n", 99)}};
  EXPECT_EQ(sizes(tree), "house: 2 files, median 2 lines, p90 2; 2 functions, median 2 lines, p90 2");
}

TEST(Rendering, GivesPlacesThatAnEditorCanFollow) {
  EXPECT_EQ(render({{"a.cpp", 3, "x"}, {"b.cpp", 0, "y"}}), "a.cpp:3: x\nb.cpp:1: y\n");
}

}  // namespace
}  // namespace orchestrate::house
