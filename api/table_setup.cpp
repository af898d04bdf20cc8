// The verbs that set a project up and check it.
#include <memory>

#include "api/verb.h"

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

}  // namespace

std::vector<Verb> setup_verbs(Context& context) {
  return {init_verb(context),
          {"config check",
           kGroup,
           "Prints every problem of the three files, with place and caret; exit 2 when there is one.",
           "orchestrate config check",
           {json_switch(context)},
           [&context] { return config_check(context); }},
          {"version", kGroup, "The version.", "orchestrate version", {json_switch(context)}, [&context] {
             return version(context);
           }}};
}

}  // namespace orchestrate::api
