// The verbs that look: at tasks, at what would happen, at what an agent printed.
#include <memory>

#include "api/cli/verb.h"

namespace orchestrate::api {
namespace {

const std::string kGroup = "Look";

Verb list_verb(Context& context) {
  auto o = std::make_shared<ListOptions>();
  return {"list",
          kGroup,
          "Tasks, with the reason why each does not run now.",
          "orchestrate list --state queued --priority P0",
          {{"--state",
            "Only tasks in this state",
            &o->state,
            "STATE",
            {"queued", "claimed", "running", "waiting_human", "done", "failed", "cancelled"}},
           priority_option(&o->priority),
           {"--jsonl", "One JSON object a line", &o->json_lines},
           json_switch(context)},
          [&context, o] { return list(context, *o); }};
}

Verb log_verb(Context& context) {
  auto o = std::make_shared<LogOptions>();
  return {"log",
          kGroup,
          "The agent's output of a task's last run, rendered for people.",
          "orchestrate log 7 --follow",
          {{"ID", "The task's id", &o->id},
           {"--run", "Which attempt (default: the last)", &o->run, "N", {}, {1, 1'000'000}},
           {"--follow", "Go on until the run has ended; wait for it if need be", &o->follow},
           {"--raw", "The bytes as they are", &o->raw},
           {"--stderr", "What it wrote to stderr", &o->stderr_only}},
          [&context, o] { return log(context, *o); }};
}

Verb route_verb(Context& context) {
  auto o = std::make_shared<RouteOptions>();
  return {"route",
          kGroup,
          "Explains the routing of one task, or of what you describe.",
          "orchestrate route --needs backend --priority P1",
          {{"[ID]", "The task's id", &o->id},
           {"--needs", "A capability (repeatable)", &o->needs, "CAPABILITY"},
           priority_option(&o->priority),
           {"--type", "The task's type", &o->type},
           {"--title", "The task's title", &o->title},
           json_switch(context)},
          [&context, o] { return route(context, *o); }};
}

Verb prompt_verb(Context& context) {
  struct Options {
    std::int64_t id = 0;
    std::string agent;
  };
  auto o = std::make_shared<Options>();
  return {"prompt",
          kGroup,
          "The bundled prompt exactly as an agent would get it.",
          "orchestrate prompt 7 | claude",
          {{"ID", "The task's id", &o->id},
           {"--agent", "As this agent type would get it", &o->agent, "TYPE"},
           json_switch(context)},
          [&context, o] { return prompt(context, o->id, o->agent); }};
}

using WithId = int (*)(const Context&, std::int64_t);
Verb of_one_task(Context& context, std::string name, std::string does, WithId f) {
  auto id = std::make_shared<std::int64_t>();
  return {name,
          kGroup,
          std::move(does),
          "orchestrate " + name + " 7",
          {{"ID", "The task's id", id.get()}, json_switch(context)},
          [&context, f, id] { return f(context, *id); }};
}

}  // namespace

std::vector<Verb> look_verbs(Context& context) {
  return {{"plan",
           kGroup,
           "What a run would do now: each task, its route, order, and what holds it back.",
           "orchestrate plan",
           {json_switch(context)},
           [&context] { return plan(context); }},
          list_verb(context),
          of_one_task(context, "show", "One task with its runs, verdicts and evidence.", show),
          of_one_task(context, "why", "Why a task does not run now.", why),
          log_verb(context),
          route_verb(context),
          prompt_verb(context)};
}

}  // namespace orchestrate::api
