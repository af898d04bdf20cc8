// Mistakes in describing a CLI of one's own: exact place, what it says, and the way out.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/config/project_folder.h"

namespace orchestrate::config {
namespace {

struct Case {
  std::string text;
  std::string expected;  // as `brief`, without the file's name
};

void expect_each(const std::string& before, const std::vector<Case>& cases) {
  for (const Case& each : cases) {
    const ProjectFolder folder;
    folder.write("agents.toml", before + each.text);
    std::string expected;
    for (std::size_t at = 0; at < each.expected.size();) {
      const std::size_t end = std::min(each.expected.find('\n', at), each.expected.size());
      expected += "agents.toml:" + each.expected.substr(at, end - at) + "\n";
      at = end + 1;
    }
    EXPECT_EQ(brief(folder.load().errors), expected) << before << each.text;
  }
}

TEST(ExecMistakes, InPlaceholdersAreFoundBeforeAnythingIsStarted) {
  expect_each(
      "[agent_types.a]\ndriver = 'exec'\n",
      {{"command = ['c', '{modle}']", "3:17+9 unknown placeholder `{modle}` | did you mean `model`?"},
       {"command = ['c', '{workspace}{modle}']",
        "3:17+20 unknown placeholder `{modle}` | did you mean `model`?"},
       {"command = ['c', '{zzz}']",
        "3:17+7 unknown placeholder `{zzz}` | known: model, prompt, prompt_file, workspace"},
       {"command = ['c', '--model={model}']",
        "3:17+17 `{model}` stands for nothing: this agent type sets no `model` | add model = \"...\", or leave the word out"},
       {"command = ['c', '{prompt}']",
        "3:17+10 `{prompt}` does not go with prompt_via = \"stdin\" | write prompt_via = \"argument\", or leave the word out"},
       {"command = ['c']\nargs = ['{prompt_file}']",
        "4:9+15 `{prompt_file}` does not go with prompt_via = \"stdin\" | write prompt_via = \"file\", or leave the word out"},
       {"command = ['c']\nprompt_via = 'file'",
        "4:14+6 prompt_via = \"file\" needs `{prompt_file}` in `command` or `args`"},
       {"command = ['c', '{prompt_file}']\nprompt_via = 'argument'",
        "3:17+15 `{prompt_file}` does not go with prompt_via = \"argument\" | write prompt_via = \"file\", or leave the word out\n"
        "4:14+10 prompt_via = \"argument\" needs `{prompt}` in `command` or `args`"},
       {"command = ['c', '{workspace}', '{\"a\":{}}', '{}', '{a b}']", ""},
       {"command = ['{workspace}/tool']",
        "3:12+18 the program itself cannot be a placeholder | a name on PATH or an absolute path"},
       {"command = 'c'\nmodel = 'm'",
        "4:9+3 `model` reaches nobody: neither `command` nor `args` holds `{model}`"},
       {"command = 'c'\nprompt_via = 'pipe'",
        "4:14+6 `prompt_via` must be \"stdin\", \"file\" or \"argument\", not \"pipe\""},
       {"command = 'c'\ncontrol_files = ['[']",
        "4:18+3 the glob in `control_files` opens a set with `[` and never closes it"},
       {"",
        "1:14+1 the agent type `a` needs `command` | its words as a list: command = [\"program\", \"--flag\"]"}});
}

TEST(ExecMistakes, InPromisesNobodyCouldKeepSayWhy) {
  expect_each(
      "[agent_types.a]\ndriver = 'exec'\ncommand = 'newcli'\n",
      {{"permissions = 'read'",
        "4:15+6 the driver `exec` cannot keep `permissions`: it knows no switch of this program | only \"full\" is true here; the program's own switches belong into `command`"},
       {"permissions = 'full'", ""},
       {"repository_config = 'text'",
        "4:21+6 the driver `exec` cannot keep `repository_config`: it knows no switch of this program | only \"trust\" is true here; the program's own switches belong into `command`"},
       {"repository_config = 'trust'", ""},
       {"max_turns = 3",
        "4:13+1 the driver `exec` cannot keep `max_turns`: it knows no switch of this program | the program's own switches belong into `command`"}});
}

TEST(ExecMistakes, InLinesOfTextNothingCanBeMapped) {
  expect_each(
      "[agent_types.a]\ndriver = 'exec'\ncommand = 'newcli'\n[agent_types.a.output]\n",
      {{"finished = { when = { '/type' = 'end' } }",
        "5:1+8 `finished` needs format = \"jsonl\" | lines of text are shown to people and decide nothing"},
       {"format = 'json'\nfinished = { when = { '/type' = 'end' } }",
        "5:10+6 `format` must be \"text\" or \"jsonl\", not \"json\" | did you mean `jsonl`?"},
       {"format = 'text'", ""}});
}

TEST(ExecMistakes, InAMappingPointAtTheKey) {
  expect_each(
      "[agent_types.a]\ndriver = 'exec'\ncommand = 'newcli'\n[agent_types.a.output]\nformat = 'jsonl'\n",
      {{"finished = {}",
        "6:12+2 `finished` needs `when`: which lines say it | like when = { \"/type\" = \"end\" }"},
       {"finished = { when = {} }",
        "6:21+2 `finished` needs `when`: which lines say it | like when = { \"/type\" = \"end\" }"},
       {"finished = { when = 'end' }",
        "6:21+5 `when` must be a table like { \"/type\" = \"end\" }, not \"end\""},
       {"finished = 'end'",
        "6:12+5 `finished` must be a table like { when = { \"/type\" = \"end\" } }, or a list of them, not \"end\""},
       {"finished = [1]",
        "6:13+1 `finished` must be a table like { when = { \"/type\" = \"end\" } }, or a list of them, not the number 1"},
       {"finished = []", "6:12+2 `finished` lists nothing"},
       {"finished = { when = { type = 'end' } }",
        "6:23+4 `type` is no JSON pointer | it begins with a slash, in quotes: \"/usage/cost\""},
       {"finished = { when = { '/a~2' = 'end' } }",
        "6:23+6 `/a~2` is no JSON pointer | it begins with a slash, in quotes: \"/usage/cost\""},
       {"finished = { when = { '/type' = ['end'], '/at' = 2020-01-01 } }",
        "6:33+7 `/type` must be a string, a number, true or false, not a list\n"
        "6:50+10 `/at` must be a string, a number, true or false, not a date or time"},
       {"text = { when = { '/type' = 'message' } }",
        "6:8+34 `text` needs `take`: where in the line it stands | like take = \"/usage/cost\""},
       {"text = { when = { '/type' = 'message' }, take = 'text' }",
        "6:49+6 `take` must be a JSON pointer like \"/usage/cost\", not \"text\""},
       {"text = { when = { '/type' = 'message' }, take = '' }",
        "6:49+2 `take` must be a JSON pointer like \"/usage/cost\", not \"\""},
       {"text = { when = { '/type' = 'message' }, take = 1 }",
        "6:49+1 `take` must be a JSON pointer like \"/usage/cost\", not the number 1"},
       {"text = { when = { '/type' = 'message' }, take = '/t', sum = true }",
        "6:55+3 unknown key `sum` | known: when, take"},
       {"cost_usd = { when = { '/type' = 'end' }, tkae = '/t' }",
        "6:12+43 `cost_usd` needs `take`: where in the line it stands | like take = \"/usage/cost\"\n"
        "6:42+4 unknown key `tkae` | did you mean `take`?"},
       {"cost_usd = { when = { '/type' = 'end' }, take = '/t', sum = 1 }",
        "6:61+1 `sum` must be true or false, not the number 1"},
       {"failed = { when = { '/type' = 'end' }, until = '/t' }",
        "6:40+5 unknown key `until` | known: when, take"},
       {"finishd = { when = { '/type' = 'end' } }",
        "6:1+7 unknown table `finishd` | did you mean `finished`?"},
       {"tool = [{ when = { '/a' = 1 }, take = '/b' }, { when = { '/c' = true }, take = '/d' }]", ""}});
}

}  // namespace
}  // namespace orchestrate::config
