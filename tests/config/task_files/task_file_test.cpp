// Files of tasks: the four formats say the same, and every mistake is told with its place, all at once.
#include "config/task_files/task_file.h"

#include <gtest/gtest.h>

#include "tests/config/project_folder.h"

namespace orchestrate::config {
namespace {

struct Read {
  Drafts drafts;
  int skipped = 0;
  std::string errors;    // brief
  std::string rendered;  // as a person sees them
};

std::vector<DraftKey> known_keys() {
  using Taken = DraftKey::Taken;
  std::vector<DraftKey> keys = {{"manual", "", Taken::flag}, {"depends_on", "", Taken::references}};
  for (const char* word : {"title", "description", "priority", "type", "run", "not_before", "key"})
    keys.push_back({word, "", Taken::word});
  keys.push_back({"agent_type", "agent", Taken::word});
  for (const char* list : {"needs", "labels", "acceptance", "checks", "specs"})
    keys.push_back({list, "", Taken::words});
  return keys;
}

Read read(TaskFormat format, const std::string& text) {
  const auto source = parse_tasks("tasks", text, format);
  Report report(source.document);
  Read out;
  out.drafts = read_tasks(source, known_keys(), report);
  out.skipped = source.skipped;
  auto errors = source.errors;
  for (const auto& each : report.errors())
    errors.push_back(each);
  out.errors = brief(errors);
  out.rendered = render(errors, false);
  return out;
}

std::string told(const Draft& d) {
  const auto list = [](const std::vector<Word>& words) {
    std::string out;
    for (const auto& word : words)
      out += "[" + word.text + "]";
    return out;
  };
  const auto all = [&](const char* name) { return d.words.contains(name) ? list(d.words.at(name)) : ""; };
  std::string out;
  for (const char* name : {"title", "description", "priority", "type"})
    out += d.word(name).text + "|";
  for (const char* name : {"needs", "labels", "acceptance", "checks", "specs"})
    out += all(name) + "|";
  for (const std::size_t each : d.before)
    out += "#" + std::to_string(each);
  out += list(d.elsewhere);
  for (const char* name : {"agent_type", "manual", "run", "not_before", "key"})
    out += "|" + d.word(name).text;
  return out;
}

const char* const kSame =
    "Fix it|Two\nlines\n|P1|FIX|[backend][auth]|[urgent]|[It works]|[make test][make lint]|[docs/a.md]|"
    "#1[7]|worker|yes|make|23:30|fix";

const char* const kToml = R"(
[[task]]
title = "Fix it"
description = "Two\nlines\n"
priority = "P1"
type = "FIX"
needs = ["backend", "auth"]
labels = "urgent"
acceptance = ["It works"]
checks = ["make test", "make lint"]
specs = ["docs/a.md"]
depends_on = ["first", 7]
agent = "worker"
manual = true
run = "make"
not_before = "23:30"
key = "fix"

[[task]]
title = "First"
key = "first"
)";

const char* const kJson = R"({"tasks": [
  {"title": "Fix it", "description": "Two\nlines\n", "priority": "P1", "type": "FIX", "needs": ["backend", "auth"],
   "labels": "urgent", "acceptance": ["It works"], "checks": ["make test", "make lint"], "specs": ["docs/a.md"],
   "depends_on": ["first", 7], "agent": "worker", "manual": true, "run": "make", "not_before": "23:30",
   "key": "fix"},
  {"title": "First", "key": "first", "description": null}
]})";

const char* const kJsonLines =
    "{\"title\": \"Fix it\", \"description\": \"Two\\nlines\\n\", \"priority\": \"P1\", \"type\": \"FIX\","
    " \"needs\": [\"backend\", \"auth\"], \"labels\": \"urgent\", \"acceptance\": [\"It works\"],"
    " \"checks\": [\"make test\", \"make lint\"], \"specs\": [\"docs/a.md\"], \"depends_on\": [\"first\", 7],"
    " \"agent\": \"worker\", \"manual\": true, \"run\": \"make\", \"not_before\": \"23:30\", \"key\": \"fix\"}\n"
    "\n"
    "{\"title\": \"First\", \"key\": \"first\"}\n";

