#include "api/cli/cli.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <memory>
#include <sstream>

#include "api/cli/verb.h"
#include "text/display.h"
#include "text/nearest.h"
#include "workspaces/step.h"

extern char** environ;

namespace orchestrate::api {
namespace {

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
  const std::string nearest = text::nearest(argv[first], verbs);
  return std::string("there is no verb `") + argv[first] + "`" +
         (nearest.empty() ? "" : ": did you mean `" + nearest + "`?");
}

// How CLI11 takes one argument: by what it is stored in.
struct Binder {
  CLI::App& app;
  const std::string& name;
  const std::string& does;

  CLI::Option* operator()(bool* target) const { return app.add_flag(name, *target, does); }
  template <typename T>
  CLI::Option* operator()(std::vector<T>* target) const {
    return app.add_option(name, *target, does)->allow_extra_args(name.front() != '-');
  }
  template <typename T>
  CLI::Option* operator()(std::optional<T>* target) const {
    auto* option = app.add_option_function<T>(
        name, [target](const T& value) { *target = value; }, does);
    if constexpr (std::is_same_v<T, std::vector<std::string>>) option->allow_extra_args(false);
    return option;
  }
  template <typename T>
  CLI::Option* operator()(T* target) const {
    return app.add_option(name, *target, does);
  }
};

void add_argument(CLI::App& app, const Argument& argument) {
  std::string name = argument.name;
  const bool by_place = name.front() != '-';
  const bool optional = name.front() == '[';
  if (optional) name = name.substr(1, name.size() - 2);
  if (name.ends_with("...")) name.resize(name.size() - 3);
  auto* option = std::visit(Binder{app, name, argument.does}, argument.target);
  option->required(by_place ? !optional : argument.needed);
  if (!argument.value.empty()) option->type_name(argument.value);
  const auto& [least, most] = argument.range;
  if (most > least) option->check(CLI::Validator(CLI::Range(least, most)).description(""));
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
  return verb.does + "\n\nExample: " + verb.example + (verb.more.empty() ? "" : "\n\n" + verb.more);
}

void add_verbs(CLI::App& root, const std::vector<Verb>& verbs) {
  for (const Verb& verb : verbs) {
    auto* app = app_of(root, verb.name);
    app->description(page_of(verb));
    app->group(verb.group);
    for (const auto& argument : verb.arguments)
      add_argument(*app, argument);
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

const Verb& chosen_of(const CLI::App& root, const std::vector<Verb>& verbs) {
  std::string name;
  for (auto given = root.get_subcommands(); !given.empty(); given = given.front()->get_subcommands())
    name += (name.empty() ? "" : " ") + given.front()->get_name();
  return *std::find_if(verbs.begin(), verbs.end(), [&name](const Verb& verb) { return verb.name == name; });
}

// Not for people: a workspace's work as a step of a run, in the step's own directory.
Verb step_verb() {
  auto directory = std::make_shared<std::string>();
  return {"step",
          "",
          "",
          "",
          {{"DIR", "", directory.get()}},
          [directory] {
            return workspaces::run_step(*directory); }};
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

int guarded(const Verb& verb) {
  try {
    const int status = verb.run();
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
  Context context = context_from_process();
  std::vector<Verb> verbs = all_verbs(context);
  verbs.push_back(step_verb());
  CLI::App app("Runs headless coding agents overnight and can be trusted with it.", "orchestrate");
  app.formatter(std::make_shared<VerbFormatter>());
  app.require_subcommand(1);
  app.add_option("-C", context.directory, "Work on the project in DIR")->type_name("DIR");
  add_verbs(app, verbs);
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
  return guarded(chosen_of(app, verbs));
}

}  // namespace orchestrate::api
