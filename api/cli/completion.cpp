// Completions for three shells, all made from the table of verbs: nothing is started while somebody types.
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/verb.h"
#include "text/display.h"
#include "text/list.h"

namespace orchestrate::api {
namespace {

// A verb, or the first word of several: all that may stand behind it.
struct Place {
  std::string name;  // "inbox show"; "" for the program itself
  std::string does;
  std::vector<std::pair<std::string, std::string>> inner;  // next words of verbs, and what they do
  std::vector<const Field*> flags, by_place;
};

// In the order of the table.
std::vector<Place> places_of(const std::vector<Verb>& verbs) {
  std::vector<Place> places(1);
  const auto at = [&places](const std::string& name) -> Place& {
    for (Place& place : places) {
      if (place.name == name) return place;
    }
    return places.emplace_back(Place{name, {}, {}, {}, {}});
  };
  for (const Verb& verb : verbs) {
    if (verb.group.empty()) continue;
    const std::size_t blank = verb.name.find(' ');
    const std::string first = verb.name.substr(0, blank);
    if (at(first).does.empty()) {
      at(first).does = verb.does;
      at("").inner.emplace_back(first, verb.does);
    }
    if (blank != std::string::npos) at(first).inner.emplace_back(verb.name.substr(blank + 1), verb.does);
    Place& place = at(verb.name);
    place.does = verb.does;
    for (const Field& field : verb.fields)
      (by_place(field) ? place.by_place : place.flags).push_back(&field);
  }
  return places;
}

bool is_path(const Field& argument, const std::string& kind) {
  return argument.typed.value == kind || spelled(argument) == kind || spelled(argument) == "[" + kind + "]";
}

std::string quoted(const std::string& text, const std::string& escaped_quote) {
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? escaped_quote : std::string(1, c);
  return out + "'";
}

// ---- bash

std::string bash_case(const std::map<std::string, std::string>& cases) {
  std::string out;
  for (const auto& [pattern, action] : cases)
    out += "        '" + pattern + "') " + action + " ;;\n";
  return out;
}

// What is offered as the value of a flag, or for an argument by its place.
std::string bash_offer(const Field& argument) {
  if (is_path(argument, "FILE")) return "paths=-f";
  if (is_path(argument, "DIR")) return "paths=-d";
  return known_words(argument).empty() ? "" : "words='" + text::join(known_words(argument), " ") + "'";
}

struct BashCases {
  std::string verbs;                                        // patterns: what may be one word more
  std::map<std::string, std::string> values, words, flags;  // by "verb flag", by verb
};

BashCases bash_cases_of(const std::vector<Place>& places) {
  BashCases out;
  for (const Place& place : places) {
    std::string inner, names = "--help";
    for (const auto& [name, does] : place.inner) {
      out.verbs += (out.verbs.empty() ? "'" : " | '") + place.name + " " + name + "'";
      inner += (inner.empty() ? "" : " ") + name;
    }
    for (const Field* flag : place.flags) {
      names += " " + spelled(*flag);
      const std::string offer = bash_offer(*flag);
      if (!is_switch(*flag)) out.values[place.name + " " + spelled(*flag)] = offer.empty() ? "return" : offer;
    }
    if (!inner.empty()) out.words[place.name] = "words='" + inner + "'";
    for (const Field* argument : place.by_place) {
      if (const auto offer = bash_offer(*argument); !offer.empty()) out.words[place.name] = offer;
    }
    out.flags[place.name] = "words='" + names + (place.name.empty() ? " -C" : "") + "'";
  }
  return out;
}

void print_bash(std::ostream& out, const std::vector<Place>& places) {
  const BashCases cases = bash_cases_of(places);
  out << R"(# bash completion for orchestrate, made by `orchestrate completion bash`
_orchestrate() {
  local current=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]} verb='' words='' paths='' word i
  # --flag=value comes as three words.
  [[ $current == '=' ]] && current=''
  [[ $flag == '=' ]] && flag=${COMP_WORDS[COMP_CWORD-2]}
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; ++i)); do
    word=${COMP_WORDS[i]}
    case $word in
      -C) ((++i)) ;;
      *) case "$verb $word" in
        )"
      << cases.verbs << R"() verb=${verb:+$verb }$word ;;
      esac ;;
    esac
  done
  case "$verb $flag" in
        *' -C') paths=-d ;;
)" << bash_case(cases.values)
      << R"(    *)
      if [[ $current == -* ]]; then
        case $verb in
)" << bash_case(cases.flags)
      << R"(        esac
      else
        case $verb in
)" << bash_case(cases.words)
      << R"(        esac
      fi ;;
  esac
  if [[ $paths ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$paths" -- "$current")
  elif [[ $words ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}
complete -F _orchestrate orchestrate
)";
}

// ---- zsh

std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_action(const Field& argument) {
  if (is_path(argument, "FILE")) return "_files";
  if (is_path(argument, "DIR")) return "_directories";
  return known_words(argument).empty() ? " " : "(" + text::join(known_words(argument), " ") + ")";
}

std::string zsh_arguments(const Place& place) {
  std::string out = "'(- *)--help[Print this help message and exit]'";
  for (const Field* flag : place.flags) {
    const bool often = takes_many(*flag);
    const std::string spec = (often ? "*" : "") + spelled(*flag) + "[" + zsh_text(flag->does) + "]";
    const std::string value = flag->typed.value.empty() ? spelled(*flag).substr(2) : flag->typed.value;
    out += " \\\n        " +
           quoted(is_switch(*flag) ? spec : spec + ":" + zsh_text(value) + ":" + zsh_action(*flag), "'\\''");
  }
  for (const Field* argument : place.by_place) {
    const bool often = takes_many(*argument);
    out += " \\\n        " +
           quoted((often ? "*:" : ":") + zsh_text(spelled(*argument)) + ":" + zsh_action(*argument), "'\\''");
  }
  return out;
}

// `depth` words have been consumed already: an argument list of its own for what comes behind.
void print_zsh_place(std::ostream& out, const Place& place) {
  std::string list;
  for (const auto& [name, does] : place.inner)
    list += " " + quoted(name + ":" + does, "'\\''");
  out << "    " << quoted(place.name, "'\\''") << ")\n";
  if (!list.empty()) out << "      inner=(" << list << ")\n";
  out << "      _arguments -C "
      << (place.name.empty() ? "'-C[Work on the project in DIR]:DIR:_directories' " : "")
      << zsh_arguments(place);
  if (!list.empty()) out << " \\\n        '1: :->inner' '*:: :->deeper'";
  out << "\n      ;;\n";
}

void print_zsh(std::ostream& out, const std::vector<Place>& places) {
  out << R"(#compdef orchestrate
# zsh completion for orchestrate, made by `orchestrate completion zsh`
_orchestrate() {
  local curcontext=$curcontext context state state_descr line verb=${1-}
  local -A opt_args
  local -a inner
  case $verb in
)";
  for (const Place& place : places)
    print_zsh_place(out, place);
  out << R"(  esac
  case $state in
    inner) _describe -t verbs verb inner ;;
    deeper) _orchestrate "${verb:+$verb }$words[1]" ;;
  esac
}
if [[ $funcstack[1] == _orchestrate ]]; then
  _orchestrate "$@"
