#include "api/cli/verb.h"

#include <algorithm>
#include <array>

#include "api/cli/pages/pages.h"

namespace orchestrate::api {
namespace {

constexpr std::array<const char*, 6> kGroups = {"Queue", "Session", "Look", "Decide", "Set up", ""};

Field switch_of(const char* name, const char* does) {
  return {name, shape::yes_no(), does, false, "no"};
}

// A field that names a file with another field's value.
Field file_of(const Field& field) {
  Field file;
  file.name = field.name + "_file";
  file.does = "A file with it; - reads standard input";
  file.typed.as = field.typed.file_flag;
  file.typed.value = "FILE";
  return file;
}

Verb verb_of(const Operation& operation) {
  Verb verb{operation.verb, operation.group, operation.does,  operation.example, {},
            operation.more, &operation,      operation.effect};
  for (const Field& field : operation.fields) {
    if (field.typed.never) continue;
    verb.fields.push_back(field);
    if (!field.typed.file_flag.empty()) verb.fields.push_back(file_of(field));
  }
  if (const Page* page = find_page(operation.name)) {
    verb.fields.insert(verb.fields.end(), page->also.begin(), page->also.end());
  }
  if (operation.gives.kind == Shape::Kind::list)
    verb.fields.push_back(switch_of("jsonl", "One JSON object a line"));
  verb.fields.push_back(switch_of("json", "One JSON document on stdout"));
  return verb;
}

std::vector<Verb> all() {
  std::vector<Verb> all = {run_verb(), init_verb()};
  for (const Operation& operation : operations()) {
    if (!operation.verb.empty()) all.push_back(verb_of(operation));
  }
  for (auto verb : {log_verb, completion_verb, manual_verb, step_verb})
    all.push_back(verb());
  const auto group = [](const Verb& verb) { return std::find(kGroups.begin(), kGroups.end(), verb.group); };
  std::stable_sort(all.begin(), all.end(), [&](const Verb& a, const Verb& b) { return group(a) < group(b); });
  return all;
}

}  // namespace

const std::vector<Verb>& verbs() {
  static const std::vector<Verb> list = all();
  return list;
}

std::string spelled(const Field& field) {
  if (!field.typed.as.empty()) return field.typed.as;
  std::string flag = "--" + field.name;
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

bool by_place(const Field& field) {
  return spelled(field).front() != '-';
}

bool is_switch(const Field& field) {
  return field.shape.kind == Shape::Kind::yes_no && field.typed.value.empty();
}

bool takes_many(const Field& field) {
  return field.shape.kind == Shape::Kind::list;
}

std::string value_name(const Field& field) {
  if (is_switch(field) || by_place(field)) return {};
  if (!field.typed.value.empty()) return field.typed.value;
  const Shape::Kind kind = field.shape.kind;
  return kind == Shape::Kind::whole ? "N" : kind == Shape::Kind::real ? "NUMBER" : "TEXT";
}

std::string help_of(const Field& field) {
  const bool said = field.otherwise.empty() || is_switch(field) || field.otherwise == "-";
  return field.does + (said ? "" : " (default: " + field.otherwise + ")");
}

std::vector<std::string> known_words(const Field& field) {
  switch (field.shape.kind) {
    case Shape::Kind::one_of:
      return field.shape.words;
    case Shape::Kind::priority:
      return {"P0", "P1", "P2", "P3"};
    case Shape::Kind::yes_no:
      if (!is_switch(field)) return {"yes", "no"};
      break;
    default:
      break;
  }
  return {};
}

}  // namespace orchestrate::api
