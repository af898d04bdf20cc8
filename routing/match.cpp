#include "routing/match.h"

#include <algorithm>

#include "text/glob.h"
#include "text/lines.h"
#include "text/list.h"
#include "text/priority.h"
#include "text/words.h"

namespace orchestrate::routing {
namespace {

// Collects both sides: a rule that came close is explained by what held as much as by what did not.
struct Account {
  std::vector<std::string> held;
  std::vector<std::string> failed;

  void note(bool holds, std::string if_so, std::string if_not) {
    (holds ? held : failed).push_back(std::move(holds ? if_so : if_not));
  }
};

std::string or_none(const std::string& text) {
  return text.empty() ? "not set" : text;
}

std::string shown_priority(const std::string& text) {
  const auto rank = text::priority_rank(text);
  return rank ? text::priority_short(*rank) : text;
}

std::vector<std::string> shown_priorities(const std::vector<std::string>& texts) {
  std::vector<std::string> shown;
  for (const auto& text : texts)
    shown.push_back(shown_priority(text));
  return shown;
}

void one_of(Account& account, const std::string& what, const std::string& value,
            const std::vector<std::string>& wanted) {
  if (wanted.empty()) return;
  account.note(text::holds(wanted, value), what + " is " + value,
               what + " is " + or_none(value) + ", not " + text::join_or(wanted));
}

std::vector<std::string> common(const std::vector<std::string>& wanted,
                                const std::vector<std::string>& present) {
  std::vector<std::string> both;
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(both),
               [&](const auto& word) { return text::holds(present, word); });
  return both;
}

void any_need(Account& account, const std::vector<std::string>& wanted,
              const std::vector<std::string>& needs) {
  if (wanted.empty()) return;
  const auto both = common(wanted, needs);
  account.note(!both.empty(), "needs " + text::join_and(both), "does not need " + text::join_or(wanted));
}

void every_need(Account& account, const std::vector<std::string>& wanted,
                const std::vector<std::string>& needs) {
  if (wanted.empty()) return;
  std::vector<std::string> missing;
  std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(missing),
               [&](const auto& word) { return !text::holds(needs, word); });
  account.note(missing.empty(), "needs " + text::join_and(wanted), "does not need " + text::join_or(missing));
}

void any_label(Account& account, const std::vector<std::string>& wanted,
               const std::vector<std::string>& labels) {
  if (wanted.empty()) return;
  const auto both = common(wanted, labels);
  account.note(!both.empty(), "is labelled " + text::join_and(both),
               "is not labelled " + text::join_or(wanted));
}

void title_like(Account& account, const std::optional<std::string>& pattern, const std::string& title) {
  if (!pattern) return;
  const std::string subject = "title \"" + text::one_line(title, 80) + "\"";
  account.note(text::glob_match(*pattern, title), subject + " matches " + *pattern,
               subject + " does not match " + *pattern);
}

void any_touched(Account& account, const std::vector<std::string>& patterns,
                 const std::vector<std::string>& touches) {
  if (patterns.empty()) return;
  std::vector<std::string> both;
  std::copy_if(touches.begin(), touches.end(), std::back_inserter(both), [&](const std::string& path) {
    return std::any_of(patterns.begin(), patterns.end(),
                       [&path](const std::string& pattern) { return text::glob_match(pattern, path); });
  });
  account.note(!both.empty(), "touches " + text::join_and(both), "does not touch " + text::join_or(patterns));
}

void any_available(Account& account, const std::vector<std::string>& wanted,
                   const std::vector<Candidate>& candidates) {
  if (wanted.empty()) return;
  std::vector<std::string> obstacles;
  for (const auto& name : wanted) {
    const Candidate* candidate = find(candidates, name);
    if (candidate != nullptr && can_start(*candidate)) {
      account.note(true, name + " is available", {});
      return;
    }
    obstacles.push_back(candidate == nullptr ? name + " does not exist" : why_not(*candidate));
  }
  account.note(false, {}, text::join_and(obstacles));
}

std::vector<std::pair<std::string, bool>> states_of(const std::vector<std::string>& names,
                                                    const std::vector<Candidate>& candidates) {
  std::vector<std::pair<std::string, bool>> states;
  for (const auto& name : names) {
    if (const Candidate* candidate = find(candidates, name)) states.emplace_back(name, can_start(*candidate));
  }
  return states;
}

void enough_attempts(Account& account, std::optional<int> least, int attempts) {
  if (!least) return;
  account.note(attempts >= *least, "attempts are " + std::to_string(attempts),
               "attempts are " + std::to_string(attempts) + ", fewer than " + std::to_string(*least));
}

std::string in_words(const Account& account) {
  const std::string held = text::join(account.held, ", ");
  if (account.failed.empty()) return held.empty() ? "matches every task" : held;
  const std::string failed = text::join(account.failed, " and ");
  return held.empty() ? failed : held + ", but " + failed;
}

}  // namespace

const Candidate* find(const std::vector<Candidate>& candidates, const std::string& name) {
  const auto at = std::find_if(candidates.begin(), candidates.end(),
                               [&](const Candidate& candidate) { return candidate.name == name; });
  return at == candidates.end() ? nullptr : &*at;
}

bool can_start(const Candidate& candidate) {
  return !candidate.parked && candidate.free_slot;
}

std::string why_not(const Candidate& candidate) {
  std::string text = candidate.name + (candidate.parked ? " is parked" : " has no free slot");
  if (!candidate.why_not.empty()) text += " (" + candidate.why_not + ")";
  return text;
}

Match match(const When& when, const Query& query, const std::vector<Candidate>& candidates) {
  Account account;
  one_of(account, "type", query.type, when.type);
  one_of(account, "priority", shown_priority(query.priority), shown_priorities(when.priority));
  one_of(account, "source", query.source, when.source);
  any_need(account, when.needs_any, query.needs);
  every_need(account, when.needs_all, query.needs);
  any_label(account, when.label, query.labels);
  title_like(account, when.title, query.title);
  any_touched(account, when.touches, query.touches);
  const std::size_t failed_before = account.failed.size();
  any_available(account, when.agent_available, candidates);
  const std::size_t unavailable = account.failed.size() - failed_before;
  enough_attempts(account, when.attempts_at_least, query.attempts);
  Match found{account.failed.empty(), in_words(account), {}};
  if (account.failed.size() == unavailable) found.asked = states_of(when.agent_available, candidates);
  return found;
}

}  // namespace orchestrate::routing
