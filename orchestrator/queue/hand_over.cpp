#include "orchestrator/queue/hand_over.h"

#include "orchestrator/attempt/packet.h"

namespace orchestrate {

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
