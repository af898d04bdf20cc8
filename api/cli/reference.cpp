#include "api/cli/reference.h"

#include <algorithm>

#include "api/cli/verb.h"

namespace orchestrate::api {
namespace {

const char* const kOpening = R"(# The command line

Made by `orchestrate man --format markdown` from the table of operations; a test keeps it so. Do not edit it by hand.

`orchestrate [-C DIR] VERB [argument ...]` works on the project in the nearest directory, here or above (or at DIR), that
holds `.orchestrate/`. Every verb has its own `--help`. Exit status: 0; 1 refused, not found, or too late; 2 wrong usage or
configuration; 70 internal error. `run` has more. What each operation takes and gives as JSON: `orchestrate api`.
)";

std::string cell(const std::string& text) {
  std::string out;
  for (const char c : text)
    out += c == '|' ? "\\|" : std::string(1, c);
  return out;
}

std::string synopsis(const Verb& verb) {
  std::string out = "orchestrate " + verb.name;
  for (const Field& field : verb.fields) {
    if (by_place(field)) out += " " + spelled(field);
  }
  const bool flags =
      std::any_of(verb.fields.begin(), verb.fields.end(), [](const Field& f) { return !by_place(f); });
  return out + (flags ? " [options]" : "");
}

std::string fields_of(const Verb& verb) {
  if (verb.fields.empty()) return {};
  std::string out = "\n| argument | |\n|---|---|\n";
  for (const Field& field : verb.fields) {
    const std::string value = value_name(field);
    out += "| `" + cell(spelled(field) + (value.empty() ? "" : " " + value)) + "` | " + cell(help_of(field)) +
           " |\n";
  }
  return out;
}

std::string section(const Verb& verb) {
  std::string out =
      "\n### " + verb.name + "\n\n    " + synopsis(verb) + "\n\n" + verb.does + ".\n" + fields_of(verb);
  if (!verb.more.empty()) out += "\n" + verb.more + "\n";
  return out + "\nExample: `" + verb.example + "`\n";
}

}  // namespace

std::string reference() {
  std::string out = kOpening;
  std::string group;
  for (const Verb& verb : verbs()) {
    if (verb.group.empty()) continue;
    if (verb.group != group) out += "\n## " + verb.group + "\n";
    group = verb.group;
    out += section(verb);
  }
  return out;
}

}  // namespace orchestrate::api
