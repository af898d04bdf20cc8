#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <system_error>

#include "config/config.h"
#include "config/document.h"
#include "config/readers/readers.h"

namespace orchestrate::config {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t kLargestFile = 1 << 20;
constexpr const char* kByteOrderMark = "\xEF\xBB\xBF";

// ".orchestrate/agents.toml": what is needed to find it from the project's folder.
std::string shown_name(const fs::path& directory, const std::string& file) {
  const fs::path plain = directory.has_filename() ? directory : directory.parent_path();
  const std::string folder = plain.filename().string();
  return folder.empty() || folder == "." || folder == ".." ? file : folder + "/" + file;
}

struct Source {
  std::string text;
  std::string problem;  // empty: `text` is what the file holds
};

Source read_source(const fs::path& path) {
  std::error_code error;
  const auto status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found) return {};
  if (error) return {{}, "cannot be read: " + error.message()};
  if (!fs::is_regular_file(status)) return {{}, "is no regular file"};
  const auto size = fs::file_size(path, error);
  if (!error && size > kLargestFile) return {{}, "is larger than 1MiB"};
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return {{}, std::string("cannot be read: ") + std::strerror(errno)};
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (text.rfind(kByteOrderMark, 0) == 0) text.erase(0, std::strlen(kByteOrderMark));
  return {std::move(text), {}};
}

// One file while it is read. Without a report when it could not be.
struct File {
  std::string name;
  std::string text;
  bool holds_something = false;
  std::optional<Document> document;
  std::optional<Report> report;
  std::optional<Diagnostic> broken;

  File(const fs::path& directory, const std::string& file_name) : name(file_name) {
    const std::string shown = shown_name(directory, name);
    Source source = read_source(directory / name);
    holds_something =
        !source.problem.empty() || source.text.find_first_not_of(" \t\r\n") != std::string::npos;
    Diagnostic error{shown, 0, 0, 1, source.problem, {}, {}};
    if (source.problem.empty()) document = parse_document(shown, source.text, error);
    text = std::move(source.text);
    if (document) {
      report.emplace(*document);
    } else {
      broken = error;
    }
  }

  File(const File&) = delete;  // the report refers to the document
  File& operator=(const File&) = delete;

  [[nodiscard]] Section root() { return {*report, &document->root, ""}; }
  [[nodiscard]] Report* report_or_null() { return report ? &*report : nullptr; }

  void move_errors_to(std::vector<Diagnostic>& errors) const {
    if (broken) errors.push_back(*broken);
    if (!report) return;
    const auto mine = report->errors();
    errors.insert(errors.end(), mine.begin(), mine.end());
  }
};

// Asks for every key of a specimen that holds one of everything whose keys are only read where it stands.
std::vector<std::string> keys_of(const char* specimen, const std::function<void(const Section&)>& read) {
  Diagnostic error;
  const auto document = parse_document("specimen", specimen, error);
  if (!document) throw std::logic_error("specimen: " + error.message);
  Report report(*document);
  read({report, &document->root, ""});
  return report.asked();
}

}  // namespace

Loaded load(const std::string& dir, const Known& known) {
  File orchestrate(dir, "orchestrate.toml");
  File routing(dir, "routing.toml");
  File agents(dir, "agents.toml");
  Loaded loaded;
  Names names;
  if (orchestrate.report) read_orchestrate(orchestrate.root(), loaded.config);
  if (routing.report) read_routing(routing.root(), loaded.config.rules, names);
  if (agents.report) read_agents(agents.root(), known, loaded.config, names);
  check_names(loaded.config, names, routing.report_or_null(), agents.report_or_null());
  for (const File* file : {&orchestrate, &routing, &agents}) {
    if (file->holds_something) loaded.files[file->name] = file->text;
    file->move_errors_to(loaded.errors);
  }
  return loaded;
}

std::vector<std::string> known_keys() {
  Config config;
  Names names;
  std::set<std::string> keys;
  const auto add = [&](const std::vector<std::string>& more) { keys.insert(more.begin(), more.end()); };
  add(keys_of("[checks]\ndefault = [{}]", [&](const Section& root) { read_orchestrate(root, config); }));
  add(keys_of("[capabilities]\n[[rule]]",
              [&](const Section& root) { read_routing(root, config.rules, names); }));
  add(keys_of("[agent_types.specimen.output]\ncost_usd = {}\nrate_limited = {}",
              [&](const Section& root) { read_agents(root, {}, config, names); }));
  return {keys.begin(), keys.end()};
}

}  // namespace orchestrate::config
