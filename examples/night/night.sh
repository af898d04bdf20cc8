#!/usr/bin/env bash
# A whole night in less than a minute: eight tasks, each with a fate of its own, on a small C project with one real
# defect. The agents are shell scripts, so nothing is spent and no key is needed; everything happens in one temporary
# directory, which is kept for you to look at.
#
#   examples/night/night.sh          (takes orchestrate from $ORCHESTRATE, else from PATH)
#
# Exit status 0: every task met the fate it was made for.
set -euo pipefail

here=$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
readonly here
readonly longest_night_s=180

die() {
  printf 'night.sh: %s\n' "$*" >&2
  exit 70
}

# The absolute path of the program, for we are about to change directory.
find_orchestrate() {
  local program=${ORCHESTRATE:-orchestrate} path
  path=$(type -P -- "$program") || die "no program \`$program\`: build it, or set ORCHESTRATE to where it is"
  realpath -- "$path"
}

# The words as one would type them, quoted only where it matters.
spell() {
  local word spelt=()
  for word in "$@"; do
    case $word in
      '' | *[!A-Za-z0-9_./:=,@%+-]*) spelt+=("${word@Q}") ;;
      *) spelt+=("$word") ;;
    esac
  done
  printf '%s' "${spelt[*]}"
}

orchestrate() {
  printf '\n$ orchestrate %s\n' "$(spell "$@")"
  "$program" "$@"
}

# queue NAME ARGUMENT...: adds a task and remembers its id as ids[NAME].
queue() {
  local name=$1
  shift
  printf '\n$ orchestrate add %s\n' "$(spell "$@")"
  ids[$name]=$("$program" add "$@")
  [[ ${ids[$name]} =~ ^[^[:space:]]+$ ]] || die "\`add\` printed \"${ids[$name]}\" where an id was due"
  printf '%s\n' "${ids[$name]}"
}

make_project() {
  cp -R -- "$here/project" "$project"
  cd -- "$project"
  git init --quiet --initial-branch=main
  git config user.name "Night demonstration"
  git config user.email night@example.invalid
  git config commit.gpgsign false
  git add --all
  git commit --quiet --message "A duration parser with a defect"
  printf '$ cd %s\n' "$(spell "$project")"
}

configure() {
  local text
  cp -- "$here/config/agents.toml" "$here/config/routing.toml" .orchestrate/
  text=$(<"$here/config/orchestrate.toml")
  printf '%s\n' "${text//@WORKSPACES@/"$demo/workspaces"}" > .orchestrate/orchestrate.toml
  printf '\n(configured for a demonstration: see .orchestrate/*.toml)\n'
}

queue_tasks() {
  local agents=$here/agents
  queue fix "Durations of several units come out wrong" --type BUG --priority P1 \
    --run "$(spell sh "$agents/fix.sh")" --check "make test"
  queue count "Count the lines of the parser" --priority P3 --run "wc -l src/duration.c"
  queue stumble "List the units in UNITS.md" --priority P2 \
    --run "$(spell sh "$agents/stumble.sh" "$demo/stumbled")" --check "grep -q hours UNITS.md"
  queue hang "Translate the README" --priority P2 --run "$(spell sh "$agents/hang.sh")"
  queue note "Write the release note of the fix" --priority P1 --depends-on "${ids[fix]}" \
    --run "$(spell sh "$agents/release_note.sh")" --check "grep -q 1h30m CHANGES.md"
  queue boast "Refactor the parser" --priority P2 --agent builder --run "$(spell sh "$agents/boast.sh")"
  queue strategy "Decide whether weeks become a unit" --type STRATEGIC --priority P1
  queue manual "Rename the library with its users" --manual --priority P3
}

# Sets night_status; the time limit is a safety net for a demonstration that nobody watches.
run_night() {
  printf '\n$ orchestrate run\n'
  night_status=0
  timeout --foreground --kill-after=20 "$longest_night_s" "$program" run || night_status=$?
  printf '(exit status %s)\n' "$night_status"
}

json_of() { "$program" "$@" --json | tr -d ' \t\n'; }

