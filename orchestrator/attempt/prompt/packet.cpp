#include "orchestrator/attempt/prompt/packet.h"

namespace orchestrate {
namespace {

std::string evidence_text(const Attempt& a, const Verdict& verdict) {
  std::string text;
  if (a.facts.exit) text += "agent: " + spawners::describe(*a.facts.exit) + "\n";
  for (const auto& check : a.facts.results) {
    text += (check.passed ? "passed  " : "FAILED  ") + check.command +
            (check.passed ? "" : "  (" + check.how + ")") +
            (check.red_on_base ? "  (red on the base too)" : "") + "\n";
  }
  if (a.facts.snapshot) {
    text += "changed files: " + std::to_string(a.facts.snapshot->changed_files) +
            ", left out: " + std::to_string(a.facts.snapshot->left_out_count) + "\n";
  }
  for (const auto& flag : verdict.flags)
    text += "look at: " + flag + "\n";
  return text;
}

std::string where_text(const Attempt& a, const std::string& run_dir) {
  std::string text;
  if (a.facts.landed) text += "branch:    " + a.facts.landed->branch + "\n";
  if (!a.facts.land_error.empty()) text += "NOT published: " + a.facts.land_error + "\n";
  if (a.facts.created) text += "workspace: " + a.facts.created->path + "\n";
  return text + "log:       " + run_dir + "\n";
}

}  // namespace

InboxItem item_for(InboxKind kind, const Task& task) {
  const InboxKindFacts& facts = facts_of(kind);
  InboxItem item;
  item.kind = kind;
  item.task = task.id;
  item.cause = item.kind.text() + ":task:" + std::to_string(task.id);
  item.title = task.title + " - " + std::string(facts.title);
  for (const auto& option : facts.options)
    item.options.emplace_back(option.word);
  item.default_option = facts.default_option;
  item.packet.emplace_back("Meanwhile", facts.meanwhile);
  return item;
}

InboxItem packet_for(const Attempt& a, const Verdict& verdict, const std::string& run_dir) {
  const InboxKind kind = verdict.inbox_kind.value();
  InboxItem item = item_for(kind, a.task);
  item.run = a.run.id;
  // One login or one empty purse stops every task of the provider: one item, counted.
  if (about_provider(kind)) {
    item.provider = a.terms.agent.provider;
    item.cause = item.kind.text() + ":provider:" + item.provider;
    item.title = item.provider + ": " + std::string(facts_of(kind).title);
  }
  item.packet.insert(item.packet.begin(),
                     {{"What happened", verdict.why}, {"Evidence", evidence_text(a, verdict)}});
  if (!verdict.failing_output.empty()) item.packet.emplace_back("Failing output", verdict.failing_output);
  item.packet.emplace_back("Where the work lies", where_text(a, run_dir));
  return item;
}

}  // namespace orchestrate
