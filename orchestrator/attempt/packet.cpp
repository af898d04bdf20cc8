#include "orchestrator/attempt/packet.h"

namespace orchestrate {
namespace {

constexpr const char* kWaits = "It waits, and what depends on it; the rest of the queue goes on.";

struct Kind {
  const char* kind;
  const char* title;
  std::vector<std::string> options;
  const char* by_default;
  const char* meanwhile;
};

const Kind& kind_named(const std::string& name) {
  static const std::vector<Kind> kinds = {
      {"strategic", "needs a decision of strategy", {"done", "cancel"}, "done", kWaits},
      {"manual", "is a person's task", {"done", "cancel"}, "done", kWaits},
      {"no_route",
       "has no agent type",
       {"retry", "cancel"},
       "retry",
       "It waits until a rule in routing.toml sends it to somebody and it is tried again."},
      {"spawn_failed", "could not be started", {"retry", "cancel"}, "retry", kWaits},
      {"attempts_exhausted",
       "failed in every attempt",
       {"retry", "done", "cancel"},
       "retry",
       "It has failed; what depends on it waits."},
      {"unverified",
       "was accepted, but could not be published",
       {"retry", "done", "cancel"},
       "retry",
       kWaits},
      {"base_red",
       "cannot be judged: the base is red",
       {"retry", "done", "cancel"},
       "retry",
       "It waits; other tasks may meet the same red check."},
      {"unknown_outcome",
       "ended, nobody knows how",
       {"retry", "done", "cancel"},
       "retry",
       "It waits: repeating it might do its work twice."},
      {"tampered",
       "changed what judges it",
       {"done", "retry", "cancel"},
       "retry",
       "Its work is kept apart and not accepted."},
      {"auth_required",
       "the provider refuses the login",
       {"done"},
       "done",
       "Nothing is started with this provider until this is answered."},
      {"budget",
       "money is used up",
       {"done", "cancel"},
       "done",
       "Nothing that needs it is started until this is answered."},
  };
  for (const auto& kind : kinds) {
    if (name == kind.kind) return kind;
  }
  return kinds[1];
}

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

InboxItem item_for(const std::string& kind_name, const Task& task) {
  const Kind& kind = kind_named(kind_name);
  InboxItem item;
  item.kind = kind.kind;
  item.task = task.id;
  item.cause = item.kind + ":task:" + std::to_string(task.id);
  item.title = task.title + " - " + kind.title;
  item.options = kind.options;
  item.default_option = kind.by_default;
  item.packet.emplace_back("Meanwhile", kind.meanwhile);
  return item;
}

InboxItem packet_for(const Attempt& a, const Verdict& verdict, const std::string& run_dir) {
  InboxItem item = item_for(verdict.inbox_kind, a.task);
  item.run = a.run.id;
  // One login or one empty purse stops every task of the provider: one item, counted.
  if (item.kind == "auth_required" || item.kind == "budget") {
    item.cause = item.kind + ":provider:" + a.terms.agent.provider;
    item.title = a.terms.agent.provider + ": " + kind_named(item.kind).title;
  }
  item.packet.insert(item.packet.begin(),
                     {{"What happened", verdict.why}, {"Evidence", evidence_text(a, verdict)}});
  if (!verdict.failing_output.empty()) item.packet.emplace_back("Failing output", verdict.failing_output);
  item.packet.emplace_back("Where the work lies", where_text(a, run_dir));
  return item;
}

}  // namespace orchestrate
