#include "api/cli.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>

#include "api/text.h"
#include "api/verbs.h"
#include "workspaces/step.h"

extern char** environ;

namespace orchestrate::api {
namespace {

constexpr int kUsage = 2;
constexpr int kInternal = 70;

// What the command line asked for: filled while parsing, called afterwards.
struct Invocation {
  Context context;
  std::function<int()> verb;
};

// The list of verbs shows what each does; its example belongs to its own page.
class VerbFormatter final : public CLI::Formatter {
 public:
  std::string make_subcommand(const CLI::App* sub) const override {
    const std::string whole = sub->get_description();
    std::ostringstream out;
    CLI::detail::format_help(out, sub->get_name(), whole.substr(0, whole.find('\n')), get_column_width());
    return out.str();
  }
};

// "there is no verb `lst`: did you mean `list`?"; empty: the words begin with a verb.
std::string unknown_verb(const CLI::App& app, int argc, char** argv) {
  int first = 1;
  if (first < argc && std::string(argv[first]) == "-C") first += 2;
  if (first >= argc || *argv[first] == '-') return {};
  std::vector<std::string> verbs;
  for (const auto* sub : app.get_subcommands({})) {
    if (sub->get_name() == argv[first]) return {};
    if (!sub->get_group().empty()) verbs.push_back(sub->get_name());
  }
  const std::string nearest = config::nearest(argv[first], verbs);
  return std::string("there is no verb `") + argv[first] + "`" +
         (nearest.empty() ? "" : ": did you mean `" + nearest + "`?");
}

CLI::App* verb(CLI::App& app, const std::string& name, const std::string& does, const std::string& example) {
  auto* sub = app.add_subcommand(name, does + "\n\nExample: " + example);
  return sub;
}

void json_flag(CLI::App* sub, Context& context) {
  sub->add_flag("--json", context.json, "One JSON document on stdout");
}

void add_init(CLI::App& app, Invocation& i) {
  auto* sub = verb(app, "init", "Writes .orchestrate/ with commented defaults; never overwrites.",
                   "orchestrate init");
  auto directory = std::make_shared<std::string>();
  sub->add_option("DIR", *directory, "The project's directory (default: here)");
  sub->callback([&i, directory] { i.verb = [&i, directory] { return init(i.context, *directory); }; });
}

void add_add(CLI::App& app, Invocation& i) {
  auto* sub =
      verb(app, "add", "Queues a task and prints its id.",
           "orchestrate add \"Fix the login bug\" --priority P1 --needs backend --check \"make test\"");
  auto o = std::make_shared<AddOptions>();
  sub->add_option("TITLE", o->title, "What is to be done, in one line")->required();
  sub->add_option("--description", o->description, "Details; - reads standard input");
  sub->add_option("--description-file", o->description_file,
                  "A file with the details; - reads standard input");
  sub->add_option("--priority", o->priority, "P0, P1, P2 (default) or P3");
  sub->add_option("--type", o->type,
                  "IMPLEMENT (default), FIX, TEST, REVIEW, STRATEGIC, ...: what rules look at");
  sub->add_option("--needs", o->needs, "A capability it needs (repeatable)")->allow_extra_args(false);
  sub->add_option("--label", o->labels, "A label for rules (repeatable)")->allow_extra_args(false);
  sub->add_option("--accept", o->accept, "An acceptance criterion (repeatable)")->allow_extra_args(false);
  sub->add_option("--check", o->checks, "A command run by us after the agent (repeatable)")
      ->allow_extra_args(false);
  sub->add_option("--spec", o->specs, "A file of the project to put into the prompt (repeatable)")
      ->allow_extra_args(false);
  sub->add_option("--depends-on", o->depends_on, "A task that must be done before (repeatable)")
      ->allow_extra_args(false);
  sub->add_option("--agent", o->agent, "The agent type, whatever the rules say");
  sub->add_flag("--manual", o->manual, "A person does it");
  sub->add_option("--run", o->run, "A command instead of an agent (driver script)");
  sub->add_option("--not-before", o->not_before, "23:30, 2026-11-22 03:10 or 2026-11-22T03:10:00Z");
  sub->add_option("--key", o->key, "Idempotency: the same key is the same task");
  json_flag(sub, i.context);
  sub->callback([&i, o] { i.verb = [&i, o] { return add(i.context, *o); }; });
}

void add_run(CLI::App& app, Invocation& i) {
  auto* sub =
      verb(app, "run",
           "Drains the queue, prints progress and a summary.\n\nExit status: 0 all done, 1 some failed, "
           "3 decisions wait, 4 stopped by a limit,\n2 wrong usage or configuration, 5 another orchestrator "
           "runs, 70 internal error.",
           "orchestrate run --until 06:30 --max-cost 20");
  auto o = std::make_shared<RunOptions>();
  sub->add_option("--until", o->until, "End at this local time (HH:MM)");
  sub->add_option("--max-parallel", o->max_parallel, "Runs at once")->check(CLI::Range(1, 10'000));
  sub->add_option("--max-cost", o->max_cost_usd, "USD for the whole session")
      ->check(CLI::Range(0.0, 1'000'000.0));
  sub->add_option("--max-tasks", o->max_tasks, "Start at most so many")->check(CLI::Range(1, 1'000'000));
  sub->add_option("--only", o->only, "Only this task (repeatable)")->allow_extra_args(false);
  sub->add_option("--priority", o->priorities, "Only these, e.g. P0,P1");
  sub->add_flag("--watch", o->watch, "Stay when the queue is empty");
  sub->add_flag("--quiet", o->quiet, "Print nothing");
  json_flag(sub, i.context);
  sub->callback([&i, o] { i.verb = [&i, o] { return run(i.context, *o); }; });
}

using Plain = int (*)(const Context&);
void add_plain(CLI::App& app, Invocation& i, const std::string& name, const std::string& does,
               const std::string& example, Plain f) {
  auto* sub = verb(app, name, does, example);
  json_flag(sub, i.context);
  sub->callback([&i, f] { i.verb = [&i, f] { return f(i.context); }; });
}

using WithId = int (*)(const Context&, std::int64_t);
void add_with_id(CLI::App& app, Invocation& i, const std::string& name, const std::string& does,
                 const std::string& example, WithId f) {
  auto* sub = verb(app, name, does, example);
  auto id = std::make_shared<std::int64_t>();
  sub->add_option("ID", *id, "The task's id")->required();
  json_flag(sub, i.context);
  sub->callback([&i, f, id] { i.verb = [&i, f, id] { return f(i.context, *id); }; });
}

void add_list(CLI::App& app, Invocation& i) {
  auto* sub = verb(app, "list", "Tasks, with the reason why each does not run now.",
                   "orchestrate list --state queued --priority P0");
  auto o = std::make_shared<ListOptions>();
  sub->add_option("--state", o->state, "queued, claimed, running, waiting_human, done, failed, cancelled");
  sub->add_option("--priority", o->priority, "P0, P1, P2 or P3");
  sub->add_flag("--jsonl", o->json_lines, "One JSON object a line");
  json_flag(sub, i.context);
  sub->callback([&i, o] { i.verb = [&i, o] { return list(i.context, *o); }; });
}

void add_log(CLI::App& app, Invocation& i) {
  auto* sub =
      verb(app, "log", "The agent's output of a task's last run, rendered for people.", "orchestrate log 7");
  auto o = std::make_shared<LogOptions>();
  auto run = std::make_shared<int>(0);
  sub->add_option("ID", o->id, "The task's id")->required();
  sub->add_option("--run", *run, "Which attempt (default: the last)");
  sub->add_flag("--raw", o->raw, "The bytes as they are");
  sub->add_flag("--stderr", o->stderr_only, "What it wrote to stderr");
  sub->callback([&i, o, run] {
    if (*run > 0) o->run = *run;
    i.verb = [&i, o] { return log(i.context, *o); };
  });
}

// Verbs below `inbox` that decide: `done N`, `answer N OPTION`.
void add_inbox_answers(CLI::App& parent, Invocation& i) {
  auto id = std::make_shared<std::int64_t>();
  auto option = std::make_shared<std::string>("done");
  auto note = std::make_shared<std::string>();
  auto* done = parent.add_subcommand("done", "It is dealt with.");
  auto* answer = parent.add_subcommand("answer", "Chooses one of the item's options.");
  for (auto* sub : {done, answer}) {
    sub->add_option("N", *id, "The item's number")->required();
    if (sub == answer) sub->add_option("OPTION", *option, "One of its options")->required();
    sub->add_option("--note", *note, "Why, for the record");
    sub->callback([&i, id, option, note] {
      i.verb = [&i, id, option, note] { return inbox_answer(i.context, *id, *option, *note); };
    });
  }
}

void add_inbox(CLI::App& app, Invocation& i) {
  auto* sub = verb(app, "inbox", "Decisions owed by people.", "orchestrate inbox show 3");
  json_flag(sub, i.context);
  sub->callback([&i] {
    if (!i.verb) i.verb = [&i] { return inbox(i.context); };
  });
  auto* one = sub->add_subcommand("show", "One item with its evidence and options.");
  auto id = std::make_shared<std::int64_t>();
  one->add_option("N", *id, "The item's number")->required();
  json_flag(one, i.context);
  one->callback([&i, id] { i.verb = [&i, id] { return inbox_show(i.context, *id); }; });
  add_inbox_answers(*sub, i);
}

void add_report(CLI::App& app, Invocation& i) {
  auto* sub = verb(app, "report", "The morning page of the last session.", "orchestrate report --session 12");
  auto session = std::make_shared<std::int64_t>(0);
  auto html = std::make_shared<std::string>();
  sub->add_option("--session", *session, "An earlier session");
  sub->add_option("--html", *html, "Write the page to this file");
  json_flag(sub, i.context);
  sub->callback([&i, session, html] {
    i.verb = [&i, session, html] {
      return report(i.context, *session > 0 ? std::optional(*session) : std::nullopt, *html);
    };
  });
}

void add_route(CLI::App& app, Invocation& i) {
  auto* sub = verb(app, "route", "Explains the routing of one task, or of what you describe.",
                   "orchestrate route --needs backend --priority P1");
  auto o = std::make_shared<RouteOptions>();
  auto id = std::make_shared<std::int64_t>(0);
  sub->add_option("ID", *id, "The task's id");
  sub->add_option("--needs", o->needs, "A capability (repeatable)")->allow_extra_args(false);
  sub->add_option("--priority", o->priority, "P0, P1, P2 or P3");
  sub->add_option("--type", o->type, "The task's type");
  sub->add_option("--title", o->title, "The task's title");
  json_flag(sub, i.context);
  sub->callback([&i, o, id] {
    if (*id > 0) o->id = *id;
    i.verb = [&i, o] { return route(i.context, *o); };
  });
}

void add_prompt(CLI::App& app, Invocation& i) {
  auto* sub = verb(app, "prompt", "The bundled prompt exactly as an agent would get it.",
                   "orchestrate prompt 7 | claude");
  auto id = std::make_shared<std::int64_t>();
  auto agent = std::make_shared<std::string>();
  sub->add_option("ID", *id, "The task's id")->required();
  sub->add_option("--agent", *agent, "As this agent type would get it");
  json_flag(sub, i.context);
  sub->callback([&i, id, agent] { i.verb = [&i, id, agent] { return prompt(i.context, *id, *agent); }; });
}

void add_config(CLI::App& app, Invocation& i) {
  auto* sub = verb(app, "config", "The configuration.", "orchestrate config check");
  sub->require_subcommand(1);
  auto* check = sub->add_subcommand(
      "check", "Prints every problem of the three files, with place and caret; exit 2 when there is one.");
  json_flag(check, i.context);
  check->callback([&i] { i.verb = [&i] { return config_check(i.context); }; });
}

// Not for people: a workspace's work as a step of a run, in the step's own directory.
void add_step(CLI::App& app, Invocation& i) {
  auto* sub = app.add_subcommand("step", "")->group("");
  auto directory = std::make_shared<std::string>();
  sub->add_option("DIR", *directory)->required();
  sub->callback([&i, directory] { i.verb = [directory] { return workspaces::run_step(*directory); }; });
}

void add_verbs(CLI::App& app, Invocation& i) {
  app.require_subcommand(1);
  app.add_option("-C", i.context.directory, "Work on the project in DIR")->type_name("DIR");
  add_init(app, i);
  add_add(app, i);
  add_plain(app, i, "plan", "What a run would do now: each task, its route, order, and what holds it back.",
            "orchestrate plan", plan);
  add_run(app, i);
  add_plain(app, i, "status", "One screen: what runs, what waits, what is parked.", "orchestrate status",
            status);
  add_list(app, i);
  add_with_id(app, i, "show", "One task with its runs, verdicts and evidence.", "orchestrate show 7", show);
  add_with_id(app, i, "why", "Why a task does not run now.", "orchestrate why 7", why);
  add_log(app, i);
  add_inbox(app, i);
  add_report(app, i);
  add_route(app, i);
  add_prompt(app, i);
  add_config(app, i);
  add_plain(app, i, "version", "The version.", "orchestrate version", version);
  add_step(app, i);
}

Context context_from_process() {
  Context c;
  c.out = &std::cout;
  c.err = &std::cerr;
  c.in = &std::cin;
  c.directory = ".";
  c.terminal = ::isatty(STDOUT_FILENO) == 1;
  const char* no_colour = std::getenv("NO_COLOR");
  c.colour = c.terminal && (no_colour == nullptr || *no_colour == '\0');
  for (char** entry = environ; *entry != nullptr; ++entry)
    c.environment.emplace_back(*entry);
  return c;
}

int guarded(const Invocation& i) {
  try {
    const int status = i.verb();
    std::cout.flush();
    if (!std::cout) {
      std::cerr << "orchestrate: cannot write to standard output\n";
      return kInternal;
    }
    return status;
  } catch (const UsageError& e) {
    std::cerr << "orchestrate: " << printable(e.what(), true) << "\n";
    return kUsage;
  } catch (const Refused& e) {
    std::cerr << "orchestrate: " << printable(e.what(), true) << "\n";
    return 1;
  } catch (const std::exception& e) {
    std::cerr << "orchestrate: " << printable(e.what(), true)
              << "\n  nothing is lost: what was committed is on disk; run it again\n";
    return kInternal;
  }
}

}  // namespace

int version(const Context& context) {
  *context.out << (context.json ? "{\"version\":\"" ORCHESTRATE_VERSION "\"}"
                                : "orchestrate " ORCHESTRATE_VERSION)
               << "\n";
  return 0;
}

int run_cli(int argc, char** argv) {
  Invocation invocation{context_from_process(), {}};
  CLI::App app("Runs headless coding agents overnight and can be trusted with it.", "orchestrate");
  app.formatter(std::make_shared<VerbFormatter>());
  add_verbs(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e);
  } catch (const CLI::ParseError& e) {
    const std::string unknown = unknown_verb(app, argc, argv);
    std::cerr << "orchestrate: " << printable(unknown.empty() ? e.what() : unknown)
              << "\n  `orchestrate --help` lists the verbs; every verb has its own --help\n";
    return kUsage;
  }
  return guarded(invocation);
}

}  // namespace orchestrate::api
