// The verbs that start, steer and sum up a session.
#include <memory>

#include "api/cli/verb.h"

namespace orchestrate::api {
namespace {

const std::string kGroup = "Session";

Verb run_verb(Context& context) {
  auto o = std::make_shared<RunOptions>();
  return {
      "run",
      kGroup,
      "Drains the queue, prints progress and a summary.",
      "orchestrate run --until 06:30 --max-cost 20",
      {{"--until", "End at this local time", &o->until, "HH:MM"},
       {"--max-parallel", "Runs at once", &o->max_parallel, "N", {}, {1, 10'000}},
       {"--max-cost", "What the whole session may spend", &o->max_cost_usd, "USD", {}, {0, 1'000'000}},
       {"--max-tasks", "Start at most so many", &o->max_tasks, "N", {}, {1, 1'000'000}},
       {"--only", "Only this task (repeatable)", &o->only, "ID"},
       {"--priority", "Only these, e.g. P0,P1", &o->priorities, "LIST"},
       {"--watch", "Stay when the queue is empty", &o->watch},
       {"--quiet", "Print nothing", &o->quiet},
       {"--json", "The session's events, one JSON object a line", &context.json}},
      [&context, o] { return run(context, *o); },
      "Exit status: 0 every task that was due is done, 1 some failed, 3 decisions wait in the inbox, 4 stopped "
      "by a limit with work left, 2 wrong usage or configuration, 5 another orchestrator runs, 70 internal "
      "error.\n\n"
      "SIGINT or SIGTERM once: start nothing new and end when the running agents have; twice: end them now."};
}

Verb report_verb(Context& context) {
  struct Options {
    std::optional<std::int64_t> session;
    std::string html;
  };
  auto o = std::make_shared<Options>();
  return {"report",
          kGroup,
          "The morning page of the last session.",
          "orchestrate report --session 12",
          {{"--session", "An earlier session", &o->session, "N", {}, {1, 1e15}},
           {"--html", "Write the page to this file", &o->html, "FILE"},
           json_switch(context)},
          [&context, o] { return report(context, o->session, o->html); }};
}

Verb pause_verb(Context& context) {
  auto why = std::make_shared<std::string>();
  return {
      "pause",
      kGroup,
      "Starts nothing new until `resume`; running agents go on.",
      "orchestrate pause --why \"the test server is down\"",
      {{"--why", "Shown wherever somebody asks why nothing runs", why.get()}},
      [&context, why] { return pause(context, *why); },
      "A session that is paused while it runs waits. One that finds the queue paused when it starts says so and ends "
      "with status 4, unless it was started with --watch: nobody may be there to resume it."};
}

Verb stop_verb(Context& context) {
  auto now = std::make_shared<bool>(false);
  return {"stop",
          kGroup,
          "Ends the session: starts nothing new and waits for the running agents.",
          "orchestrate stop",
          {{"--now", "End running agents too; that uses up no attempt", now.get()}},
          [&context, now] { return stop(context, *now); }};
}

}  // namespace

std::vector<Verb> session_verbs(Context& context) {
  return {run_verb(context),
          {"status",
           kGroup,
           "One screen: what runs, what waits, what is parked.",
           "orchestrate status",
           {json_switch(context)},
           [&context] { return status(context); }},
          pause_verb(context),
          {"resume",
           kGroup,
           "Goes on after `pause`.",
           "orchestrate resume",
           {},
           [&context] { return resume(context); }},
          stop_verb(context),
          report_verb(context)};
}

}  // namespace orchestrate::api
