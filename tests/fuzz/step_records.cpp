// The records of a step, which a torn write, another program or an agent may have left. The first byte says
// which: a exit.json, b started.json, c launch.json, d a launch to be written and read again.
#include <fcntl.h>

#include <system_error>

#include "spawners/shim/launch_file.h"
#include "spawners/step/step_files.h"
#include "system/descriptor.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/input.h"

namespace orchestrate::fuzz {
namespace {

using namespace spawners;

const Folder& folder() {
  static const Folder one;
  return one;
}

void read_exit_record(const std::string& text) {
  const auto record = parse_exit_record(text);
  if (!record) return;
  const std::string written = to_json(*record);
  const auto again = parse_exit_record(written);
  promise(again.has_value(), "an exit record that was written is one");
  promise(to_json(*again) == written, "and says the same");
  promise(written.find('\n') == std::string::npos, "on one line");
  promise(!describe(*record).empty(), "which can be told to people");
  promise(exit_reason_from(to_string(record->reason)) == record->reason, "reasons have names");
  ExitRecord only_error;
  only_error.error = text;
  promise(to_json(only_error).size() < kExitRecordBytes, "a long error is cut");
  folder().write("exit.json", text);
  folder().write("stdout", text);
  promise(output_tail(folder().path(), "stdout", 100).size() <= 100, "a tail is as long as was asked");
}

void read_start_record(const std::string& text) {
  folder().write("started.json", text);
  (void)read_started(folder().path());
}

void read_launch_file(const std::string& text) {
  const shim::LaunchRead read = shim::parse_launch(text);
  promise(read.launch.has_value() == read.error.empty(), "there is a launch, or a reason");
  folder().write("launch.json", text);
  const auto limits = read_limits(folder().path());
  if (!read.launch) return;
  promise(!read.launch->argv.empty() && !read.launch->argv.front().empty(), "a launch names a program");
  promise(read.launch->cwd.starts_with('/'), "and where it runs");
  promise(limits && limits->wall_ms == read.launch->wall_ms && limits->grace_ms == read.launch->grace_ms,
          "both parties keep it to the same limits");
}

bool holds_nul(const Launch& launch) {
  std::string all = launch.cwd + launch.stdin_file;
  for (const std::string& word : launch.argv)
    all += word;
  return all.find('\0') != std::string::npos;
}

void write_and_read(Input& input) {
  Launch launch;
  launch.limits.wall_ms = std::max<std::int64_t>(1, input.number() & 0xFFFFFFFF);
  launch.limits.output_bytes = input.number() & 0xFFFFFFFF;
  launch.cwd = "/" + input.part();
  launch.stdin_file = input.part();
  launch.argv = {"/" + input.part()};
  while (!input.empty())
    launch.argv.push_back(input.part());
  try {
    write_step(folder().path(), launch, 64);
  } catch (const std::system_error& error) {
    promise(error.code().value() == EILSEQ, "only what is no UTF-8 cannot be written");
    return;
  }
  const system::Descriptor dir(::open(folder().path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const shim::LaunchRead read = shim::read_launch(dir.get());
  promise(read.launch.has_value() != holds_nul(launch), "the shim reads what was written");
  if (!read.launch) return;
  promise(read.launch->argv == launch.argv && read.launch->cwd == launch.cwd, "word for word");
  promise(read.launch->wall_ms == launch.limits.wall_ms, "limit for limit");
  promise(read.launch->output_bytes == launch.limits.output_bytes, "all of them");
  promise(read.launch->stdin_file.ends_with(launch.stdin_file), "from the same input");
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  fuzz::Input input(data, size);
  switch (input.choice(4)) {
    case 0:
      fuzz::read_exit_record(fuzz::stretched(input.rest()));
      break;
    case 1:
      fuzz::read_start_record(fuzz::stretched(input.rest()));
      break;
    case 2:
      fuzz::read_launch_file(fuzz::stretched(input.rest()));
      break;
    default:
      fuzz::write_and_read(input);
  }
  return 0;
}
