#include <array>
#include <utility>

#include "spawners/drivers/claude.h"
#include "spawners/drivers/driver.h"
#include "spawners/drivers/exec.h"
#include "spawners/drivers/script.h"

namespace orchestrate::spawners {
namespace {

using Entry = std::pair<std::string_view, const Driver*>;

const std::array<Entry, 3>& drivers() {
  static const ClaudeDriver claude;
  static const ScriptDriver script;
  static const ExecDriver exec;
  static const std::array<Entry, 3> table = {{{"claude", &claude}, {"script", &script}, {"exec", &exec}}};
  return table;
}

}  // namespace

const Driver* find_driver(std::string_view name) {
  for (const auto& [known, driver] : drivers()) {
    if (known == name) return driver;
  }
  return nullptr;
}

std::vector<std::string> driver_names() {
  std::vector<std::string> names;
  for (const auto& [name, driver] : drivers())
    names.emplace_back(name);
  return names;
}

}  // namespace orchestrate::spawners