# met NAME STATE VERIFIED PROMISE: compares a task with the fate it was made for; what is not done must wait in the
# inbox. VERIFIED may be `any`.
met() {
  local id=${ids[$1]} state=$2 verified=$3 promise=$4 task word=ok
  task=$(json_of show "$id")
  [[ $task == *"\"state\":\"$state\""* ]] || word=NOT
  [[ $verified == any || $task == *"\"verified\":$verified"* ]] || word=NOT
  [[ $state == 'done' || $inbox =~ \"task\":\"?"$id"\"?[,}] ]] || word=NOT
  [[ $word == ok ]] || unmet=$((unmet + 1))
  printf '  %-3s  %-6s %s\n' "$word" "$id" "$promise"
}

check_fates() {
  unmet=0
  inbox=$(json_of inbox)
  printf '\nWhat was promised, and whether it came true:\n'
  met fix 'done' true "the defect is mended; our own \`make test\` says so: done (verified)"
  met count 'done' false "nothing was configured to check it: done (unverified), counted apart"
  met stumble 'done' true "failed once, waited, tried again: done (verified)"
  met hang 'failed' any "fell silent and was ended with all its children, twice; a human decides"
  met note 'done' true "waited for the fix it depends on, then ran: done (verified)"
  met boast 'failed' any "claimed success twice and changed nothing; a human decides"
  met strategy 'waiting_human' any "strategy belongs to people: no agent was started"
  met manual 'waiting_human' any "flagged for a person: no agent was started"
}

tell_next_steps() {
  local found
  found=$(type -P orchestrate || true)
  printf '\nThe night took %s s. Look around:\n\n' "$SECONDS"
  printf '  cd %s\n' "$(spell "$project")"
  [[ $found == "$program" ]] || printf '  alias orchestrate=%s\n' "$(spell "$program")"
  printf '  %-30s %s\n' \
    "orchestrate show ${ids[fix]}" "a task with its runs, checks and verdict" \
    "orchestrate log ${ids[hang]}" "what an agent said before it fell silent" \
    "orchestrate inbox show 1" "a decision you owe, with its options" \
    "orchestrate status" "one screen: what runs, what waits and why" \
    "git log --oneline --all" "the work, each task on a branch of its own" \
    "git show orchestrate/${ids[fix]}" "the fix, as it was judged"
  printf '  rm -rf %s\n' "$(spell "$demo")"
}

tell_agents() {
  local cli found=()
  for cli in claude codex gemini opencode aider goose; do
    if command -v "$cli" > /dev/null; then found+=("$cli"); fi
  done
  if ((${#found[@]} == 0)); then
    printf '\nNo coding agent is on PATH; install one (claude, codex, gemini, opencode, aider, goose) for a real night.\n'
    return
  fi
  printf '\nOn PATH: %s. To let %s look for the defect instead of a script (this spends your money, so it was not done here):\n\n' \
    "${found[*]}" "${found[0]}"
  printf '  %s\n' \
    "printf '\\n[agent_types.engineer]\\ndriver = \"${found[0]}\"\\nprompt = \"fix\"\\n' >> .orchestrate/agents.toml" \
    "orchestrate doctor" \
    "orchestrate add 'Durations of several units come out wrong' --agent engineer --check 'make test'" \
    "orchestrate run --max-cost 1"
}

program=$(find_orchestrate)
demo=$(mktemp -d -- "${TMPDIR:-/tmp}/orchestrate-night.XXXXXX")
project=$demo/project
declare -A ids=()
SECONDS=0

make_project
orchestrate init
configure
orchestrate config check
queue_tasks
orchestrate plan
run_night
orchestrate report
orchestrate inbox
check_fates
tell_next_steps
tell_agents

((unmet == 0)) || die "$unmet of the promises above did not come true; everything is kept in $demo"
case $night_status in
  1 | 3) ;; # some failed, or decisions wait: this night was made so
  *) die "\`orchestrate run\` ended with status $night_status, not with 1 or 3; everything is kept in $demo" ;;
esac
