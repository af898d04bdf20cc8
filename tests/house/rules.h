// The rules of the house, each a function from the tree to what breaks it. Pure.
#pragma once

#include <string>
#include <vector>

#include "tests/house/tree.h"

namespace orchestrate::house {

struct Violation {
  std::string file;
  int line = 0;  // 0: the whole file
  std::string message;
};

// "file:line: message", one per line; what a test prints.
[[nodiscard]] std::string render(const std::vector<Violation>& violations);

// Includes only go down: main.cpp > api/cli > api/operations > orchestrator/{session, report, doctor} > queue
// > attempt > {store, project} > config > {routing, prompts, spawners, workspaces} > {text,
// system}; rooms of one floor never include each other; every folder that holds C++ stands on a floor, that
// of its longest prefix; includes are written from the root.
[[nodiscard]] std::vector<Violation> broken_floors(const Tree& tree);

// spawners/shim/ includes nothing of the house but itself, system/, text/ and the records of spawners/step/.
[[nodiscard]] std::vector<Violation> broken_shim(const Tree& tree);

// Each heavy library is included, and the clocks are read, only behind their doors; nlohmann/json.hpp is
// included by no header.
[[nodiscard]] std::vector<Violation> broken_doors(const Tree& tree);

// No folder and no file is called util, common or helpers.
[[nodiscard]] std::vector<Violation> vague_names(const Tree& tree);

// No file over 400 lines, tests included, and no function of the product over 60, but with `// long: reason`
// in the first 12 lines of the file or at the head of the function.
[[nodiscard]] std::vector<Violation> long_files(const Tree& tree);
[[nodiscard]] std::vector<Violation> long_functions(const Tree& tree);

// Every header begins with a comment and has #pragma once; examples are projects of their own.
[[nodiscard]] std::vector<Violation> bare_headers(const Tree& tree);

// No TODO, FIXME or XXX in the product.
[[nodiscard]] std::vector<Violation> leftovers(const Tree& tree);

// No two tests have the same full name.
[[nodiscard]] std::vector<Violation> repeated_tests(const Tree& tree);

// Every .cpp is named in the CMakeLists.txt of its folder or of one above: a file nobody compiles is not
// tested.
[[nodiscard]] std::vector<Violation> uncompiled_files(const Tree& tree);

// No folder of the product holds more files than can be taken in at once.
[[nodiscard]] std::vector<Violation> crowded_folders(const Tree& tree);

// No `_test.cpp` in the product; each one below tests/ lies where what it tests lies.
[[nodiscard]] std::vector<Violation> misplaced_tests(const Tree& tree);

// "house: 84 files, median 92 lines, p90 201; 610 functions, median 7 lines, p90 24": of the product's C++.
[[nodiscard]] std::string sizes(const Tree& tree);

}  // namespace orchestrate::house
