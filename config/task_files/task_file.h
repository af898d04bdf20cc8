// Files of tasks for `import`, in four formats that say the same: read into drafts, every word with its
// place.
#pragma once

#include <cstddef>
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

// A task as its file has it. Words that were not given are empty.
struct Draft {
  Place place;
  Word title, key, priority, agent, run, not_before;
  std::string description, type;
  std::vector<std::string> needs, labels, acceptance, specs;
  std::vector<Word> checks;
  bool manual = false;
  // Ids and keys. `before` are those among them that are tasks of the same file, `elsewhere` the others.
  std::vector<std::size_t> before;
  std::vector<Word> elsewhere;
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

// What is wrong by itself (shapes, unknown keys, a key twice, tasks that wait for each other) is reported;
// what a word means to a project is for the caller to check.
[[nodiscard]] Drafts read_tasks(const TaskDocument& source, Report& report);

}  // namespace orchestrate::config
