// The manual page in roff, made from the table of verbs.
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/reference.h"
#include "api/cli/verb.h"

namespace orchestrate::api {
namespace {

// Text as it is: nothing in it is a request, and a hyphen stays one when it is copied.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\n' && out.ends_with('\n')) {
      out += ".PP\n";
    } else {
      out += c;
    }
  }
  return out;
}

// "\fB--state\fR \fISTATE\fR"
std::string heading(const Field& field) {
  if (by_place(field)) return "\\fI" + roff(spelled(field)) + "\\fR";
  const std::string value = value_name(field);
  return "\\fB" + roff(spelled(field)) + "\\fR" + (value.empty() ? "" : " \\fI" + roff(value) + "\\fR");
}

std::string synopsis(const Verb& verb) {
  std::string out = "\\fBorchestrate " + roff(verb.name) + "\\fR";
  bool flags = false;
  for (const Field& field : verb.fields) {
    flags = flags || !by_place(field);
    if (by_place(field)) out += " " + heading(field);
  }
  return out + (flags ? " [\\fIoptions\\fR]" : "");
}

void print_verb(std::ostream& out, const Verb& verb) {
  out << ".TP\n" << synopsis(verb) << "\n" << roff(verb.does) << "\n.RS\n";
  for (const Field& field : verb.fields)
    out << ".TP\n" << heading(field) << "\n" << roff(help_of(field)) << "\n";
  out << ".PP\nExample: \\fB" << roff(verb.example) << "\\fR\n";
  if (!verb.more.empty()) out << ".PP\n" << roff(verb.more) << "\n";
  out << ".RE\n";
}

const char* const kHead = R"(.SH NAME
orchestrate \- run coding agents unattended and verify their work
.SH SYNOPSIS
.B orchestrate
.RB [ \-C
.IR DIR ]
.I VERB
.RI [ argument ...]
.SH DESCRIPTION
Tasks are queued with
.BR "orchestrate add" .
.B orchestrate run
gives each of them to an agent (a coding CLI, or any command) in a workspace of its own, within limits on
time, output and money; runs the checks; and judges what was left.
No task is lost, run twice, or called done when it is not, whatever dies.
In the morning,
.B orchestrate report
shows in one page what happened, what it cost, and what waits for a decision, and
.B orchestrate inbox
the decisions.
.PP
A project is a directory that holds
.IR .orchestrate/ ,
which
.B orchestrate init
writes.
.SH OPTIONS
.TP
.BI \-C " DIR"
Work on the project in
.IR DIR .
Else it is the nearest directory, here or above, that holds
.IR .orchestrate/ .
.TP
.BR \-h ", " \-\-help
Every verb has its own.
.SH VERBS
)";

const char* const kTail = R"(.SH EXIT STATUS
Of
.BR "orchestrate run" :
.TP
.B 0
Every task that was due is done.
.TP
.B 1
Some failed.
.TP
.B 2
Wrong usage or configuration; nothing was started.
.TP
.B 3
Nothing failed, but decisions wait in the inbox.
.TP
.B 4
Stopped by a limit (window, money, a signal) with work left.
.TP
.B 5
Another orchestrator holds the project.
.TP
.B 70
Internal error. What was committed is on disk: run it again.
.PP
Of the other verbs: 0; 1 not found, refused, or (doctor) something would fail; 2 wrong usage or
configuration; 70.
.SH FILES
.TP
.I .orchestrate/orchestrate.toml
Limits, night window, workspace, checks.
.TP
.I .orchestrate/routing.toml
Which task goes to which agent type, or to a person.
.TP
.I .orchestrate/agents.toml
Agent types: how each agent is started, its limits, its fallbacks.
.TP
.I .orchestrate/prompts/*.md
Templates that replace the built-in ones.
.TP
.I .orchestrate/state/
The database, the output of every run, and the work of tasks. Not to be committed.
.TP
.I ~/.local/state/orchestrate/
Workspaces.
.SH ENVIRONMENT
.TP
.B PATH
Where agents, git and commands are looked for.
.TP
.BR HOME ", " XDG_STATE_HOME
Where workspaces lie:
.IR $XDG_STATE_HOME/orchestrate ,
else
.IR ~/.local/state/orchestrate .
.TP
.B NO_COLOR
When set and not empty, nothing is coloured.
.PP
Agents get PATH, HOME, LANG, LC_ALL, TZ, TERM, USER, TMPDIR, what
.I env_pass
names and what
.I env
sets. Checks and hooks get the first of these alone.
.SH SIGNALS
.TP
.BR SIGINT ", " SIGTERM
.B orchestrate run
starts nothing new and ends when the running agents have; a second one ends them, and no attempt is used up.
.TP
.B SIGHUP
.B orchestrate run
reads its configuration again.
.TP
.B SIGKILL
Agents go on within their limits; the next
.B orchestrate run
takes them up.
.SH SEE ALSO
.BR git (1),
.BR sqlite3 (1)
)";

void print_manual(std::ostream& out) {
  out << ".TH ORCHESTRATE 1 \"\" \"orchestrate " << ORCHESTRATE_VERSION
      << "\" \"User Commands\"\n.nh\n.ad l\n"
      << kHead;
  std::string group;
  for (const Verb& verb : verbs()) {
    if (verb.group.empty()) continue;
    if (verb.group != group) out << ".SS " << roff(verb.group) << "\n";
    group = verb.group;
    print_verb(out, verb);
  }
  out << kTail;
}

int manual(Context& context, const nlohmann::json& given) {
  if (given["format"] == "markdown") {
    *context.out << reference();
  } else {
    print_manual(*context.out);
  }
  return 0;
}

}  // namespace

// For installing; people read what it makes.
Verb manual_verb() {
  Verb verb{"man",
            "",
            "Print the manual page",
            "orchestrate man > orchestrate.1",
            {{"format",
              shape::one_of({"roff", "markdown"}),
              "roff, or markdown: docs/cli.md",
              false,
              "roff",
              {"", "FORMAT"}}}};
  verb.run = manual;
  return verb;
}

}  // namespace orchestrate::api
