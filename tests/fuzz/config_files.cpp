// The three files of a project, parted by separators, through the loader itself.
#include "config/config.h"
#include "prompts/prompt.h"
#include "spawners/drivers/driver.h"
#include "tests/fuzz/folder.h"
#include "tests/fuzz/input.h"

namespace orchestrate::fuzz {
namespace {

config::Known known_names() {
  config::Known known{prompts::Library().names(), {}};
  for (const std::string& name : spawners::driver_names()) {
    const spawners::Traits& traits = spawners::find_driver(name)->traits;
    known.drivers.push_back({name, traits.provider, traits.command, traits.expects_changes});
  }
  return known;
}

void check_errors(const config::Loaded& loaded) {
  for (const config::Diagnostic& error : loaded.errors) {
    promise(!error.message.empty(), "every error says what is wrong");
    promise(error.line >= 0 && error.column >= 0 && error.width >= 1, "every error has its place");
  }
  const std::string plain = config::render(loaded.errors, false);
  promise(plain.empty() == loaded.errors.empty(), "errors are shown when there are any");
  promise(text::is_utf8(plain) && plain.find('\x1B') == std::string::npos, "errors harm no terminal");
  promise(config::render(loaded.errors, true).size() >= plain.size(), "colour adds, and takes nothing");
}

void check_config(const config::Config& config) {
  promise(config.dispatch.max_parallel >= 1, "something may run");
  promise(config.limits.task_wall_ms > 0 && config.checks.wall_ms > 0, "every limit is one");
  promise(config.limits.session_cost_usd > 0 && config.limits.task_cost_usd > 0, "so is money");
  for (const config::Command& command : config.checks.commands)
    promise(!command.argv.empty() && !command.argv.front().empty(), "every command names a program");
  for (const auto& [name, agent_type] : config.agent_types) {
    promise(spawners::find_driver(agent_type.profile.driver) != nullptr, "every agent type has a driver");
    const spawners::Limits& limits = agent_type.profile.limits;
    promise(limits.wall_ms > 0 && limits.silence_ms > 0 && limits.output_bytes > 0, "and finite limits");
  }
}

}  // namespace
}  // namespace orchestrate::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orchestrate;
  static const fuzz::Folder folder;
  static const config::Known known = fuzz::known_names();
  fuzz::Input input(data, size);
  for (const char* file : {"orchestrate.toml", "routing.toml", "agents.toml"})
    folder.write(file, input.part());
  const config::Loaded loaded = config::load(folder.path(), known);
  fuzz::check_errors(loaded);
  if (loaded.errors.empty()) fuzz::check_config(loaded.config);
  return 0;
}
