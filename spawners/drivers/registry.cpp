#include <array>
#include <utility>

#include "spawners/drivers/aider/aider.h"
#include "spawners/drivers/claude/claude.h"
#include "spawners/drivers/codex/codex.h"
#include "spawners/drivers/driver.h"
#include "spawners/drivers/exec/exec.h"
#include "spawners/drivers/gemini/gemini.h"
#include "spawners/drivers/goose/goose.h"
#include "spawners/drivers/opencode/opencode.h"
#include "spawners/drivers/script/script.h"

namespace orchestrate::spawners {
namespace {

// In the order in which `init` and messages name them.
constexpr std::array<std::pair<std::string_view, const Driver*>, 8> kDrivers = {{
    {"claude", &kClaude},
    {"codex", &kCodex},
    {"gemini", &kGemini},
    {"opencode", &kOpencode},
    {"aider", &kAider},
    {"goose", &kGoose},
    {"script", &kScript},
    {"exec", &kExec},
}};

}  // namespace

const Driver* find_driver(std::string_view name) {
  for (const auto& [known, driver] : kDrivers) {
    if (known == name) return driver;
  }
  return nullptr;
}

std::vector<std::string> driver_names() {
  std::vector<std::string> names;
  for (const auto& [name, driver] : kDrivers)
    names.emplace_back(name);
  return names;
}

}  // namespace orchestrate::spawners