const char* const kMarkdown = R"(# This week

Some prose: nobody reads it.

- [ ] (P1) Fix it
  Two
  lines
  type: FIX
  needs: backend, auth
  label: urgent
  accept: It works
  check: make test
  Check: make lint
  specs: docs/a.md
  depends on: first, 7
  agent: worker
  manual: yes
  run: make
  not before: 23:30
  key: fix
- [x] Done long ago
  with a description of its own
- [ ] First
  key: first
)";

TEST(TaskFile, SaysTheSameInEveryFormat) {
  const std::pair<TaskFormat, const char*> files[] = {{TaskFormat::toml, kToml},
                                                      {TaskFormat::json, kJson},
                                                      {TaskFormat::json_lines, kJsonLines},
                                                      {TaskFormat::markdown, kMarkdown}};
  for (const auto& [format, text] : files) {
    const Read file = read(format, text);
    EXPECT_EQ(file.errors, "");
    ASSERT_EQ(file.drafts.tasks.size(), 2U);
    EXPECT_EQ(told(file.drafts.tasks[0]), kSame);
    EXPECT_EQ(told(file.drafts.tasks[1]), "First||||||||||||||first");
    EXPECT_EQ(file.drafts.order, (std::vector<std::size_t>{1, 0})) << "each after those it waits for";
    EXPECT_EQ(file.skipped, format == TaskFormat::markdown ? 1 : 0);
  }
}

TEST(TaskFile, ShowsEveryMistakeOfAFileAtOnceWithLineColumnAndCaret) {
  const Read file = read(TaskFormat::toml, R"([[task]]
titel = "Fix it"

[[task]]
title = "Second"
needs = ["a", 5]
manual = "yes"
)");
  EXPECT_EQ(file.rendered, R"(tasks:1:1: error: a task needs `title`
   1 | [[task]]
     | ^~~~~~~~
tasks:2:1: error: unknown key `titel`
   2 | titel = "Fix it"
     | ^~~~~
     = hint: did you mean `title`?
tasks:6:15: error: `needs` must be a list of strings, not the number 5
   6 | needs = ["a", 5]
     |               ^
tasks:7:10: error: `manual` must be true or false, not "yes"
   7 | manual = "yes"
     |          ^~~~~
)");
}

TEST(TaskFile, KnowsThePlaceOfEveryValueInJson) {
  const Read file = read(TaskFormat::json,
                         "[{\"title\": \"na\u00efve\", \"manual\": 12, \"needs\": {}},\n"
                         " {\"title\": [], \"neds\": [\"a\"]}, -3.5 ]");
  EXPECT_EQ(file.errors,
            "tasks:1:31+2 `manual` must be true or false, not the number 12\n"
            "tasks:1:44+1 `needs` must be a string or a list of strings, not a table\n"
            "tasks:2:12+1 `title` must be a string, not a list\n"
            "tasks:2:16+6 unknown key `neds` | did you mean `needs`?\n"
            "tasks:2:32+4 a task must have `title` and the like, not be the number -3.5\n");
}

TEST(TaskFile, SaysWhereTextIsNoJson) {
  EXPECT_EQ(read(TaskFormat::json, "[{\"title\": \"a\"},\n {\"title\" \"b\"}]").errors.substr(0, 46),
            "tasks:2:13+1 not valid JSON: syntax error whil");
  EXPECT_NE(read(TaskFormat::json, "[{\"title\": \"a\"}").errors.find("1:16+1 not valid JSON"),
            std::string::npos);
  EXPECT_NE(read(TaskFormat::json, "").errors.find("not valid JSON"), std::string::npos);
  EXPECT_NE(read(TaskFormat::json, "[{\"title\": \"\xff\"}]").errors.find("not valid JSON"),
            std::string::npos);
  EXPECT_EQ(read(TaskFormat::json, "17").errors,
            "tasks:1:1+2 the file must hold a list of tasks, not the number 17\n");
}

