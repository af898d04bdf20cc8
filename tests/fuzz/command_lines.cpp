// A command line as it stands in a configuration.
#include "config/config.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/promise.h"

namespace orchestrate::fuzz {
namespace {

// As a person would who trusts nothing.
std::string quoted(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    line += line.empty() ? "'" : " '";
    for (const char c : word)
      line += c == '\'' ? "'\\''" : std::string(1, c);
    line += '\'';
  }
  return line;
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  fuzz::Input input(data, size);
  std::string why;
  const auto words = config::split_command(input.rest(), why);
  fuzz::promise(words.has_value() == why.empty(), "there are words, or a reason");
  if (!words) return 0;
  fuzz::promise(!words->empty() && !words->front().empty(), "a command names a program");
  for (const std::string& word : *words)
    fuzz::promise(word.find('\0') == std::string::npos, "an argument can be passed on");
  fuzz::promise(config::split_command(fuzz::quoted(*words), why) == words, "what is quoted stays as it is");
  return 0;
}
