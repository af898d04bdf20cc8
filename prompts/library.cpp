#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "prompts/builtin.h"
#include "prompts/placeholders.h"
#include "prompts/prompt.h"
#include "prompts/template.h"

namespace orchestrate::prompts {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestTemplateBytes = 1 << 20;
constexpr std::size_t kMostOverrides = 1000;

// Several CLIs execute a message whose first character is `/` or `!`, so a template never decides how it
// begins.
constexpr std::string_view kFirstLine = "You have been given one task to do, unattended. Here it is.\n\n";

TemplateError whole_file(const std::string& name, const std::string& message) {
  return {name, 0, 0, message};
}

// nullopt with `error` set when it cannot be used.
std::optional<std::string> read_template(const fs::path& file, std::string& error) {
  std::error_code failed;
  if (!fs::is_regular_file(file, failed)) {
    error = "is not a regular file: a template is a plain text file";
    return std::nullopt;
  }
  if (fs::file_size(file, failed) > kLargestTemplateBytes || failed) {
    error = failed ? "cannot be read: " + failed.message()
                   : "is larger than 1 MiB: put long texts into spec files";
    return std::nullopt;
  }
  std::ifstream in(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  if (!in) {
    error = "cannot be read: see its permissions";
    return std::nullopt;
  }
  return text;
}

std::vector<fs::path> templates_in(const std::string& directory, std::vector<TemplateError>& errors) {
  std::error_code failed;
  if (!fs::exists(directory, failed) && !failed) return {};
  std::vector<fs::path> files;
  for (fs::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->path().extension() == ".md") files.push_back(entry->path());
    if (files.size() > kMostOverrides) {
      errors.push_back(whole_file(directory, "holds more than 1000 templates: is this the right directory?"));
      return {};
    }
  }
  if (failed) errors.push_back(whole_file(directory, "cannot be listed: " + failed.message()));
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Library::Library() {
  for (const Builtin& builtin : builtin_templates())
    templates_.emplace(builtin.name, builtin.text);
}

std::vector<TemplateError> Library::load(const std::string& directory) {
  std::vector<TemplateError> errors;
  for (const fs::path& file : templates_in(directory, errors)) {
    const std::string name = file.stem().string();
    std::string unreadable;
    const auto text = read_template(file, unreadable);
    if (!text) {
      errors.push_back(whole_file(name, unreadable));
      continue;
    }
    const auto faults = check_template(name, *text);
    if (faults.empty()) templates_[name] = *text;
    errors.insert(errors.end(), faults.begin(), faults.end());
  }
  return errors;
}

bool Library::has(const std::string& name) const {
  return templates_.contains(name);
}

std::vector<std::string> Library::names() const {
  std::vector<std::string> all;
  for (const auto& [name, text] : templates_)
    all.push_back(name);
  return all;
}

std::string Library::render(const std::string& name, const Bundle& bundle) const {
  const auto value_of = [&bundle](std::string_view placeholder) {
    const Placeholder* known = find_placeholder(placeholder);
    if (known == nullptr) throw std::logic_error("unchecked template names " + std::string(placeholder));
    return known->value(bundle);
  };
  return std::string(kFirstLine) + fill(templates_.at(name), value_of);
}

}  // namespace orchestrate::prompts
