// A file of tasks; the first byte says in which format: a toml, b json, c json lines, d check list.
#include "config/task_files/task_file.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/promise.h"

namespace orchestrate::fuzz {
namespace {

constexpr config::TaskFormat kFormats[] = {config::TaskFormat::toml, config::TaskFormat::json,
                                           config::TaskFormat::json_lines, config::TaskFormat::markdown};

// One or more of every kind that a key can be.
const std::vector<config::DraftKey>& known_keys() {
  using Taken = config::DraftKey::Taken;
  static const std::vector<config::DraftKey> keys = {
      {"title", "", Taken::word},        {"key", "", Taken::word},
      {"description", "", Taken::word},  {"priority", "", Taken::word},
      {"type", "", Taken::word},         {"needs", "", Taken::words},
      {"labels", "label", Taken::words}, {"acceptance", "", Taken::words},
      {"checks", "", Taken::words},      {"manual", "", Taken::flag},
      {"run", "", Taken::word},          {"depends_on", "", Taken::references}};
  return keys;
}

void check_errors(const std::vector<config::Diagnostic>& errors, std::ptrdiff_t lines) {
  for (const config::Diagnostic& error : errors) {
    promise(!error.message.empty(), "every error says what is wrong");
    promise(error.column >= 0 && error.width >= 1, "every error has its place");
    promise(error.line >= 0 && error.line <= lines + 1, "which is in the file");
  }
  const std::string shown = config::render(errors, false);
  promise(text::is_utf8(shown) && shown.find('\x1B') == std::string::npos, "errors harm no terminal");
}

void check_drafts(const config::Drafts& drafts, bool faultless) {
  std::vector<bool> done(drafts.tasks.size(), false);
  for (const std::size_t task : drafts.order) {
    promise(!done.at(task), "each task has its turn once");
    for (const std::size_t before : drafts.tasks.at(task).before)
      promise(done.at(before), "after those it waits for");
    done.at(task) = true;
  }
  if (faultless) promise(drafts.order.size() == drafts.tasks.size(), "nobody waits for ever unseen");
  for (const config::Draft& draft : drafts.tasks) {
    for (const auto& [key, words] : draft.words)
      promise(!words.empty(), "what was given is there");
  }
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  fuzz::Input input(data, size);
  const config::TaskFormat format = fuzz::kFormats[input.choice(std::size(fuzz::kFormats))];
  const std::string text = fuzz::stretched(input.rest());
  const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
  const auto source = config::parse_tasks("tasks", text, format);
  config::Report report(source.document);
  const config::Drafts drafts = config::read_tasks(source, fuzz::known_keys(), report);
  fuzz::check_errors(source.errors, lines);
  fuzz::check_errors(report.errors(), lines);
  fuzz::check_drafts(drafts, report.errors().empty());
  return 0;
}
