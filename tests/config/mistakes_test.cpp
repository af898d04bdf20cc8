// Every kind of mistake: its exact place, what it says, and the way out.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/config.h"
#include "tests/config/project_folder.h"

namespace orchestrate::config {
namespace {

struct Case {
  std::string text;
  std::string expected;  // "line:column+width message | hint", one per line, without the file's name
};

void expect_each(const std::string& file, const std::string& before, const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    const ProjectFolder folder;
    if (file != "agents.toml") {
      folder.write("agents.toml", "[agent_types.worker]\ndriver = 'claude'\ncapabilities = ['backend']\n");
    }
    folder.write(file, before + each.text);
    std::string expected;
    for (std::size_t at = 0; at < each.expected.size();) {
      const std::size_t end = std::min(each.expected.find('\n', at), each.expected.size());
      expected += file + ":" + each.expected.substr(at, end - at) + "\n";
      at = end + 1;
    }
    EXPECT_EQ(brief(folder.load().errors), expected) << before << each.text;
  }
}

TEST(Mistakes, OfTheWrongTypeSayWhatWasExpectedAndWhatWasFound) {
  const std::string parallel = "2:16+";
  const std::string must = " `max_parallel` must be a whole number from 1 to 1000, not ";
  expect_each("orchestrate.toml", "[dispatch]\n",
              {{"max_parallel = \"4\"", parallel + "3" + must + "\"4\""},
               {"max_parallel = 4.0", parallel + "3" + must + "the number 4.0"},
               {"max_parallel = true", parallel + "4" + must + "true"},
               {"max_parallel = [1]", parallel + "3" + must + "a list"},
               {"max_parallel = {}", parallel + "2" + must + "a table"},
               {"max_parallel = 2020-01-01", parallel + "10" + must + "a date or time"},
               {"max_parallel = 0", parallel + "1" + must + "the number 0"},
               {"max_parallel = -1", parallel + "2" + must + "the number -1"},
               {"max_parallel = 1001", parallel + "4" + must + "the number 1001"},
               {"auto_spawn = \"P0\"",
                "2:14+4 `auto_spawn` must be a list of strings, not \"P0\" | put it in brackets: [\"P0\"]"},
               {"auto_spawn = [\"P0\", 1, \"\", \"P9\"]",
                "2:21+1 `auto_spawn` must be a list of strings, not the number 1\n"
                "2:24+2 `auto_spawn` must be a list of strings that say something, not \"\"\n"
                "2:28+4 unknown priority `P9` in `auto_spawn`"
                " | known: P0-CRITICAL, P1-HIGH, P2-MEDIUM, P3-LOW, or P0 to P3"}});
}

TEST(Mistakes, InQuantitiesSayHowOneIsWritten) {
  expect_each(
      "orchestrate.toml", "",
      {{"[dispatch]\naging = 12",
        "2:9+2 `aging` must be a duration like \"45m\", more than 0 and at most 365d, not the number 12"},
       {"[limits]\ntask_wall = \"3 hours\"",
        "2:13+9 `task_wall` must be a duration like \"45m\", more than 0 and at most 30d, not \"3 hours\""},
       {"[limits]\ntask_wall = \"0s\"",
        "2:13+4 `task_wall` must be a duration like \"45m\", more than 0 and at most 30d, not \"0s\""},
       {"[retention]\nmax_disk = \"5G\"",
        "2:12+4 `max_disk` must be a size like \"64MiB\", more than 0 and at most 1024TiB, not \"5G\""},
       {"[limits]\ntask_cost_usd = -1.5",
        "2:17+4 `task_cost_usd` must be a sum in USD, more than 0 and at most 100000, not the number -1.5"},
       {"[limits]\ntask_cost_usd = 0",
        "2:17+1 `task_cost_usd` must be a sum in USD, more than 0 and at most 100000, not the number 0"},
       {"[limits]\nsession_cost_usd = 0.0",
        "2:20+3 `session_cost_usd` must be a sum in USD, more than 0 and at most 100000, not the number 0.0"},
       {"[limits]\ntask_cost_usd = inf",
        "2:17+3 `task_cost_usd` must be a sum in USD, more than 0 and at most 100000, not the number inf"},
       {"[limits]\ntask_cost_usd = \"1\"",
        "2:17+3 `task_cost_usd` must be a sum in USD, more than 0 and at most 100000, not \"1\""},
       {"[night]\nuntil = \"25:00\"",
        "2:9+7 `until` must be a time of day like \"06:30\", in quotes, not \"25:00\""},
       {"[night]\nuntil = 06:30:00",
        "2:9+8 `until` must be a time of day like \"06:30\", in quotes, not a date or time"}});
}

TEST(Mistakes, InNamesOfKeysAndTablesSuggestTheRightOne) {
  expect_each("orchestrate.toml", "",
              {{"[dispatc]\nmax_parallel = 1", "1:2+7 unknown table `dispatc` | did you mean `dispatch`?"},
               {"[[hooks]]\n", "1:1+9 `hooks` must be a table, not a list"},
               {"dispatch = 1", "1:12+1 `dispatch` must be a table, not the number 1"},
               {"[night]\nuntill = 1", "2:1+6 unknown key `untill` | did you mean `until`?"},
               {"[dispatch]\nzzz = 1", "2:1+3 unknown key `zzz` | known: max_parallel, auto_spawn, aging"},
               {"[night]\nx.y = 1", "2:1+1 unknown table `x` | known: until, last_start"},
               {"[night]\n\"\xc3\xa9 \xf0\x9f\x98\x80\" = 1",
                "2:1+5 unknown key `\xc3\xa9 \xf0\x9f\x98\x80` | known: until, last_start"}});
}

TEST(Mistakes, InChecksAndHooksNameTheWayOut) {
  const std::string way_out = " | quote it, or ask for a shell: { shell = true, run = \"...\" }";
  expect_each(
      "orchestrate.toml", "[checks]\n",
      {{"default = \"make\"",
        "2:11+6 `default` must be a list of commands, not \"make\" | put it in brackets: [\"make\"]"},
       {"default = [\"make | tee x\"]",
        "2:12+14 the command in `default` holds `|` outside quotes, which only a shell understands" +
            way_out},
       {"default = [\n  \"true\",\n  \"a 'b\"]",
        "4:3+6 the command in `default` opens a quote ' and never closes it" + way_out},
       {"default = [[]]", "2:12+2 the command in `default` names no program"},
       {"default = [[\"a\", 1]]",
        "2:18+1 `default` must be a command whose words are strings, not the number 1"},
       {"default = [1]",
        "2:12+1 `default` must be a command: a string, a list of words, or { shell = true, run = "
        "\"...\" }, not the number 1"},
       {"default = [{ shel = true, run = \"a\" }]", "2:14+4 unknown key `shel` | did you mean `shell`?"},
       {"default = [{ shell = true }]",
        "2:12+16 a command written as a table needs `run`, a string that says something"},
       {"default = [{ shell = 1, run = \"a\" }]", "2:22+1 `shell` must be true or false, not the number 1"},
       {"default = [{ shell = true, run = \"a\\u0000\" }]",
        "2:34+9 the command in `default` holds a NUL character"},
       {"where = \"frsh\"",
        "2:9+6 `where` must be \"workspace\" or \"fresh\", not \"frsh\" | did you mean `fresh`?"},
       {"where = 1", "2:9+1 `where` must be \"workspace\" or \"fresh\", not the number 1"},
       {"baseline = \"yes\"", "2:12+5 `baseline` must be true or false, not \"yes\""},
       {"protected = [\"a[\"]", "2:14+4 the glob in `protected` opens a set with `[` and never closes it"}});
}

TEST(Mistakes, InTheWorkspaceAreFoundBeforeGitWould) {
  expect_each(
      "orchestrate.toml", "[workspace]\n",
      {{"kind = \"worktree\"",
        "2:8+10 `kind` must be \"clone\", \"in-place\" or \"scratch\", not \"worktree\""},
       {"root = \"tmp\"",
        "2:8+5 `root` must be an absolute path, or \"\" for the default place, not \"tmp\""},
       {"branch = \"night\"",
        "2:10+7 `branch` must hold {id}, so that every task has a branch of its own | for instance "
        "\"orchestrate/{id}\""},
       {"branch = \"{id}/{date}\"", "2:10+13 `branch` holds a placeholder other than one {id}"},
       {"branch = \"a b/{id}\"", "2:10+10 `branch` must be a branch name, and git would refuse this one"},
       {"branch = \"../{id}\"", "2:10+9 `branch` must be a branch name, and git would refuse this one"},
       {"author = \"me\"", "2:10+4 `author` must be \"agent\" or \"Name <mail>\""},
       {"author = \"\"",
        "2:10+2 `author` must be a string that says something, not \"\" | leave the key out to get its "
        "default"}});
}

// Each as git-check-ref-format(1) has it; {id} stands for a number.
TEST(Mistakes, InThePatternOfBranchesAreRefusedWhereGitWouldRefuseTheBranch) {
  const std::vector<std::string> refused = {
      "-{id}",       "/{id}",       "{id}/",       ".{id}",   "{id}.",      "a..{id}",
      "a//{id}",     "a/.{id}",     "{id}@{0}",    "a {id}",  "a~{id}",     "a^{id}",
      "a:{id}",      "a?{id}",      "a*{id}",      "a[{id}",  "a\\\\{id}",  "{id}.lock",
      "a.lock/{id}", "{id}\\u0001", "{id}\\u007f", "{id}\\t", "{id}/b.lock"};
  for (const std::string& pattern : refused) {
    const ProjectFolder folder;
    folder.write("agents.toml", "");
    folder.write("orchestrate.toml", "[workspace]\nbranch = \"" + pattern + "\"\n");
    EXPECT_EQ(folder.load().errors.size(), 1U) << pattern << "\n" << brief(folder.load().errors);
  }
  for (const char* pattern : {"{id}", "a/b-{id}", "a.b/{id}", "{id}@home", "a.lock.{id}", "\u00e9/{id}"}) {
    const ProjectFolder folder;
    folder.write("agents.toml", "");
    folder.write("orchestrate.toml", "[workspace]\nbranch = \"" + std::string(pattern) + "\"\n");
    EXPECT_EQ(brief(folder.load().errors), "") << pattern;
  }
}

TEST(Mistakes, InRulesNameTheRuleTheyAreIn) {
  const std::string rule = "[[rule]]\nname = 'r'\nto = 'worker'\n";
  expect_each(
      "routing.toml", "",
      {{"[[rule]]\nto = 'human'", "1:1+8 a rule needs `name`: explanations call it by that"},
       {"[[rule]]\nname = 'r'", "1:1+8 a rule needs `to`: an agent type, a list of them, or \"human\""},
       {"[[rule]]\nname = 'r'\nto = []", "3:6+2 `to` lists nobody | name an agent type, or \"human\""},
       {"[[rule]]\nname = 'r'\nto = ['worker', 'human']",
        "3:17+7 `human` cannot stand among agent types: a person is always free"
        " | write to = \"human\", or only agent types"},
       {"[[rule]]\nname = 'r'\nto = 1", "3:6+1 `to` must be a string or a list of strings, not the number 1"},
       {rule + rule, "5:8+3 duplicate rule name `r` | it was first used on line 2"},
       {"[rule]\nname = 'r'",
        "1:1+6 `rule` must be a list of tables, not a table | write each one as [[rule]]"},
       {rule + "wen = {}", "4:1+3 unknown table `wen` | did you mean `when`?"},
       {rule + "when = 1", "4:8+1 `when` must be a table, not the number 1"},
       {rule + "when = { types = ['A'] }", "4:10+5 unknown key `types` | did you mean `type`?"},
       {rule + "when = { type = [] }",
        "4:17+2 the condition `type` lists nothing | leave the key out if it does not matter"},
       {rule + "when = { source = ['clii'] }", "4:20+6 unknown source `clii` | did you mean `cli`?"},
       {rule + "when = { title = '[' }",
        "4:18+3 the glob in `title` opens a set with `[` and never closes it"},
       {rule + "when = { attempts_at_least = 0 }",
        "4:30+1 `attempts_at_least` must be a whole number from 1 to 100, not the number 0"}});
}

TEST(Mistakes, InNamesOfOthersAreFoundAcrossFiles) {
  const std::string rule = "[[rule]]\nname = 'r'\n";
  expect_each(
      "routing.toml", "",
      {{"default = 'workr'", "1:11+7 unknown agent type `workr` | did you mean `worker`?"},
       {"[capabilities]\nui = 'nobody'", "2:6+8 unknown agent type `nobody` | known: worker, human"},
       {"[capabilities]\nui = ['worker']", "2:6+10 `ui` must be an agent type or \"human\", not a list"},
       {rule + "to = ['worker', 'humn']", "3:17+6 unknown agent type `humn` | did you mean `human`?"},
       {rule + "to = 'worker'\nwhen = { agent_available = ['human'] }",
        "4:29+7 unknown agent type `human` | known: worker"},
       {rule + "to = 'worker'\nwhen = { needs_any = ['backend', 'bakend'] }",
        "4:34+8 unknown capability `bakend` | did you mean `backend`?"},
       {rule + "to = 'worker'\nwhen = { needs_all = ['quantum'] }",
        "4:23+9 unknown capability `quantum` | known: backend"},
       {"[capabilities]\nquantum = 'worker'\n" + rule + "to = 'worker'\nwhen = { needs_all = ['quantum'] }",
        ""}});
}

TEST(Mistakes, WithoutAnyAgentTypeTheHintSaysSo) {
  const ProjectFolder folder;
  folder.write("routing.toml", "default = 'worker'\n");
  EXPECT_EQ(brief(folder.load().errors),
            "routing.toml:1:11+8 unknown agent type `worker` | agents.toml defines no agent type\n");
}

TEST(Mistakes, InAgentTypesAreFoundOneByOne) {
  expect_each(
      "agents.toml", "[agent_types.worker]\ndriver = 'claude'\n",
      {{"capabilites = ['a']", "3:1+11 unknown key `capabilites` | did you mean `capabilities`?"},
       {"prompt = 'implment'", "3:10+10 unknown template `implment` | did you mean `implement`?"},
       {"prompt = 'poem'",
        "3:10+6 unknown template `poem` | known: implement, fix, test, review, research, plan"},
       {"home = 'shared'", "3:8+8 `home` must be \"isolated\" or \"inherit\", not \"shared\""},
       {"permissions = 'ful'",
        "3:15+5 `permissions` must be \"read\", \"edit\" or \"full\", not \"ful\" | did you mean `full`?"},
       {"repository_config = true",
        "3:21+4 `repository_config` must be \"text\", \"trust\" or \"ignore\", not true"},
       {"on_output_limit = 'drop'",
        "3:19+6 `on_output_limit` must be \"stop\" or \"truncate\", not \"drop\""},
       {"expects = 'change'",
        "3:11+8 `expects` must be \"changes\" or \"nothing\", not \"change\" | did you mean `changes`?"},
       {"command = 'claude --debug'",
        "3:11+16 `command` names one program, and `claude --debug` holds a space"
        " | write its words as a list: [\"program\", \"--flag\"]"},
       {"command = []", "3:11+2 the command in `command` names no program"},
       {"env_pass = ['A=1']",
        "3:13+5 `A=1` is no name of an environment variable | `env_pass` takes names only; values belong in "
        "`env`"},
       {"env = { 'a b' = 'x', C = 1, D = \"\\u0000\" }",
        "3:9+5 `a b` is no name of an environment variable\n"
        "3:26+1 `C` must be a string, not the number 1 | environment variables are text: put the value in "
        "quotes\n"
        "3:33+8 `D` must be a string, not \"" +
            std::string(1, '\0') + "\" | environment variables are text: put the value in quotes"},
       {"env = ['A']", "3:7+5 `env` must be a table of strings, like { NAME = \"value\" }, not a list"},
       {"wall_limit = '8d'",
        "3:14+4 `wall_limit` must be a duration like \"45m\", more than 0 and at most 7d, not \"8d\""},
       {"[agent_types.worker.output]\nformat = 'text'",
        "3:21+6 `output` belongs to the driver `exec`, and this agent type's is `claude`"}});
}

TEST(Mistakes, InDriversSayWhichAreAvailable) {
  expect_each(
      "agents.toml", "",
      {{"[agent_types.a]\ndriver = 'scrip'", "2:10+7 unknown driver `scrip` | did you mean `script`?"},
       {"[agent_types.a]\ndriver = 'vim'", "2:10+5 unknown driver `vim` | available: claude, script, exec"},
       {"[agent_types.a]\n", "1:14+1 the agent type `a` needs `driver` | available: claude, script, exec"},
       {"[agent_types.a]\ndriver = 1", "2:10+1 `driver` must be a string, not the number 1"}});
}

TEST(Mistakes, InNamesOfAgentTypesCannotLeadOutOfTheirFolder) {
  for (const char* name : {"../x", "human", ".hidden", "-f", "a b", "", "a/b"}) {
    const ProjectFolder folder;
    folder.write("agents.toml", "[agent_types.\"" + std::string(name) + "\"]\ndriver = 'script'\n");
    const Loaded loaded = folder.load();
    ASSERT_EQ(loaded.errors.size(), 1U) << name;
    EXPECT_EQ(loaded.errors[0].message, "`" + std::string(name) + "` cannot name an agent type");
  }
}

TEST(Mistakes, InFallbacksAreUnknownNamesPeopleAndCircles) {
  const std::string a = "[agent_types.a]\ndriver = 'claude'\n";
  const std::string b = "[agent_types.bb]\ndriver = 'claude'\n";
  expect_each(
      "agents.toml", "",
      {{a + "fallback = ['bb', 'c']\n" + b, "3:19+3 unknown agent type `c` | did you mean `a`?"},
       {a + "fallback = ['human']",
        "3:13+7 `human` cannot be a fallback: it names another agent type"
        " | leave it out: a task waits while its agent types are parked, and `to` can name a person"},
       {a + "fallback = ['a']", "3:13+3 the fallbacks form a circle: a -> a"},
       {a + "fallback = ['bb']\n" + b + "fallback = ['a']\n",
        "6:13+3 the fallbacks form a circle: a -> bb -> a"},
       {a + "fallback = ['bb', 'cc']\n" + b + "fallback = ['cc']\n[agent_types.cc]\ndriver = 'script'\n",
        ""}});
}

}  // namespace
}  // namespace orchestrate::config
