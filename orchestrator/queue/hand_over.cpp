#include "orchestrator/queue/hand_over.h"

#include "orchestrator/attempt/prompt/bundle.h"
#include "orchestrator/attempt/prompt/packet.h"

namespace orchestrate {

std::string prompt_for_person(const Task& task, const Decision& decision, const Project& project,
                              const Machine& machine, Store& store) {
  prompts::Bundle b = task_bundle(task, project, machine, store);
  b.workspace = project.paths.project;
  b.checks = task.checks;
  for (const auto& command : project.config.checks.commands)
    b.checks.push_back(command.text);
  b.earlier_failure = earlier_failure(store.runs.of_task(task.id));
  std::string name = "implement";
  const auto found = project.config.agent_types.find(decision.route.to);
  if (found != project.config.agent_types.end()) {
    b.agent_type = found->first;
    b.expects_changes = found->second.expects_changes;
    name = found->second.prompt;
  }
  return project.prompts.render(name, b);
}

InboxItem packet_for(const Task& task, const Decision& decision, const std::string& prompt) {
  InboxItem item = item_for(decision.inbox_kind.value(), task);
  std::string why = decision.route.why;
  for (const auto& hold : decision.holds)
    why += "\n" + hold;
  item.packet.insert(item.packet.begin(), {"Why", why});
  if (!prompt.empty()) item.packet.emplace_back("Prompt", prompt);
  return item;
}

}  // namespace orchestrate
