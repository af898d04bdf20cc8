#include <iterator>

#include "api/cli/verb.h"

namespace orchestrate::api {

Argument json_switch(Context& context) {
  return {"--json", "One JSON document on stdout", &context.json};
}

Argument priority_option(Target priority, const char* does) {
  return {"--priority", does, priority, "P0..P3", {"P0", "P1", "P2", "P3"}};
}

std::vector<Verb> all_verbs(Context& context) {
  std::vector<Verb> all;
  for (const auto& part : {queue_verbs, session_verbs, look_verbs, inbox_verbs, setup_verbs, shell_verbs}) {
    auto verbs = part(context);
    std::move(verbs.begin(), verbs.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace orchestrate::api
