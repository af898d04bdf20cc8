#include <iterator>

#include "api/verb.h"

namespace orchestrate::api {

Argument json_switch(Context& context) {
  return {"--json", "One JSON document on stdout", &context.json};
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
