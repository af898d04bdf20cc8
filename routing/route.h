// Rules a lead wrote + what is known of one task -> who does it, with the reasons.
//
// Pure: no clock, no files, no database. The same rules and query always give the same route, so `plan`,
// `route`, `why` and the scheduler can never disagree.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace orchestrate::routing {

// The target that means "a person decides"; never a valid agent type name.
inline constexpr const char* kHuman = "human";

// What a rule looks at. An empty list or absent value means "does not matter"; several must all hold. Words
// are compared without (ASCII) case, but for the names of agent types.
struct When {
  std::vector<std::string> type;             // "IMPLEMENT", "ARCHITECTURE", ...
  std::vector<std::string> priority;         // "P0".."P3", long forms too
  std::vector<std::string> needs_any;        // at least one is needed by the task
  std::vector<std::string> needs_all;        // every one is needed by the task
  std::vector<std::string> label;            // at least one is on the task
  std::optional<std::string> title;          // glob: * ? [set], without case
  std::vector<std::string> touches;          // globs: one of them matches something that the task will touch
  std::vector<std::string> source;           // who queued it: cli, sql, import, api
  std::vector<std::string> agent_available;  // at least one of these agent types can start now
  std::optional<int> attempts_at_least;      // attempts already spent on the task
};

struct Rule {
  std::string name;
  When when;
  std::vector<std::string> to;  // agent types in order of preference, or {"human"}
  int line = 0;                 // in routing.toml, for explanations
};

struct CapabilityEntry {
  std::string capability;
  std::string to;
  int line = 0;
};

struct Rules {
  std::vector<Rule> rules;                    // in file order; the first match wins
  std::vector<CapabilityEntry> capabilities;  // in file order
  std::string fallback = kHuman;              // `default` in the file
};

// One agent type as routing sees it. `fallback` comes from the agent type's profile.
struct Candidate {
  std::string name;
  std::vector<std::string> fallback;
  bool parked = false;  // its provider is parked, or its program is missing
  bool free_slot = true;
  std::string why_not;  // in words, when parked or without a slot
};

struct Query {
  std::string title;
  std::string type;
  std::string priority;  // "P0".."P3"
  std::vector<std::string> needs;
  std::vector<std::string> labels;
  std::vector<std::string> touches;
  std::string source;
  std::optional<std::string> agent;  // the task names its agent type itself: wins over every rule
  bool manual = false;               // the task is flagged for a person: wins over everything
  int attempts = 0;
};

struct Reason {
  std::string rule;  // the rule's name, "capability backend", "default", "task"
  bool matched = false;
  std::string text;  // why it matched, or which condition did not hold
};

struct Route {
  std::string to;    // an agent type that can start now, or kHuman, or empty: nobody now (see `waits_for`)
  std::string rule;  // which rule decided
  std::string why;   // one line for people
  std::vector<std::string> waits_for;  // could serve but are parked or full, in order of preference
  std::vector<Reason> reasons;         // every rule looked at, in order, up to the one that decided
  bool no_route = false;               // the decision points at nobody who exists: a person must be asked

  // What the answer rests on besides the task: it stays the same as long as these do.
  std::vector<std::string> names;  // whom it was decided for, in order of preference
  // Agent types that rules asked about, where nothing else decided, and whether they could start.
  std::vector<std::pair<std::string, bool>> asked;
};

// Decides, in this order: the task is manual; the task names its agent type; the rules; the capability map
// (the first needed capability that is listed); the default. Of the agent types this names, the first that
// can start now is taken; failing that, what stands in for one that is parked (its `fallback`, and theirs).
// One that is merely full has no stand-in: a short wait is better than a worse agent. `candidates` holds
// every agent type that exists; when none of the names exists, `no_route` is set. Blocks on nothing and
// always ends, whatever the fallbacks form.
[[nodiscard]] Route route(const Rules& rules, const Query& query, const std::vector<Candidate>& candidates);

}  // namespace orchestrate::routing
