// A pattern and a text, parted by a separator.
#include "tests/fuzz/input.h"
#include "tests/fuzz/promise.h"
#include "text/glob.h"
#include "text/words.h"

namespace orchestrate::fuzz {
namespace {

std::string escaped(const std::string& text) {
  std::string pattern;
  for (const char c : text) {
    if (std::string_view("*?[]\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  fuzz::Input input(data, size);
  // Long enough to time out where the time is more than the product of the two.
  const std::string pattern = fuzz::stretched(input.part(), 2000);
  const std::string subject = fuzz::stretched(input.rest(), 2000);
  const bool matches = text::glob_match(pattern, subject);
  fuzz::promise(text::glob_match("*", subject), "a star takes everything");
  fuzz::promise(text::glob_match(fuzz::escaped(subject), subject), "an escaped text takes itself");
  fuzz::promise(text::glob_match(pattern, text::lower(subject)) == matches, "case does not count");
  if (!text::glob_problem(pattern).empty() || !matches) return 0;
  fuzz::promise(text::glob_match(pattern + "*", subject + "tail"), "a star at the end takes the rest");
  fuzz::promise(text::glob_match("*" + pattern, "head" + subject), "one at the front what comes before");
  return 0;
}
