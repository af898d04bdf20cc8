// The verbs that fill and change the queue.
#include <memory>

#include "api/cli/verb.h"

namespace orchestrate::api {
namespace {

const std::string kGroup = "Queue";

Verb add_verb(Context& context) {
  auto o = std::make_shared<AddOptions>();
  return {"add",
          kGroup,
          "Queues a task and prints its id.",
          "orchestrate add \"Fix the login bug\" --priority P1 --needs backend --check \"make test\"",
          {{"TITLE", "What is to be done, in one line", &o->title},
           {"--description", "Details; - reads standard input", &o->description},
           {"--description-file", "A file with the details; - reads standard input", &o->description_file,
            "FILE"},
           priority_option(&o->priority, "P0, P1, P2 (default) or P3"),
           {"--type", "IMPLEMENT (default), FIX, TEST, REVIEW, STRATEGIC, ...: what rules look at", &o->type},
           {"--needs", "A capability it needs (repeatable)", &o->needs, "CAPABILITY"},
           {"--label", "A label for rules (repeatable)", &o->labels},
           {"--accept", "An acceptance criterion (repeatable)", &o->accept},
           {"--check", "A command run by us after the agent (repeatable)", &o->checks, "COMMAND"},
           {"--spec", "A file of the project to put into the prompt (repeatable)", &o->specs, "FILE"},
           {"--depends-on", "A task that must be done before (repeatable)", &o->depends_on, "ID"},
           {"--agent", "The agent type, whatever the rules say", &o->agent, "TYPE"},
           {"--manual", "A person does it", &o->manual},
           {"--run", "A command instead of an agent (driver script)", &o->run, "COMMAND"},
           {"--not-before", "23:30, 2026-11-22 03:10 or 2026-11-22T03:10:00Z", &o->not_before, "TIME"},
           {"--key", "Idempotency: the same key is the same task", &o->key},
           json_switch(context)},
          [&context, o] { return add(context, *o); }};
}

Verb import_verb(Context& context) {
  auto o = std::make_shared<ImportOptions>();
  return {
      "import",
      kGroup,
      "Queues many tasks from a file, all of them or none; prints their ids.",
      "orchestrate import sprint.md --dry-run",
      {{"FILE", "TOML, JSON, JSON lines or a Markdown check list; - reads standard input", &o->file},
       {"--format",
        "toml, json, jsonl or markdown (default: by the file's ending)",
        &o->format,
        "FORMAT",
        {"toml", "json", "jsonl", "markdown"}},
       {"--dry-run", "Show what would be queued; write nothing", &o->dry_run},
       json_switch(context)},
      [&context, o] { return import_tasks(context, *o); },
      "TOML: [[task]] tables. JSON: a list of objects, or {\"tasks\": [...]}. JSON lines: an object a line. Keys: "
      "title, description, priority, type, needs, labels, acceptance, checks, specs, depends_on, agent, manual, "
      "run, not_before, key. depends_on names ids of tasks and keys of tasks, also of the same file, in any "
      "order. A key that a task already has is that task, which stays as it is.\n\n"
      "Markdown: `- [ ] Title`, with (P0)..(P3) before or after the title; what is indented below describes it, "
      "but for lines like `needs: a, b`, `check: make test`, `accept: TEXT`, `depends on: KEY`, `key: KEY`. "
      "Items within items are tasks of their own. `- [x]` is skipped."};
}

Verb edit_verb(Context& context) {
  auto o = std::make_shared<EditOptions>();
  return {"edit",
          kGroup,
          "Changes a task that nobody works on; what is not named stays, an empty value clears.",
          "orchestrate edit 7 --priority P0 --needs backend --depends-on \"\"",
          {{"ID", "The task's id", &o->id},
           {"--title", "What is to be done, in one line", &o->title},
           {"--description", "Details; - reads standard input", &o->description},
           {"--description-file", "A file with the details; - reads standard input", &o->description_file,
            "FILE"},
           priority_option(&o->priority),
           {"--type", "What rules look at", &o->type},
           {"--needs", "The capabilities it needs (repeatable; replaces them all)", &o->needs, "CAPABILITY"},
           {"--label", "The labels for rules (repeatable; replaces them all)", &o->labels},
           {"--accept", "The acceptance criteria (repeatable; replaces them all)", &o->accept},
           {"--check", "The commands run by us (repeatable; replaces them all)", &o->checks, "COMMAND"},
           {"--spec", "The files put into the prompt (repeatable; replaces them all)", &o->specs, "FILE"},
           {"--depends-on", "The tasks that must be done before (repeatable; replaces them all)",
            &o->depends_on, "ID"},
           {"--agent", "The agent type, whatever the rules say", &o->agent, "TYPE"},
           {"--manual", "Whether a person does it", &o->manual, "yes|no", {"yes", "no"}},
           {"--run", "A command instead of an agent (driver script)", &o->run, "COMMAND"},
           {"--not-before", "23:30, 2026-11-22 03:10 or 2026-11-22T03:10:00Z", &o->not_before, "TIME"},
           json_switch(context)},
          [&context, o] { return edit(context, *o); }};
}

using OfTasks = int (*)(const Context&, const Ids&);
Verb of_tasks(Context& context, const std::string& name, std::string does, OfTasks f) {
  auto ids = std::make_shared<Ids>();
  return {name,
          kGroup,
          std::move(does),
          "orchestrate " + name + " 7 8",
          {{"ID...", "Tasks, by their ids", ids.get()}, json_switch(context)},
          [&context, f, ids] { return f(context, *ids); }};
}

}  // namespace

std::vector<Verb> queue_verbs(Context& context) {
  return {add_verb(context),
          import_verb(context),
          edit_verb(context),
          of_tasks(context, "hold", "Keeps tasks from starting until they are released.", hold),
          of_tasks(context, "release", "Lets held tasks start again.", release),
          of_tasks(context, "cancel",
                   "Takes tasks out of the queue; ends a running agent and its whole process tree.", cancel),
          of_tasks(context, "retry", "Queues tasks again with nothing used up.", retry)};
}

}  // namespace orchestrate::api
