// A project's `.orchestrate` folder for one test: made empty, removed afterwards.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace orchestrate::config {

class ProjectFolder {
 public:
  ProjectFolder();
  ~ProjectFolder();
  ProjectFolder(const ProjectFolder&) = delete;
  ProjectFolder& operator=(const ProjectFolder&) = delete;

  void write(const std::string& file, const std::string& text) const;
  [[nodiscard]] std::string path() const;  // .../.orchestrate
  [[nodiscard]] Loaded load() const;

 private:
  std::string root_;
};

// Three drivers and the built-in templates: what the program itself would pass.
[[nodiscard]] Known known_names();

// "file:line:column+width message | hint", one per line.
[[nodiscard]] std::string brief(const std::vector<Diagnostic>& diagnostics);

}  // namespace orchestrate::config
