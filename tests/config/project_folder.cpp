#include "tests/config/project_folder.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace orchestrate::config {

ProjectFolder::ProjectFolder() {
  std::string name = testing::TempDir() + "config_test_XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
  root_ = name;
  std::filesystem::create_directory(path());
}

ProjectFolder::~ProjectFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

std::string ProjectFolder::path() const {
  return root_ + "/.orchestrate";
}

void ProjectFolder::write(const std::string& file, const std::string& text) const {
  std::ofstream stream(path() + "/" + file, std::ios::binary);
  stream << text;
  stream.close();
  if (!stream) throw std::runtime_error("cannot write " + file);
}

Loaded ProjectFolder::load() const {
  return config::load(path(), known_names());
}

Known known_names() {
  return {{"implement", "fix", "test", "review", "research", "plan"},
          {{"claude", "anthropic", "claude", true}, {"script", "", "", false}, {"exec", "", "", true}}};
}

std::string brief(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const auto& each : diagnostics) {
    out += each.file.substr(each.file.find('/') + 1) + ":" + std::to_string(each.line) + ":" +
           std::to_string(each.column) + "+" + std::to_string(each.width) + " " + each.message;
    if (!each.hint.empty()) out += " | " + each.hint;
    out += "\n";
  }
  return out;
}

}  // namespace orchestrate::config