else
  compdef _orchestrate orchestrate
fi
)";
}

// ---- fish

std::string fish_line(const Place& place, const std::string& what, const std::string& does) {
  return "complete -c orchestrate -n " + quoted("__orchestrate_at " + place.name, "\\'") + " " + what +
         " -d " + quoted(does, "\\'") + "\n";
}

std::string fish_value(const Field& argument) {
  if (is_path(argument, "FILE")) return "-r -F";
  if (is_path(argument, "DIR")) return "-x -a '(__fish_complete_directories)'";
  return known_words(argument).empty() ? "-x"
                                       : "-x -a " + quoted(text::join(known_words(argument), " "), "\\'");
}

void print_fish(std::ostream& out, const std::vector<Place>& places) {
  out << R"(# fish completion for orchestrate, made by `orchestrate completion fish`
function __orchestrate_at -d 'Whether the words so far are this verb'
  set -l words (commandline -opc)
  set -e words[1]
  set -l verb
  while set -q words[1]
    switch $words[1]
      case -C
        set -e words[1]
      case '*'
        contains -- (string join -- ' ' $verb $words[1]) $__orchestrate_verbs; and set -a verb $words[1]
    end
    set -e words[1]
  end
  test "$verb" = "$argv"
end
set -g __orchestrate_verbs)";
  for (const Place& place : places) {
    if (!place.name.empty()) out << " " << quoted(place.name, "\\'");
  }
  out << "\ncomplete -c orchestrate -f\n"
         "complete -c orchestrate -n '__orchestrate_at ' -s C -x -a '(__fish_complete_directories)' -d 'Work on the "
         "project in DIR'\n";
  for (const Place& place : places) {
    for (const auto& [name, does] : place.inner)
      out << fish_line(place, "-a " + name, does);
    out << fish_line(place, "-l help", "Print this help message and exit");
    for (const Field* flag : place.flags)
      out << fish_line(place,
                       "-l " + spelled(*flag).substr(2) + (is_switch(*flag) ? "" : " " + fish_value(*flag)),
                       flag->does);
    for (const Field* argument : place.by_place) {
      const bool offers =
          !known_words(*argument).empty() || is_path(*argument, "FILE") || is_path(*argument, "DIR");
      if (offers)
        out << fish_line(place, is_path(*argument, "FILE") ? "-F" : fish_value(*argument), argument->does);
    }
  }
}

int completion(Context& context, const nlohmann::json& given) {
  const auto places = places_of(verbs());
  const std::string shell = given["shell"];
  if (shell == "bash") print_bash(*context.out, places);
  if (shell == "zsh") print_zsh(*context.out, places);
  if (shell == "fish") print_fish(*context.out, places);
  return 0;
}

}  // namespace

Verb completion_verb() {
  Verb verb{"completion",
            "Set up",
            "Print completions for a shell",
            "orchestrate completion bash > ~/.local/share/bash-completion/completions/orchestrate",
            {{"shell", shape::one_of({"bash", "zsh", "fish"}), "bash, zsh or fish", true, "", {"SHELL"}}},
            "Installing puts them where the shells look. zsh: into a file _orchestrate in a directory of "
            "$fpath. fish: into ~/.config/fish/completions/orchestrate.fish."};
  verb.run = completion;
  return verb;
}

}  // namespace orchestrate::api
