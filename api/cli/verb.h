// The verbs of the command line as data: the operations that have one, and those that only make sense at a
// terminal. Parsing, --help, the manual page, the completions and docs/cli.md are all made of them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "api/cli/context.h"
#include "api/operations/operation.h"

namespace orchestrate::api {

struct Verb {
  std::string name;   // "add", "inbox answer"
  std::string group;  // empty: not shown
  std::string does;   // one sentence
  std::string example;
  std::vector<Field> fields;
  std::string more = {};                 // further paragraphs
  const Operation* operation = nullptr;  // what it calls; else `run` does it
  Effect effect = Effect::reads;
  // Given values that are complete; returns the exit status. Throws Refused.
  int (*run)(Context&, const nlohmann::json& given) = nullptr;
};

// All of them, in the order of --help. Built once.
[[nodiscard]] const std::vector<Verb>& verbs();

// Those that are no operations, each beside its function.
[[nodiscard]] Verb init_verb();
[[nodiscard]] Verb run_verb();
[[nodiscard]] Verb log_verb();
[[nodiscard]] Verb completion_verb();
[[nodiscard]] Verb manual_verb();
[[nodiscard]] Verb step_verb();  // not for people

// "TITLE" or "ID..." by its place, "[DIR]" when it may be left out, "--not-before".
[[nodiscard]] std::string spelled(const Field& field);
[[nodiscard]] bool by_place(const Field& field);
[[nodiscard]] bool is_switch(const Field& field);          // takes no value
[[nodiscard]] bool takes_many(const Field& field);         // may be given several times
[[nodiscard]] std::string value_name(const Field& field);  // "TIME"; of a switch: empty
[[nodiscard]] std::string help_of(const Field& field);     // what it does, with its default
// The words it knows, for completion.
[[nodiscard]] std::vector<std::string> known_words(const Field& field);

}  // namespace orchestrate::api
