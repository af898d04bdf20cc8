#include "routing/route.h"

#include "routing/match.h"
#include "routing/select.h"
#include "text/lines.h"
#include "text/list.h"
#include "text/words.h"

namespace orchestrate::routing {
namespace {

// What a task says comes from anybody.
std::string told(const std::string& text) {
  constexpr std::size_t kMostBytes = 1000;
  return text::one_line(text, kMostBytes);
}

std::string outcome_in_words(const Selection& selection) {
  const std::string passed_over = text::join(selection.passed_over, ", ");
  if (selection.nobody_exists) return passed_over.empty() ? "no agent type is named" : passed_over;
  if (selection.to.empty()) return "nobody is free: " + passed_over;
  const std::string taken = selection.to == kHuman ? "a person decides" : selection.to + " takes it";
  return passed_over.empty() ? taken : passed_over + ", so " + taken;
}

// The rule named `rule` has decided for `names`, because of `cause`.
void decide(Route& route, const std::string& rule, const std::string& cause,
            const std::vector<std::string>& names, const std::vector<Candidate>& candidates) {
  Selection selection = select(names, candidates);
  route.names = names;
  route.reasons.push_back({rule, true, told(cause)});
  route.rule = rule;
  route.why = told(cause + ": " + outcome_in_words(selection));
  route.to = std::move(selection.to);
  route.waits_for = std::move(selection.waits_for);
  route.no_route = selection.nobody_exists;
}

bool by_task(Route& route, const Query& query, const std::vector<Candidate>& candidates) {
  if (query.manual) {
    decide(route, "task", "the task is flagged for a person", {kHuman}, candidates);
  } else if (query.agent && !query.agent->empty()) {
    decide(route, "task", "the task asks for " + *query.agent, {*query.agent}, candidates);
  }
  return !route.rule.empty();
}

bool by_rules(Route& route, const Rules& rules, const Query& query,
              const std::vector<Candidate>& candidates) {
  for (const Rule& rule : rules.rules) {
    const Match found = match(rule.when, query, candidates);
    route.asked.insert(route.asked.end(), found.asked.begin(), found.asked.end());
    if (found.matched) {
      decide(route, rule.name, found.text, rule.to, candidates);
      return true;
    }
    route.reasons.push_back({rule.name, false, told(found.text)});
  }
  return false;
}

bool by_capability(Route& route, const Rules& rules, const Query& query,
                   const std::vector<Candidate>& candidates) {
  for (const std::string& need : query.needs) {
    for (const CapabilityEntry& entry : rules.capabilities) {
      if (!text::same_word(entry.capability, need)) continue;
      decide(route, told("capability " + need), "needs " + need, {entry.to}, candidates);
      return true;
    }
    route.reasons.push_back({told("capability " + need), false, told("nobody is listed for " + need)});
  }
  return false;
}

}  // namespace

Route route(const Rules& rules, const Query& query, const std::vector<Candidate>& candidates) {
  Route decided;
  if (by_task(decided, query, candidates) || by_rules(decided, rules, query, candidates) ||
      by_capability(decided, rules, query, candidates)) {
    return decided;
  }
  decide(decided, "default", "nothing else matched", {rules.fallback}, candidates);
  return decided;
}

}  // namespace orchestrate::routing
