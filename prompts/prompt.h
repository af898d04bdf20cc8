// Templates + values -> the text an agent is given. Pure but for `Library::load`, which reads a project's
// overrides.
//
// A bundle always begins with fixed text of ours, never with the task's (several CLIs execute a message that
// begins with `/` or `!`), and whatever came from a repository or an agent stands inside a fence that its
// content cannot close, so that it reads as data.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::prompts {

// A text with a name, as data: a spec file, the result of a task this one depends on.
struct Excerpt {
  std::string name;
  std::string text;
  std::size_t original_bytes = 0;  // more than text.size(): it was cut, and the bundle says so
};

// Everything a template may name. Plain values; the caller has already bounded the excerpts.
struct Bundle {
  std::string task_id;
  std::string title;
  std::string type;
  std::string priority;
  std::string description;
  std::vector<std::string> acceptance;
  std::vector<Excerpt> specs;
  std::vector<Excerpt> dependency_results;
  std::vector<std::string> checks;       // commands that will be run afterwards, as a person would type them
  std::vector<std::string> red_on_base;  // of these, those that already fail on the untouched base
  std::vector<std::string> protected_paths;  // globs that must not be changed
  int attempt = 1;
  std::string earlier_failure;  // what the attempt before failed on: the failing check's tail. Empty: none
  std::string workspace;        // where the agent works, absolute
  std::string branch;
  std::string agent_type;
  bool expects_changes = true;
};

// A template that cannot be used: which, where, why, and what to do.
struct TemplateError {
  std::string name;
  int line = 0;
  int column = 0;
  std::string message;
};

// The built-in templates (implement, fix, test, review, research, plan), overridden by `<dir>/<name>.md`.
class Library {
 public:
  Library();  // the built-in ones

  // Adds a project's overrides. A missing directory is no error. Reads files; returns what is wrong with
  // them.
  [[nodiscard]] std::vector<TemplateError> load(const std::string& directory);

  [[nodiscard]] bool has(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> names() const;

  // Fills the template. Throws std::out_of_range when `has(name)` is false; unknown placeholders were refused
  // by load.
  [[nodiscard]] std::string render(const std::string& name, const Bundle& bundle) const;

 private:
  std::map<std::string, std::string> templates_;
};

// Checks one template text: every {{placeholder}} known, every {{ closed. Empty: fine.
[[nodiscard]] std::vector<TemplateError> check_template(const std::string& name, std::string_view text);

// `text` between fence lines that it cannot contain itself, labelled as data.
[[nodiscard]] std::string fenced(std::string_view label, std::string_view text);

}  // namespace orchestrate::prompts
