#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/readers/readers.h"
#include "text/glob.h"

namespace orchestrate::config {
namespace {

constexpr int kMostAttempts = 100;

// A condition that lists nothing could only mean "never" or "always": neither is what was meant.
std::optional<std::vector<Word>> condition(Section& when, const std::string& key) {
  auto words = when.words(key);
  if (words && words->empty()) {
    const Entry* entry = when.find(key);
    if (entry->value.items.empty()) {
      when.report().error(entry->value.place, "the condition `" + key + "` lists nothing",
                          "leave the key out if it does not matter");
    }
  }
  return words;
}

void read_names(Section& when, const std::string& key, std::vector<std::string>& out,
                std::vector<Word>& names) {
  const auto words = condition(when, key);
  if (!words) return;
  out = texts(*words);
  names.insert(names.end(), words->begin(), words->end());
}

void read_source(Section& when, std::vector<std::string>& out) {
  static const std::vector<std::string> kSources = {"cli", "sql", "import", "api"};
  const auto words = condition(when, "source");
  if (!words) return;
  for (const Word& word : *words) {
    if (std::find(kSources.begin(), kSources.end(), word.text) == kSources.end()) {
      when.report().error(word.place, "unknown source `" + word.text + "`", suggestion(word.text, kSources));
    }
  }
  out = texts(*words);
}

void read_title(Section& when, std::optional<std::string>& out) {
  const auto found = when.word("title");
  if (!found) return;
  const std::string problem = text::glob_problem(found->text);
  if (!problem.empty()) return when.report().error(found->place, "the glob in `title` " + problem);
  out = found->text;
}

void read_touches(Section& when, std::vector<std::string>& out) {
  const auto words = condition(when, "touches");
  if (!words) return;
  for (const Word& word : *words) {
    const std::string problem = text::glob_problem(word.text);
    if (!problem.empty()) when.report().error(word.place, "the glob in `touches` " + problem);
  }
  out = texts(*words);
}

void read_when(Section when, routing::When& out, Names& names) {
  if (const auto types = condition(when, "type")) out.type = texts(*types);
  if (const auto words = condition(when, "priority"))
    out.priority = short_priorities(when, "priority", *words);
  read_names(when, "needs_any", out.needs_any, names.needs);
  read_names(when, "needs_all", out.needs_all, names.needs);
  if (const auto labels = condition(when, "label")) out.label = texts(*labels);
  read_title(when, out.title);
  read_touches(when, out.touches);
  read_source(when, out.source);
  read_names(when, "agent_available", out.agent_available, names.agent_types);
  int attempts = 0;
  when.whole("attempts_at_least", attempts, kMostAttempts);
  if (attempts > 0) out.attempts_at_least = attempts;
  when.finish();
}

void read_targets(Section& rule, std::vector<std::string>& out, Names& names) {
  const Entry* entry = rule.find("to");
  if (entry == nullptr) {
    return rule.report().error(rule.place(),
                               "a rule needs `to`: an agent type, a list of them, or \"human\"");
  }
  const auto words = rule.word_or_words("to");
  if (!words) return;
  const auto is_human = [](const Word& word) { return word.text == routing::kHuman; };
  const auto human = std::find_if(words->begin(), words->end(), is_human);
  if (entry->value.kind == Node::Kind::list && entry->value.items.empty()) {
    rule.report().error(entry->value.place, "`to` lists nobody", "name an agent type, or \"human\"");
  } else if (human != words->end() && words->size() > 1) {
    rule.report().error(human->place, "`human` cannot stand among agent types: a person is always free",
                        "write to = \"human\", or only agent types");
  }
  out = texts(*words);
  names.targets.insert(names.targets.end(), words->begin(), words->end());
}

using FirstLines = std::map<std::string, int>;

void read_name(Section& rule, std::string& out, FirstLines& first_lines) {
  if (rule.find("name") == nullptr) {
    return rule.report().error(rule.place(), "a rule needs `name`: explanations call it by that");
  }
  const auto found = rule.word("name");
  if (!found) return;
  out = found->text;
  const auto [first, is_new] = first_lines.emplace(out, found->place.line);
  if (!is_new) {
    rule.report().error(found->place, "duplicate rule name `" + out + "`",
                        "it was first used on line " + std::to_string(first->second));
  }
}

routing::Rule read_rule(Section rule, Names& names, FirstLines& first_lines) {
  routing::Rule out;
  out.line = rule.place().line;
  read_name(rule, out.name, first_lines);
  read_when(rule.table("when"), out.when, names);
  read_targets(rule, out.to, names);
  rule.finish();
  return out;
}

void read_capabilities(Section map, std::vector<routing::CapabilityEntry>& out, Names& names) {
  map.report().asked("capabilities.<capability>");
  for (const Entry& entry : map.entries()) {
    const Node& node = entry.value;
    if (node.kind != Node::Kind::text || node.text.empty()) {
      map.wrong(entry.key, node, "an agent type or \"human\"");
      continue;
    }
    out.push_back({entry.key, node.text, entry.place.line});
    names.targets.push_back({node.text, node.place});
  }
}

}  // namespace

void read_routing(Section root, routing::Rules& rules, Names& names) {
  if (const auto found = root.word("default")) {
    rules.fallback = found->text;
    names.targets.push_back(*found);
  }
  read_capabilities(root.table("capabilities"), rules.capabilities, names);
  FirstLines first_lines;
  for (const Node* rule : root.tables("rule")) {
    rules.rules.push_back(read_rule(Section(root.report(), rule, "rule"), names, first_lines));
  }
  root.finish();
}

}  // namespace orchestrate::config