TEST(TaskFile, OneBrokenJsonLineHidesNoOther) {
  const Read file = read(TaskFormat::json_lines,
                         "{\"title\": \"a\"\n{\"title\": 1}\n{\"title\": \"b\", \"title\": \"c\"}\n");
  EXPECT_NE(file.errors.find("tasks:1:14+1 not valid JSON"), std::string::npos) << file.errors;
  EXPECT_NE(file.errors.find("tasks:2:11+1 `title` must be a string, not the number 1"), std::string::npos)
      << file.errors;
  EXPECT_NE(file.errors.find("tasks:3:16+7 `title` stands there twice"), std::string::npos) << file.errors;
}

TEST(TaskFile, EndsWhatIsNestedBeyondMeasure) {
  EXPECT_NE(read(TaskFormat::json, std::string(100'000, '[')).errors.find("nested too deeply"),
            std::string::npos);
}

TEST(TaskFile, RefusesTasksThatWaitForEachOther) {
  const Read file = read(TaskFormat::markdown, R"(- [ ] A
  key: a
  depends on: b
- [ ] B
  key: b
  depends on: c
- [ ] C
  key: c
  depends on: b
- [ ] D
  key: d
  depends on: d
- [ ] E
  depends on: a
)");
  EXPECT_EQ(file.errors,
            "tasks:5:8+1 `b` waits for itself | b -> c -> b\n"
            "tasks:11:8+1 `d` waits for itself | d -> d\n");
}

TEST(TaskFile, RefusesAKeyTwice) {
  EXPECT_EQ(read(TaskFormat::markdown, "- [ ] A\n  key: a\n- [ ] B\n  key: a\n").errors,
            "tasks:4:8+1 duplicate key `a` | it was first used on line 2\n");
}

TEST(TaskFile, RefusesANulWhereverItStands) {
  const Read file =
      read(TaskFormat::json, R"([{"title": "a\u0000b", "needs": ["\u0000"], "run": "\u0000"}])");
  EXPECT_NE(file.errors.find("tasks:1:12+10 `title` must be a string"), std::string::npos) << file.errors;
  EXPECT_NE(file.errors.find("tasks:1:34+8 `needs` must be"), std::string::npos) << file.errors;
  EXPECT_NE(file.errors.find("tasks:1:52+8 `run` must be a string without NUL"), std::string::npos)
      << file.errors;
}

TEST(TaskFile, TakesAtMostTenThousandTasks) {
  std::string text;
  for (int i = 0; i < 10'001; ++i)
    text += "- [ ] Task\n";
  EXPECT_EQ(read(TaskFormat::markdown, text).errors,
            "tasks:10001:7+4 more than 10000 tasks | split the file\n")
      << "and nothing of what was not read";
}

TEST(CheckList, TakesThePriorityBeforeOrBehindTheTitle) {
  const Read file =
      read(TaskFormat::markdown, "- [ ] (P0) Now\n* [ ] Later (p3)\n1. [ ] (Perhaps) sometime\n");
  ASSERT_EQ(file.drafts.tasks.size(), 3U);
  EXPECT_EQ(told(file.drafts.tasks[0]).substr(0, 8), "Now||P0|");
  EXPECT_EQ(told(file.drafts.tasks[1]).substr(0, 10), "Later||p3|");
  EXPECT_EQ(file.drafts.tasks[2].word("title").text, "(Perhaps) sometime");
}

TEST(CheckList, ItemsWithinItemsAreTasksOfTheirOwn) {
  const Read file = read(TaskFormat::markdown, R"(- [ ] Parent
  About it.
  - [ ] Child
    About the child.
  - [x] Ticked child
    - [ ] Its child
  Still about the parent.

Not indented: not about anything.
)");
  EXPECT_EQ(file.errors, "");
  ASSERT_EQ(file.drafts.tasks.size(), 3U);
  EXPECT_EQ(file.drafts.tasks[0].word("description").text, "About it.\nStill about the parent.\n");
  EXPECT_EQ(file.drafts.tasks[1].word("description").text, "About the child.\n");
  EXPECT_EQ(file.drafts.tasks[2].word("title").text, "Its child");
  EXPECT_EQ(file.skipped, 1);
}

TEST(CheckList, KeepsParagraphsListsAndCodeOfADescription) {
  const Read file = read(TaskFormat::markdown, R"(- [ ] Title

  First paragraph: with a colon.

  - a point
    - [ ] a real sub-item
  ```
    - [ ] code, no item
  key: code, no key
  ```
- [link](https://example.invalid) is no item
)");
  EXPECT_EQ(file.errors, "");
  ASSERT_EQ(file.drafts.tasks.size(), 2U);
  EXPECT_EQ(
      file.drafts.tasks[0].word("description").text,
      "First paragraph: with a colon.\n\n- a point\n```\n  - [ ] code, no item\nkey: code, no key\n```\n");
}

TEST(CheckList, LinksOfADescriptionAreNoBoxes) {
  const std::string links =
      "- [the docs](docs/a.md)\n- [y](b.md)\n- [x](c.md)\n- [ ](d.md)\n- [never closed\n";
  const auto got = read(
      TaskFormat::markdown,
      "- [ ] A\n  - [the docs](docs/a.md)\n  - [y](b.md)\n  - [x](c.md)\n  - [ ](d.md)\n  - [never closed\n");
  ASSERT_EQ(got.drafts.tasks.size(), 1U);
  EXPECT_EQ(got.drafts.tasks[0].word("description").text, links);
  EXPECT_EQ(got.skipped, 0);
  EXPECT_EQ(got.errors, "");
}

TEST(CheckList, ASlipOfThePenDoesNotEndUpInTheDescription) {
  EXPECT_EQ(read(TaskFormat::markdown,
                 "- [ ] A\n  neds: backend\n  check:\n  manual: perhaps\n  key: a\n  key: b\n")
                .errors,
            "tasks:2:3+4 unknown `neds:` | did you mean `needs:`? Text that begins so goes behind a `-`\n"
            "tasks:3:3+5 nothing stands behind the colon\n"
            "tasks:6:3+3 `key` stands there twice | it was first given on line 5\n"
            "tasks:4:11+7 `manual` must be true or false, not \"perhaps\"\n");
  EXPECT_EQ(
      read(TaskFormat::markdown, "- [] A\n- [-] B\n- [ ]\n").errors,
      "tasks:1:3+2 a box is [ ], or [x] when it is done\n"
      "tasks:2:3+3 a box is [ ], or [x] when it is done\n"
      "tasks:3:6+1 `title` must be a string that says something, not \"\" | leave the key out to get its default\n");
}

TEST(CheckList, ACodeBlockWithoutEndSwallowsNoTasks) {
  EXPECT_EQ(read(TaskFormat::markdown, "- [ ] A\n  ```\n- [ ] B\n").errors,
            "tasks:2:3+3 the code block has no end | close it with the same marks\n");
  EXPECT_EQ(read(TaskFormat::markdown, "~~~\n- [ ] A\n").errors,
            "tasks:1:1+3 the code block has no end | close it with the same marks\n");
}

// Cut anywhere and with any byte in any place, it is read or refused.
TEST(TaskFile, StandsAnyBytes) {
  const std::pair<TaskFormat, std::string> files[] = {{TaskFormat::toml, kToml},
                                                      {TaskFormat::json, kJson},
                                                      {TaskFormat::json_lines, kJsonLines},
                                                      {TaskFormat::markdown, kMarkdown}};
  for (const auto& [format, text] : files) {
    for (std::size_t i = 0; i <= text.size(); i += 3) {
      (void)read(format, text.substr(0, i));
      for (const char byte : {'\0', '\n', ' ', '[', '`', ':', '"', '\xff'}) {
        std::string broken = text;
        if (i < text.size()) broken[i] = byte;
        (void)read(format, broken);
      }
    }
  }
}

}  // namespace
}  // namespace orchestrate::config
