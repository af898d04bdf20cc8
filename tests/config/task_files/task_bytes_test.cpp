// Files of tasks as editors of every kind write them: the same tasks, in the same places.
#include <gtest/gtest.h>

#include "config/task_files/task_file.h"
#include "tests/config/project_folder.h"

namespace orchestrate::config {
namespace {

const std::string kMark = "\xEF\xBB\xBF";

struct File {
  TaskFormat format;
  std::string text;
};

// Two tasks each, and a priority that is wrong in JSON and TOML in the fourth line.
std::vector<File> files() {
  return {
      {TaskFormat::toml, "[[task]]\ntitle = \"A\"\nkey = \"a\"\npriority = 1\n\n[[task]]\ntitle = \"B\"\n"},
      {TaskFormat::json,
       "[\n  {\"title\": \"A\",\n   \"key\": \"a\",\n   \"priority\": 1},\n"
       "  {\"title\": \"B\"}\n]\n"},
      {TaskFormat::json_lines,
       "{\"title\": \"A\", \"key\": \"a\"}\n\n\n{\"priority\": 1, \"title\": \"B\"}\n"},
      {TaskFormat::markdown, "- [ ] A\n  key: a\n  Two\n\n  words.\n- [ ] B\n"}};
}

// Every word with its place, and every mistake.
std::string told(TaskFormat format, const std::string& text) {
  const auto source = parse_tasks("tasks", text, format);
  Report report(source.document);
  std::vector<DraftKey> known;
  for (const char* key : {"title", "key", "priority", "description"})
    known.push_back({key, "", DraftKey::Taken::word});
  const Drafts drafts = read_tasks(source, known, report);
  std::string out;
  for (const Draft& draft : drafts.tasks) {
    out += "task " + std::to_string(draft.place.line) + ":" + std::to_string(draft.place.column) + "\n";
    for (const auto& [key, words] : draft.words) {
      for (const Word& word : words)
        out += key + " " + std::to_string(word.place.line) + ":" + std::to_string(word.place.column) + "+" +
               std::to_string(word.place.width) + " " + word.text + "\n";
    }
  }
  return out + brief(source.errors) + brief(report.errors());
}

std::string with_line_ends(const std::string& text, const std::string& end) {
  std::string out;
  for (const char c : text)
    out += c == '\n' ? end : std::string(1, c);
  return out;
}

TEST(TaskBytes, AreReadAsThis) {
  EXPECT_EQ(told(files()[0].format, files()[0].text),
            "task 1:1\nkey 3:7+3 a\ntitle 2:9+3 A\ntask 6:1\ntitle 7:9+3 B\n"
            "tasks:4:12+1 `priority` must be a string, not the number 1\n");
}

TEST(TaskBytes, AByteOrderMarkIsNoPartOfTheFile) {
  for (const auto& [format, text] : files()) {
    EXPECT_NE(told(format, text).find("title "), std::string::npos);
    EXPECT_EQ(told(format, kMark + text), told(format, text));
  }
}

TEST(TaskBytes, AByteOrderMarkAloneIsAnEmptyFile) {
  for (const auto& [format, text] : files())
    EXPECT_EQ(told(format, kMark), told(format, ""));
  EXPECT_EQ(told(TaskFormat::markdown, ""), "");
  EXPECT_EQ(told(TaskFormat::json_lines, ""), "");
}

TEST(TaskBytes, AMistakeOnTheFirstLineStandsWhereAPersonSeesIt) {
  EXPECT_EQ(told(TaskFormat::markdown, kMark + "- [o] A\n"),
            "tasks:1:3+3 a box is [ ], or [x] when it is done\n");
}

TEST(TaskBytes, LineEndsOfWindowsSayTheSame) {
  for (const auto& [format, text] : files())
    EXPECT_EQ(told(format, with_line_ends(text, "\r\n")), told(format, text));
}

TEST(TaskBytes, TheLastLineNeedsNoEnd) {
  for (const auto& [format, text] : files())
    EXPECT_EQ(told(format, text.substr(0, text.size() - 1)), told(format, text));
}

TEST(TaskFormats, AreKnownByTheirNamesAndByTheEndsOfFiles) {
  EXPECT_EQ(task_format("toml"), TaskFormat::toml);
  EXPECT_EQ(task_format("json"), TaskFormat::json);
  EXPECT_EQ(task_format("jsonl"), TaskFormat::json_lines);
  EXPECT_EQ(task_format("markdown"), TaskFormat::markdown);
  for (const char* other : {"", "md", "yaml", "JSON"})
    EXPECT_EQ(task_format(other), std::nullopt) << other;
  EXPECT_EQ(task_format_of("a.toml"), TaskFormat::toml);
  EXPECT_EQ(task_format_of("a.json"), TaskFormat::json);
  EXPECT_EQ(task_format_of("a.jsonl"), TaskFormat::json_lines);
  EXPECT_EQ(task_format_of("a.ndjson"), TaskFormat::json_lines);
  EXPECT_EQ(task_format_of("week/a.md"), TaskFormat::markdown);
  EXPECT_EQ(task_format_of("a.markdown"), TaskFormat::markdown);
  for (const char* other : {"", "a", "a.md.txt", "json", "a.yaml"})
    EXPECT_EQ(task_format_of(other), std::nullopt) << other;
}

}  // namespace
}  // namespace orchestrate::config
