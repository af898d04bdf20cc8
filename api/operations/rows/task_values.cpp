#include "api/operations/rows/task_values.h"

#include <map>
#include <nlohmann/json.hpp>

#include "text/display.h"
#include "text/list.h"
#include "text/nearest.h"
#include "text/priority.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using text::parse_time_ms;
using text::utc_time;

using nlohmann::json;
using Kind = TaskField::Kind;

constexpr double kMaxDescription = 4 << 20;

bool is_list(Kind kind) {
  return kind == Kind::words || kind == Kind::commands || kind == Kind::files || kind == Kind::tasks;
}

// Flags are repeated, one value each, so that their names are in the singular.
std::string flag_of(const TaskField& field) {
  static const std::map<std::string_view, std::string> kFlags = {{"labels", "--label"},
                                                                 {"acceptance", "--accept"},
                                                                 {"checks", "--check"},
                                                                 {"specs", "--spec"},
                                                                 {"agent_type", "--agent"}};
  const auto found = kFlags.find(field.name);
  return found == kFlags.end() ? "" : found->second;
}

std::string value_name(const TaskField& field) {
  static const std::map<Kind, std::string> kNames = {{Kind::priority, "P0..P3"},  {Kind::agent_type, "TYPE"},
                                                     {Kind::moment, "TIME"},      {Kind::command, "COMMAND"},
                                                     {Kind::commands, "COMMAND"}, {Kind::files, "FILE"},
                                                     {Kind::tasks, "ID"}};
  if (field.name == "needs") return "CAPABILITY";
  const auto found = kNames.find(field.kind);
  return found == kNames.end() ? "" : found->second;
}

bool can_be_cleared(Kind kind) {
  return kind == Kind::agent_type || kind == Kind::moment;
}

Field written_field(const TaskField& field, Writing writing) {
  Field out;
  out.name = field.name;
  out.shape = shape_of(field);
  out.does = field.does;
  out.typed.as = flag_of(field);
  out.typed.value = value_name(field);
  if (is_list(field.kind))
    out.does += " (repeatable" + std::string(writing == Writing::edited ? "; replaces them all)" : ")");
  if (field.name == "description") {
    out.typed.from = Typed::From::words_or_stdin;
    out.typed.file_flag = "--description-file";
    out.typed.may_be_empty = true;
  }
  if (writing == Writing::edited) {
    if (field.kind == Kind::yes_no) out.typed.value = "yes|no";
    out.shape.or_null = can_be_cleared(field.kind);
    out.typed.may_be_empty = true;
  } else if (field.name == "title") {
    out.needed = true;
    out.typed.as = "TITLE";
  } else if (field.kind == Kind::priority) {
    out.otherwise = "P2";
  }
  return out;
}

void require_command(const std::string& what, const std::string& text) {
  std::string why;
  if (config::split_command(text, why)) return;
  throw wrong_usage(what + " `" + text + "` cannot be split into arguments: " + why,
                    "commands are never given to a shell; ask for one with: sh -c '...'");
}

void require_sense(const TaskField& field, const json& value, const Desk& desk) {
  if (field.name == "title" && value.get<std::string>().find_first_not_of(" \t\r\n") == std::string::npos)
    throw wrong_usage("a task needs a title");
  if (field.kind == Kind::command && !is_empty_text(value))
    require_command("command", value.get<std::string>());
  if (field.kind == Kind::commands) {
    for (const json& command : value)
      require_command("check", command.get<std::string>());
  }
  // While the configuration is broken, nobody can tell.
  if (field.kind == Kind::agent_type && value.is_string() && !is_empty_text(value) &&
      desk.project->errors.empty())
    (void)agent_type_or_refuse(value.get<std::string>(), *desk.project);
}

// Stores the value where the field keeps it.
struct Write {
  Task& task;
  const json& value;
  std::int64_t now_ms;

  void operator()(std::string Task::*to) const { task.*to = value.get<std::string>(); }
  void operator()(std::optional<std::string> Task::*to) const {
    task.*to =
        value.is_null() || is_empty_text(value) ? std::nullopt : std::optional(value.get<std::string>());
  }
  void operator()(int Task::*to) const {
    task.*to = text::priority_rank(value.get<std::string>()).value_or(task.*to);
  }
  void operator()(bool Task::*to) const { task.*to = value.get<bool>(); }
  void operator()(std::optional<std::int64_t> Task::*to) const {
    task.*to = value.is_null() ? std::nullopt : parse_time_ms(value.get<std::string>(), now_ms);
  }
  void operator()(std::vector<std::string> Task::*to) const {
    task.*to = value.get<std::vector<std::string>>();
  }
  void operator()(std::vector<std::int64_t> Task::*to) const {
    task.*to = value.get<std::vector<std::int64_t>>();
  }
};

struct Read {
  const Task& task;

  template <typename T>
  json operator()(T Task::*from) const {
    return task.*from;
  }
  json operator()(std::optional<std::string> Task::*from) const {
    return task.*from ? json(*(task.*from)) : json();
  }
  json operator()(int Task::*from) const { return text::priority_name(task.*from); }
  json operator()(std::optional<std::int64_t> Task::*from) const {
    return task.*from ? json(utc_time(*(task.*from))) : json();
  }
};

}  // namespace

Shape shape_of(const TaskField& field) {
  switch (field.kind) {
    case Kind::priority:
      return shape::priority();
    case Kind::yes_no:
      return shape::yes_no();
    case Kind::moment:
      return shape::moment();
    case Kind::tasks:
      return shape::list_of(shape::id());
    case Kind::words:
    case Kind::commands:
    case Kind::files:
      return shape::list_of(shape::text());
    default:
      return shape::text(field.kind == Kind::text ? kMaxDescription : 0);
  }
}

std::vector<Field> written_fields(Writing writing) {
  std::vector<Field> fields;
  for (const TaskField& field : task_fields()) {
    if (writing == Writing::added || !field.for_good) fields.push_back(written_field(field, writing));
  }
  return fields;
}

void write_field(Task& task, const TaskField& field, const json& value, const Desk& desk) {
  require_sense(field, value, desk);
  std::visit(Write{task, value, desk.now_ms}, field.member);
}

void write_fields(Task& task, const json& given, const Desk& desk) {
  for (const TaskField& field : task_fields()) {
    if (const auto found = given.find(field.name); found != given.end())
      write_field(task, field, *found, desk);
  }
}

json field_value(const Task& task, const TaskField& field) {
  return std::visit(Read{task}, field.member);
}

Task task_or_refuse(Store& store, std::int64_t id) {
  auto task = store.tasks.find(id);
  if (!task)
    throw Refused(Code::not_found, "there is no task " + std::to_string(id),
                  "`orchestrate list` shows those there are");
  return *task;
}

const config::AgentType& agent_type_or_refuse(const std::string& name, const Project& project) {
  const auto& known = project.config.agent_types;
  if (const auto found = known.find(name); found != known.end()) return found->second;
  std::vector<std::string> names;
  for (const auto& [each, type] : known)
    names.push_back(each);
  const std::string nearest = text::nearest(name, names);
  throw wrong_usage(
      "there is no agent type `" + name + "`" + (nearest.empty() ? "" : ": did you mean `" + nearest + "`?"),
      ".orchestrate/agents.toml has: " + (names.empty() ? "none" : text::join(names, ", ")));
}

}  // namespace orchestrate::api
