// What every verb of the command line is given: streams, the environment, and how to print.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "api/operations/operation.h"
#include "system/clock.h"

namespace orchestrate::api {

using system::wall_ms;

struct Context {
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  std::istream* in = nullptr;
  std::string directory;                 // where to look for the project from
  std::vector<std::string> environment;  // "NAME=value"
  bool colour = false;                   // of out
  bool terminal = false;                 // out is one
  bool json = false;
  bool json_lines = false;  // of a list: one object a line
};

// A project with its database open, and the desk that handlers get. What `opens` does not ask for stays null.
struct Opened {
  std::unique_ptr<Project> project;
  std::unique_ptr<Store> store;

  [[nodiscard]] Desk desk(const Context& context) const;
};

// Throws Refused when there is no project; with Opens::configuration also when its files have errors.
[[nodiscard]] Opened open_project(const Context& context, Opens opens);

}  // namespace orchestrate::api
