// Words that drivers take apart or hand on. The first byte says which: a when a limit ends, b that as a
// number, c an id of a session, d placeholders of a command, e a JSON pointer, f what an error says.
#include <bit>
#include <cmath>
#include <cstdlib>

#include "spawners/drivers/arguments.h"
#include "spawners/drivers/command_words.h"
#include "spawners/drivers/exec/output_mapping.h"
#include "spawners/drivers/failure.h"
#include "spawners/drivers/reset_time.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/promise.h"
#include "text/time_text.h"

namespace orchestrate::fuzz {
namespace {

using namespace spawners;

constexpr std::int64_t kEarliestMs = 1'577'836'800'000;  // the year 2020
constexpr std::int64_t kLatestMs = 4'102'444'800'000;    // the year 2100

void check_moment(std::optional<std::int64_t> ms) {
  promise(!ms || (*ms >= kEarliestMs && *ms < kLatestMs), "a moment lies between 2020 and 2100");
}

void read_moment(const std::string& text) {
  const auto ms = reset_ms_of(std::string_view(text));
  check_moment(ms);
  if (!ms) return;
  const auto again = reset_ms_of(std::string_view(text::utc_time(*ms)));
  promise(again == *ms - *ms % 1000, "a moment that was written is read again");
}

void read_number(Input& input) {
  const auto number = std::bit_cast<double>(input.number());
  check_moment(reset_ms_of(number));
  if (!std::isnan(number))
    promise(std::strtod(shortest(number).c_str(), nullptr) == number, "numbers are written whole");
}

void check_session_id(const std::string& id) {
  if (!is_session_id(id)) return;
  promise(!id.starts_with('-') && id.find_first_of("/ .\n") == std::string::npos, "no flag and no path");
}

void fill_words(Input& input) {
  const std::string word = input.part();
  const std::string value = input.rest();
  const auto names = placeholders_of(word);
  promise(filled(word, {}) == word, "what has no value stays");
  const std::string text = filled(word, {{"model", value}});
  const bool named = std::find(names.begin(), names.end(), "model") != names.end();
  promise(named || text == word, "only a placeholder is replaced");
}

void read_pointer(const std::string& text) {
  const auto pointer = parse_json_pointer(text);
  if (!pointer) return;
  std::string written;
  for (const std::string& token : *pointer) {
    written += '/';
    for (const char c : token)
      written += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
  }
  promise(written == text, "a pointer says what was written");
}

void tell_failure(Input& input) {
  const Failure stated = failure_of_status(input.number());
  promise(stated != Failure::none, "an error is a failure");
  const std::string sign = input.part();
  const Sign signs[] = {{sign, Failure::auth}};
  const Failure found = failure_of_words(signs, input.rest());
  promise(first_specific({Failure::other, found, stated}) == (found != Failure::other ? found : stated),
          "the first that says more counts");
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  fuzz::Input input(data, size);
  switch (input.choice(6)) {
    case 0:
      fuzz::read_moment(input.rest());
      break;
    case 1:
      fuzz::read_number(input);
      break;
    case 2:
      fuzz::check_session_id(input.rest());
      break;
    case 3:
      fuzz::fill_words(input);
      break;
    case 4:
      fuzz::read_pointer(input.rest());
      break;
    default:
      fuzz::tell_failure(input);
  }
  return 0;
}
