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

using Entry = std::pair<std::string_view, const Driver*>;

const std::array<Entry, 8>& drivers() {
  static const ClaudeDriver claude;
  static const CodexDriver codex;
  static const GeminiDriver gemini;
  static const OpencodeDriver opencode;
  static const AiderDriver aider;
  static const GooseDriver goose;
  static const ScriptDriver script;
  static const ExecDriver exec;
  static const std::array<Entry, 8> table = {{{"claude", &claude},
                                              {"codex", &codex},
                                              {"gemini", &gemini},
                                              {"opencode", &opencode},
                                              {"aider", &aider},
                                              {"goose", &goose},
                                              {"script", &script},
                                              {"exec", &exec}}};
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
