"""Completions as the three shells give them, and the manual page: both made from the table of verbs."""

import os
import pty
import re
import select
import shutil
import subprocess
import time

from case import Case
from project import expect

ASKED = {
    "orchestrate li": {"list"},
    "orchestrate inbox ": {"show", "answer", "done", "archive"},
    "orchestrate inbox a": {"answer", "archive"},
    "orchestrate -C /tmp list --st": {"--state"},
    "orchestrate list --state wai": {"waiting_human"},
    "orchestrate add title --priority P": {"P0", "P1", "P2", "P3"},
    "orchestrate completion ": {"bash", "zsh", "fish"},
    "orchestrate import ta": {"tasks one.toml", "tasks two.json"},
    "orchestrate list --state queued --json": {"--json", "--jsonl"},
    "orchestrate add --key ": set(),
}

BASH = r"""
PATH=
source "$1"
read -ra COMP_WORDS <<<"$2"
[[ $2 == *' ' ]] && COMP_WORDS+=('')
COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
_orchestrate
printf '%s\n' "${COMPREPLY[@]}"
"""

ASK = "ask-a-completion> "
TOLD = "completion-was-told"
ZSH = f"""
LISTMAX=0
autoload -U compinit; compinit -D -u
source "$SCRIPT"
zstyle ':completion:*' list-colors ''
# What would be offered, instead of offering it.
compadd() {{
  if [[ ${{@[1,(i)(-|--)]}} == *-(O|A|D)\\ * ]]; then builtin compadd "$@"; return $?; fi
  typeset -a found
  builtin compadd -O found "$@"
  print -rl -- offered:${{^found}}
  builtin compadd "$@"
}}
complete-and-tell() {{ zle complete-word; print -r -- {TOLD} }}
zle -N complete-and-tell
bindkey '^I' complete-and-tell
PROMPT='{ASK}'
"""


class Completion(Case):
    def script(self, shell: str) -> str:
        file = self.project.folder / f"completion.{shell}"
        file.write_text(self.project.checked("completion", shell))
        return str(file)

    def setUp(self) -> None:
        super().setUp()
        for name in ("tasks one.toml", "tasks two.json"):
            (self.project.folder / name).touch()

    def shell(self, *argv: str, text: str = "") -> str:
        if not shutil.which(argv[0]):
            self.skipTest(f"there is no {argv[0]} here")
        done = subprocess.run(argv, input=text, capture_output=True, text=True, timeout=60, env=self.project.env,
                              cwd=self.project.folder)
        expect(done.returncode == 0 and not done.stderr, f"{argv[0]} complains", done.stderr, done.stdout)
        return done.stdout

    def test_bash_offers_verbs_flags_words_and_files_and_starts_nothing(self) -> None:
        script = self.script("bash")
        for line, wanted in ASKED.items():
            said = self.shell("bash", "--norc", "--noprofile", "-c", BASH, "bash", script, line)
            expect(set(filter(None, said.splitlines())) == wanted, f"bash offers otherwise for: {line}", said)
        said = self.shell("bash", "--norc", "-c", BASH, "bash", script, "orchestrate list --state = que")
        expect(said == "queued\n", "--state=que is not completed", said)

    def test_fish_offers_verbs_flags_words_and_files(self) -> None:
        script = self.script("fish")
        for line, wanted in ASKED.items():
            said = self.shell("fish", "--no-config", "-c", f"source {script}; complete -C '{line}'")
            offered = {entry.split("\t")[0].replace("\\ ", " ") for entry in said.splitlines()}
            expect(offered == wanted, f"fish offers otherwise for: {line}", said)

    def test_zsh_offers_verbs_flags_words_and_files(self) -> None:
        script = self.script("zsh")
        if not shutil.which("zsh"):
            self.skipTest("there is no zsh here")
        self.shell("zsh", "-f", "-n", script)
        (self.project.folder / "setup.zsh").write_text(ZSH)
        for line, wanted in ASKED.items():
            said = self.zsh_offers(script, line)
            expect(said == wanted, f"zsh offers otherwise for: {line}", said)

    def zsh_offers(self, script: str, line: str) -> set[str]:
        """Types the line and a tab into a zsh of its own, and reads what its completion system was given."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.project.folder)
            os.execve(shutil.which("zsh"), ["zsh", "-f", "-i"], {**self.project.env, "SCRIPT": script, "TERM": "dumb"})
        try:
            os.write(terminal, b"source ./setup.zsh\n")
            self.read_until(terminal, ASK)
            os.write(terminal, line.encode() + b"\t")
            said = self.read_until(terminal, TOLD)
        finally:
            os.close(terminal)
            os.waitpid(pid, 0)
        return {found.strip().replace("\\", "") for found in re.findall(r"offered:([^\r\n]*)", said)} - {""}

    def read_until(self, terminal: int, mark: str) -> str:
        said, deadline = "", time.monotonic() + 30
        while mark not in said:
            ready, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
            expect(ready, f"zsh did not say {mark}", said)
            said += os.read(terminal, 65536).decode(errors="replace")
        return said

    def test_an_unknown_shell_is_refused_with_those_there_are(self) -> None:
        refused = self.project.verb("completion", "tcsh")
        expect(refused.returncode == 2 and "bash, zsh or fish" in refused.stderr, "not refused", refused.stderr)

    def test_the_manual_page_names_every_verb_and_is_clean(self) -> None:
        page = self.project.folder / "orchestrate.1"
        page.write_text(self.project.checked("man"))
        text = page.read_text().replace("\\-", "-")
        for section in ("NAME", "SYNOPSIS", "DESCRIPTION", "VERBS", "EXIT STATUS", "FILES", "ENVIRONMENT", "SIGNALS",
                        "SEE ALSO"):
            expect(f".SH {section}\n" in text, f"no section {section}")
        verbs = re.findall(r"^  ([a-z]+) ", self.project.checked("--help"), re.MULTILINE)
        for verb in verbs:
            expect(f"\\fBorchestrate {verb}" in text, f"no verb {verb}")
        if shutil.which("groff"):
            self.shell("groff", "-man", "-Tutf8", "-ww", "-z", str(page))
        if shutil.which("lexgrog"):
            expect("run coding agents unattended" in self.shell("lexgrog", str(page)), "lexgrog finds no name")
        if shutil.which("mandoc"):
            self.shell("mandoc", "-T", "lint", "-W", "warning", str(page))
