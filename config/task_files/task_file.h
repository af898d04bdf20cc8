// Files of tasks for `import`, in four formats that say the same: read into drafts, every word with its
// place.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/section.h"

namespace orchestrate::config {

enum class TaskFormat { toml, json, json_lines, markdown };

// "toml", "json", "jsonl" or "markdown".
[[nodiscard]] std::optional<TaskFormat> task_format(const std::string& name);
// By the file's ending.
[[nodiscard]] std::optional<TaskFormat> task_format_of(const std::string& file);

// A key that a task in a file may have. Which there are is the caller's to say.
struct DraftKey {
  // words: a list, of which one alone needs no list; flag: "yes" or "no"; references: ids and keys of tasks.
  enum class Taken { word, words, flag, references };

  std::string name;
  std::string other_name;  // what it may be called as well; empty: nothing else
  Taken taken = Taken::word;
};

// A task as its file has it.
struct Draft {
  Place place;
  std::map<std::string, std::vector<Word>> words;  // what was given, by the key's name; never empty
  // What `references` named. `before` are those among them that are tasks of the same file, `elsewhere` the
  // others.
  std::vector<std::size_t> before;
  std::vector<Word> elsewhere;

  // The first word of that key; one without text when there is none.
  [[nodiscard]] Word word(const std::string& name) const;
};

// Any format as the tree that TOML would give: a list of tables under `list_key`.
struct TaskDocument {
  Document document;
  std::string list_key;
  int skipped = 0;                 // ticked items of a check list
  std::vector<Diagnostic> errors;  // what could not be read as the format
};

// Never throws for any bytes; what could be read in spite of errors is there.
[[nodiscard]] TaskDocument parse_tasks(const std::string& file, const std::string& text, TaskFormat format);

struct Drafts {
  std::vector<Draft> tasks;        // in the order of the file
  std::vector<std::size_t> order;  // each after those it waits for
};

// `known` has `title`, which each task needs, and `key`, by which others name it. What is wrong by itself
// (shapes, unknown keys, a key twice, tasks that wait for each other) is reported; what a word means to a
// project is for the caller to check.
[[nodiscard]] Drafts read_tasks(const TaskDocument& source, const std::vector<DraftKey>& known,
                                Report& report);

}  // namespace orchestrate::config
