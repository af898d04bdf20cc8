// The verbs that set a project up and check it.
#include <memory>

#include "api/cli/verb.h"

namespace orchestrate::api {
namespace {

const std::string kGroup = "Set up";

Verb init_verb(Context& context) {
  auto directory = std::make_shared<std::string>();
  return {"init",
          kGroup,
          "Writes .orchestrate/ with commented defaults; never overwrites.",
          "orchestrate init",
          {{"[DIR]", "The project's directory (default: here)", directory.get()}},
          [&context, directory] { return init(context, *directory); }};
}

Verb agent_test_verb(Context& context) {
  struct Options {
    std::string type, transcript;
  };
  auto o = std::make_shared<Options>();
  return {
      "agent test",
      kGroup,
      "What a driver makes of a recorded run, line by line.",
      "orchestrate agent test newcli --transcript run.jsonl",
      {{"TYPE", "An agent type of agents.toml", &o->type},
       {"--transcript",
        "A file with what its program printed, or a record file of its own by its name; - reads standard input",
        &o->transcript, "FILE"},
       json_switch(context)},
      [&context, o] { return agent_test(context, o->type, o->transcript); }};
}

Verb doctor_verb(Context& context) {
  return {
      "doctor",
      kGroup,
      "Looks at the machine and each agent type for what would fail tonight; exit 1 when something would.",
      "orchestrate doctor",
      {json_switch(context)},
      [&context] { return doctor(context); },
      "Every line is ok, warn or FAIL; what is not ok is followed by the way out. Runs no agent and no model: "
      "a CLI is only asked for its --version."};
}

}  // namespace

std::vector<Verb> setup_verbs(Context& context) {
  return {init_verb(context),
          {"config check",
           kGroup,
           "Prints every problem of the three files, with place and caret; exit 2 when there is one.",
           "orchestrate config check",
           {json_switch(context)},
           [&context] { return config_check(context); }},
          agent_test_verb(context),
          doctor_verb(context),
          {"version", kGroup, "The version.", "orchestrate version", {json_switch(context)}, [&context] {
             return version(context);
           }}};
}

}  // namespace orchestrate::api
