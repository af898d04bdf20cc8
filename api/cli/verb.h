// A verb of the command line as data: parsing, --help, the man page and the completions are all made of it.
//
// A verb's options live as long as the verb does; parsing fills them in, then `run` is called once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "api/cli/verbs.h"

namespace orchestrate::api {

// Where an argument's value goes; its type says how it is written. bool: a switch. Lists may be given several
// times. Optional: whether it was given matters.
using Target =
    std::variant<bool*, std::string*, std::int64_t*, std::optional<int>*, std::optional<std::int64_t>*,
                 std::optional<double>*, std::optional<std::string>*, std::vector<std::string>*,
                 std::vector<std::int64_t>*, std::optional<std::vector<std::string>>*>;

struct Argument {
  std::string name;  // "TITLE" or "ID..." by its place, "[DIR]" when it may be left out, "--priority"
  std::string does;
  Target target;
  std::string value = {};                    // what a flag takes: "TIME"; empty: called by its type
  std::vector<std::string> words = {};       // the words it knows, for completion
  std::pair<double, double> range = {0, 0};  // of numbers; {0, 0}: any
  bool needed = false;                       // a flag that must be given
};

struct Verb {
  std::string name;   // "add", "inbox answer"
  std::string group;  // empty: not shown
  std::string does;   // one sentence
  std::string example;
  std::vector<Argument> arguments;
  std::function<int()> run;
  std::string more = {};  // further paragraphs, for --help and the man page
};

// All of them, in the order of --help. `context` outlives them.
[[nodiscard]] std::vector<Verb> all_verbs(Context& context);

// Its parts, one per group.
[[nodiscard]] std::vector<Verb> queue_verbs(Context& context);
[[nodiscard]] std::vector<Verb> session_verbs(Context& context);
[[nodiscard]] std::vector<Verb> look_verbs(Context& context);
[[nodiscard]] std::vector<Verb> inbox_verbs(Context& context);
[[nodiscard]] std::vector<Verb> setup_verbs(Context& context);
[[nodiscard]] std::vector<Verb> shell_verbs(Context& context);

// "--json", which every reading verb has.
[[nodiscard]] Argument json_switch(Context& context);
// "--priority", of a task.
[[nodiscard]] Argument priority_option(Target priority, const char* does = "P0, P1, P2 or P3");

}  // namespace orchestrate::api
