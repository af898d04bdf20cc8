// Any bytes on their way to a terminal, a row or a message. The first byte is a bound.
#include "text/display.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/promise.h"
#include "text/lines.h"
#include "text/list.h"
#include "text/nearest.h"
#include "text/version.h"
#include "text/width.h"

namespace orchestrate::fuzz {
namespace {

void check_characters(const std::string& bytes) {
  const std::string valid = text::valid_utf8(bytes);
  promise(text::is_utf8(valid), "what was made valid is");
  promise(text::is_utf8(bytes) == (valid == bytes), "and what was valid stays");
  promise(text::count_characters(valid) == text::count_characters(bytes), "character for character");
}

void check_bounds(const std::string& bytes, std::size_t bound) {
  promise_text(text::bounded(bytes, bound), bound, "a text is bounded");
  const std::string line = text::one_line(bytes, bound);
  promise_line(line, bound, "a line is bounded");
  promise(text::one_line(text::one_line(bytes)) == text::one_line(bytes), "one line is one");
  const std::string valid = text::valid_utf8(bytes);
  const std::string_view front = text::cut(valid, bound);
  promise(front.size() <= bound && valid.starts_with(front) && text::is_utf8(front), "no character is cut");
}

void check_columns(const std::string& bytes, std::size_t columns) {
  const std::string shown = text::printable(bytes);
  promise_line(shown, std::string::npos, "what is printable harms no terminal");
  for (std::string_view rest = shown; !rest.empty(); rest.remove_prefix(text::first_character(rest).length))
    promise(!text::deceives(text::first_character(rest).code), "and deceives nobody");
  promise(text::printable(shown) == shown, "printed once is printable");
  const std::string_view front = text::fitting(shown, columns);
  promise(shown.starts_with(front) && text::width(front) <= columns, "what fits fits");
  promise(text::width(text::shortened(shown, columns)) <= columns, "what was shortened fits");
}

void check_lists(const std::string& one, const std::string& other) {
  const std::string rows = text::table({{one, other, ""}, {other}, {}});
  promise(std::count(rows.begin(), rows.end(), '\n') == 3, "a row is one line");
  promise(text::is_utf8(rows), "of characters");
  (void)text::indented(one, "  ");
  promise(text::nearest(one, {other}).size() <= other.size(), "the nearest word is a known one");
  promise(text::join_first({one, other, one}, 2).ends_with(" and 1 more"), "lists say what is left out");
}

void check_versions(const std::string& output) {
  promise_line(text::version_number(output), 80, "a version's number is a word");
  if (!text::is_utf8(output)) return;
  promise(text::is_utf8(text::version_line(output)), "a version cuts no character");
  promise(text::is_utf8(text::last_line(output)), "nor does a last line");
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  fuzz::Input input(data, size);
  const std::size_t bound = input.choice(256);
  const std::string one = input.part();
  const std::string other = input.rest();
  fuzz::check_characters(one);
  fuzz::check_bounds(one, bound);
  fuzz::check_columns(one, bound);
  fuzz::check_lists(one, other);
  fuzz::check_versions(one);
  return 0;
}
