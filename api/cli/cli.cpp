#include "api/cli/cli.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "api/cli/door.h"
#include "api/cli/typed.h"
#include "api/operations/call.h"
#include "text/display.h"
#include "text/nearest.h"
#include "workspaces/step.h"

extern char** environ;

namespace orchestrate::api {
namespace {

using text::printable;

using nlohmann::json;

constexpr int kUsage = 2;
constexpr int kInternal = 70;

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

// "unknown command `lst`: did you mean `list`?"
std::string unknown(const std::string& what, const std::string& word, const std::vector<std::string>& known) {
  const std::string nearest = text::nearest(word, known);
  return "unknown " + what + " `" + word + "`" + (nearest.empty() ? "" : ": did you mean `" + nearest + "`?");
}

// Empty: the words begin with a verb.
std::string unknown_verb(const CLI::App& root, const std::vector<std::string>& words) {
  const CLI::App* app = &root;
  std::string before;
  for (const std::string& word : words) {
    const auto inner = app->get_subcommands([](const CLI::App*) { return true; });
    if (inner.empty() || word.starts_with("-")) return {};
    std::vector<std::string> verbs;
    const CLI::App* named = nullptr;
    for (const auto* each : inner) {
      if (each->get_name() == word) named = each;
      if (!each->get_group().empty()) verbs.push_back(before + each->get_name());
    }
    if (named == nullptr) return unknown("command", before + word, verbs);
    before += word + " ";
    app = named;
  }
  return {};
}

// The innermost verb that the words name.
const CLI::App& app_named(const CLI::App& root, const std::vector<std::string>& words) {
  const CLI::App* app = &root;
  for (const std::string& word : words) {
    if (word.starts_with("-")) break;
    const auto within =
        app->get_subcommands([&word](const CLI::App* each) { return each->get_name() == word; });
    if (!within.empty()) app = within.front();
  }
  return *app;
}

// Empty: each option is known.
std::string unknown_option(const CLI::App& app, const std::vector<std::string>& words) {
  std::vector<std::string> known;
  for (const auto* option : app.get_options())
    for (const std::string& name : option->get_lnames())
      known.push_back("--" + name);
  for (const std::string& word : words) {
    if (word == "--") break;
    const std::string name = word.substr(0, word.find('='));
    if (!name.starts_with("--") || std::ranges::find(known, name) != known.end()) continue;
    return unknown("option", name, known);
  }
  return {};
}

// Every value is taken as it was typed: what it must be is the table's to say.
void add_field(CLI::App& app, const Field& field) {
  std::string name = spelled(field);
  const bool optional = name.front() == '[';
  if (optional) name = name.substr(1, name.size() - 2);
  if (name.ends_with("...")) name.resize(name.size() - 3);
  // Constant, or CLI11 takes it for the variable to be filled.
  const std::string help = help_of(field);
  if (is_switch(field)) {
    app.add_flag(name, help);
    return;
  }
  auto* option = app.add_option(name, help);
  option->required(by_place(field) ? !optional : field.needed);
  option->type_name(by_place(field) ? "" : value_name(field));
  if (!takes_many(field)) return;
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  option->allow_extra_args(by_place(field));
  if (by_place(field)) option->expected(1, CLI::detail::expected_max_vector_size);
}

// The words of "inbox answer", each an app within the one before.
CLI::App* app_of(CLI::App& root, const std::string& name) {
  CLI::App* app = &root;
  std::istringstream words(name);
  for (std::string word; words >> word;) {
    const auto within = app->get_subcommands([&word](CLI::App* each) { return each->get_name() == word; });
    app = within.empty() ? app->add_subcommand(word) : within.front();
  }
  return app;
}

std::string page_of(const Verb& verb) {
  return verb.does + ".\n\nExample: " + verb.example + (verb.more.empty() ? "" : "\n\n" + verb.more);
}

void add_verbs(CLI::App& root, const std::vector<Verb>& verbs) {
  for (const Verb& verb : verbs) {
    auto* app = app_of(root, verb.name);
    app->description(page_of(verb));
    app->group(verb.group);
    for (const Field& field : verb.fields)
      add_field(*app, field);
  }
  // What is only the first word of others does nothing by itself.
  for (auto* app : root.get_subcommands({})) {
    if (!app->get_description().empty()) continue;
    const auto inner = app->get_subcommands({});
    app->description(inner.front()->get_description());
    app->group(inner.front()->get_group());
    app->require_subcommand(1);
  }
}

const Verb& chosen_of(const CLI::App& root, const CLI::App*& app) {
  std::string name;
  for (auto given = root.get_subcommands(); !given.empty(); given = app->get_subcommands()) {
    app = given.front();
    name += (name.empty() ? "" : " ") + app->get_name();
  }
  return *std::find_if(verbs().begin(), verbs().end(),
                       [&name](const Verb& verb) { return verb.name == name; });
}

// "--depends-on" of that, "ID" of "ID..." and "[ID]".
std::string option_name(const Field& field) {
  std::string name = spelled(field);
  name.erase(0, name.find_first_not_of('['));
  name.resize(name.find_last_not_of(".]") + 1);
  return name;
}

Words words_of(const CLI::App& app, const Verb& verb) {
  Words words;
  for (const Field& field : verb.fields) {
    const auto* option = app.get_option(option_name(field));
    if (option->count() > 0)
      words[field.name] = is_switch(field) ? std::vector<std::string>{} : option->results();
  }
  return words;
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

int run_verb(Context& context, const Verb& verb, const Words& words) {
  json given = given_by(verb, words, context);
  context.json = given.value("json", false);
  context.json_lines = given.value("jsonl", false);
  if (verb.operation != nullptr) return call_from_terminal(context, verb, given);
  return verb.run(context, completed(verb.fields, given, wall_ms()));
}

// What was written to the database stays done, though nobody could be told.
int after_writing(const Context& context, const Verb& verb, int status) {
  context.out->flush();
  if (*context.out) return status;
  *context.err << "orchestrate: cannot write to standard output\n";
  return verb.effect == Effect::reads ? kInternal : status;
}

std::string is_named(const std::string& directory) {
  return directory.empty() ? "the name is empty" : "";
}

int guarded(Context& context, const Verb& verb, const Words& words) {
  try {
    return after_writing(context, verb, run_verb(context, verb, words));
  } catch (const Refused& e) {
    return told(context, e);
  } catch (const std::exception& e) {
    *context.err << "orchestrate: " << printable(e.what(), true)
                 << "\n  nothing is lost: what was committed is on disk; run it again\n";
    return kInternal;
  }
}

// A workspace's work as a step of a run, in the step's own directory.
int step(Context&, const json& given) {
  return workspaces::run_step(given["directory"].get<std::string>());
}

int wrongly_typed(const Context& context, const CLI::App& root, std::vector<std::string> words,
                  const CLI::ParseError& e) {
  if (words.size() >= 2 && words.front() == "-C") words.erase(words.begin(), words.begin() + 2);
  const CLI::App& app = app_named(root, words);
  std::string what = unknown_verb(root, words);
  if (what.empty()) what = unknown_option(app, words);
  *context.err << "orchestrate: " << printable(what.empty() ? e.what() : what);
  if (&app == &root) {
    *context.err << "\n  `orchestrate --help` lists the commands; each has its own --help\n";
  } else {
    const CLI::App* above = app.get_parent();
    const std::string name = (above == &root ? "" : above->get_name() + " ") + app.get_name();
    *context.err << "\n  `orchestrate " << name << " --help` lists what it takes\n";
  }
  return kUsage;
}

}  // namespace

// Not for people.
Verb step_verb() {
  Verb verb{"step", "", "", "", {{"directory", shape::text(), "The step's directory", true, "", {"DIR"}}}};
  verb.run = step;
  return verb;
}

int run_words(Context context, const std::vector<std::string>& words) {
  CLI::App app("Run coding agents unattended and verify their work", "orchestrate");
  app.formatter(std::make_shared<VerbFormatter>());
  app.require_subcommand(1);
  app.add_option("-C", context.directory, "Work on the project in DIR")
      ->type_name("DIR")
      ->check(is_named, "");
  add_verbs(app, verbs());
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::CallForHelp& e) {
    return app.exit(e, *context.out, *context.err);
  } catch (const CLI::ParseError& e) {
    return wrongly_typed(context, app, words, e);
  }
  const CLI::App* chosen = &app;
  const Verb& verb = chosen_of(app, chosen);
  return guarded(context, verb, words_of(*chosen, verb));
}

int run_cli(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  if (words == std::vector<std::string>{"--version"}) words = {"version"};
  return run_words(context_from_process(), words);
}

}  // namespace orchestrate::api
