// What an agent type of the driver `exec` says besides the keys of all agent types: how its prompt arrives,
// and which placeholders its command holds.
#include <algorithm>
#include <string>
#include <vector>

#include "config/readers/readers.h"
#include "spawners/drivers/command_words.h"

namespace orchestrate::config {
namespace {

using spawners::PromptVia;

const std::vector<std::pair<std::string, PromptVia>>& ways_of_the_prompt() {
  static const std::vector<std::pair<std::string, PromptVia>> ways = {
      {"stdin", PromptVia::input}, {"file", PromptVia::file}, {"argument", PromptVia::argument}};
  return ways;
}

// What is needed to judge one placeholder.
struct Placeholders {
  Section& section;
  const spawners::Profile& profile;
  std::string way;                // "stdin"
  std::vector<std::string> used;  // so far

  void word(const Node& node) {
    for (const std::string& name : spawners::placeholders_of(node.text)) {
      placeholder(name, node.place);
      used.push_back(name);
    }
  }

  void placeholder(const std::string& name, const Place& place) {
    Report& report = section.report();
    const auto& known = spawners::placeholder_names();
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      report.error(place, "unknown placeholder `{" + name + "}`", suggestion(name, known));
    } else if (name == "model" && profile.model.empty()) {
      report.error(place, "`{model}` stands for nothing: this agent type sets no `model`",
                   "add model = \"...\", or leave the word out");
    } else if (name == "prompt" && profile.prompt_via != PromptVia::argument) {
      misplaced(place, "{prompt}", "argument");
    } else if (name == "prompt_file" && profile.prompt_via != PromptVia::file) {
      misplaced(place, "{prompt_file}", "file");
    }
  }

  void misplaced(const Place& place, const std::string& what, const std::string& needed) {
    section.report().error(place, "`" + what + "` does not go with prompt_via = \"" + way + "\"",
                           "write prompt_via = \"" + needed + "\", or leave the word out");
  }

  [[nodiscard]] bool uses(const std::string& name) const {
    return std::find(used.begin(), used.end(), name) != used.end();
  }
};

std::vector<const Node*> words_at(Section& section, const std::string& key) {
  const Entry* found = section.find(key);
  std::vector<const Node*> nodes;
  if (found == nullptr) return nodes;
  if (found->value.kind == Node::Kind::text) nodes.push_back(&found->value);
  for (const Node& item : found->value.items) {
    if (item.kind == Node::Kind::text) nodes.push_back(&item);
  }
  return nodes;
}

void check_command(Section& section, const Entry& agent_type, const spawners::Profile& profile) {
  const auto way = std::find_if(ways_of_the_prompt().begin(), ways_of_the_prompt().end(),
                                [&](const auto& each) { return each.second == profile.prompt_via; });
  Placeholders found{section, profile, way->first, {}};
  const auto command = words_at(section, "command");
  for (const Node* word : command)
    found.word(*word);
  for (const Node* word : words_at(section, "args"))
    found.word(*word);
  if (section.find("command") == nullptr) {
    return section.report().error(agent_type.place, "the agent type `" + agent_type.key + "` needs `command`",
                                  "its words as a list: command = [\"program\", \"--flag\"]");
  }
  if (!command.empty() && !spawners::placeholders_of(command.front()->text).empty()) {
    section.report().error(command.front()->place, "the program itself cannot be a placeholder",
                           "a name on PATH or an absolute path");
  }
  const bool to_be_placed = profile.prompt_via != PromptVia::input;
  const std::string needed = profile.prompt_via == PromptVia::file ? "prompt_file" : "prompt";
  if (to_be_placed && !found.uses(needed)) {
    section.report().error(
        section.find("prompt_via")->value.place,
        "prompt_via = \"" + way->first + "\" needs `{" + needed + "}` in `command` or `args`");
  }
  const Entry* model = section.find("model");
  if (model != nullptr && !profile.model.empty() && !found.uses("model")) {
    section.report().error(model->value.place,
                           "`model` reaches nobody: neither `command` nor `args` holds `{model}`");
  }
}

// Only a CLI whose switches we know can be held to less than everything.
void refuse_promise(Section& section, const std::string& key, const std::string& only) {
  const Entry* found = section.find(key);
  if (found == nullptr) return;
  section.report().error(found->value.place,
                         "the driver `exec` cannot keep `" + key + "`: it knows no switch of this program",
                         only + "the program's own switches belong into `command`");
}

void refuse_elsewhere(Section& section, const std::string& driver) {
  for (const char* key : {"prompt_via", "control_files", "output"}) {
    const Entry* found = section.find(key);
    if (found == nullptr) continue;
    section.report().error(
        found->place,
        "`" + std::string(key) + "` belongs to the driver `exec`, and this agent type's is `" + driver + "`");
  }
}

}  // namespace

void read_exec(Section& section, const Entry& agent_type, spawners::Profile& profile) {
  section.choice<PromptVia>("prompt_via", profile.prompt_via, ways_of_the_prompt());
  read_globs(section, "control_files", profile.control_files);
  read_output(section.table("output"), profile.output);
  if (profile.driver.empty()) return;
  if (profile.driver != "exec") return refuse_elsewhere(section, profile.driver);
  check_command(section, agent_type, profile);
  if (profile.permissions != spawners::Permissions::full)
    refuse_promise(section, "permissions", "only \"full\" is true here; ");
  if (profile.repository_config != spawners::RepositoryConfig::trust)
    refuse_promise(section, "repository_config", "only \"trust\" is true here; ");
  if (profile.max_turns != 0) refuse_promise(section, "max_turns", "");
}

}  // namespace orchestrate::config
