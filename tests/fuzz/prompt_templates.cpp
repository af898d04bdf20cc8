// A project's template and what it is filled with, parted by a separator.
#include "prompts/placeholders.h"
#include "prompts/prompt.h"
#include "prompts/template.h"
#include "prompts/text.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/promise.h"

namespace orchestrate::fuzz {
namespace {

using namespace prompts;

// Everything that is not ours says the same.
Bundle bundle_of(const std::string& text) {
  Bundle bundle;
  bundle.task_id = bundle.title = bundle.type = bundle.priority = bundle.description = text;
  bundle.workspace = bundle.branch = bundle.agent_type = bundle.earlier_failure = text;
  bundle.acceptance = bundle.checks = bundle.red_on_base = bundle.protected_paths = {text, text};
  bundle.specs = bundle.dependency_results = {{text, text, text.size() + 1}};
  bundle.expects_changes = text.size() % 2 == 0;
  return bundle;
}

void check_fence(const std::string& text) {
  const std::string fenced = between_fences(text, text);
  const std::string fence = fenced.substr(0, fenced.find(' '));
  promise(fence.size() >= 4 && fence.find_first_not_of('~') == std::string::npos, "a fence is of tildes");
  promise(fenced.ends_with("\n" + fence), "and is closed");
  promise(fenced.find(fence, fence.size()) == fenced.size() - fence.size(), "by nobody but us");
}

void check_cleaned(const std::string& text) {
  const std::string cleaned = clean(text);
  promise(text::is_utf8(cleaned) && clean(cleaned) == cleaned, "cleaned once is clean");
  promise(is_clean(text) == (cleaned == text), "and is known as such");
  promise(cleaned.find_first_of("\x1B\r\x7F") == std::string::npos, "no terminal is steered");
}

void check_errors(const std::vector<TemplateError>& errors) {
  for (const TemplateError& error : errors) {
    promise(error.line >= 1 && error.column >= 1, "an error has its place");
    promise(!error.message.empty() && text::is_utf8(error.message), "and says what it is");
  }
}

void fill_template(const std::string& text, const Bundle& bundle) {
  const auto errors = check_template("mine", text);
  check_errors(errors);
  if (!errors.empty()) return;
  const std::string filled = fill(text, [&bundle](std::string_view name) {
    const Placeholder* known = find_placeholder(name);
    promise(known != nullptr, "a template that was checked names what is known");
    return known->value(bundle);
  });
  promise(is_clean(filled), "a prompt is plain text");
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  static const prompts::Library library;
  fuzz::Input input(data, size);
  const std::string text = input.part();
  const std::string value = input.rest();
  const prompts::Bundle bundle = fuzz::bundle_of(value);
  fuzz::check_cleaned(value);
  fuzz::check_fence(value);
  fuzz::fill_template(text, bundle);
  const std::string prompt = library.render("implement", bundle);
  fuzz::promise(prompt.starts_with("You have been given one task"), "a prompt begins with our words");
  fuzz::promise(prompts::is_clean(prompt), "and is plain text to its end");
  return 0;
}
