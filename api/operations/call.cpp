#include "api/operations/call.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "text/nearest.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

void require_known(const std::vector<Field>& fields, const json& given) {
  std::vector<std::string> names;
  for (const Field& field : fields)
    names.push_back(field.name);
  for (const auto& [key, value] : given.items()) {
    if (std::find(names.begin(), names.end(), key) != names.end()) continue;
    const std::string nearest = text::nearest(key, names);
    throw wrong_usage("unknown field `" + key + "`",
                      nearest.empty() ? "" : "did you mean `" + nearest + "`?");
  }
}

// Null: none was given, and there is no default.
json value_or_default(const Field& field, const json& given) {
  const auto found = given.find(field.name);
  if (found != given.end() && (!found->is_null() || field.shape.or_null)) return *found;
  if (field.needed) throw wrong_usage("`" + field.name + "` is missing", field.does);
  return field.otherwise.empty() ? json() : value_of(field.shape, {field.otherwise});
}

void require_ready(const Operation& operation, const Desk& desk) {
  if (desk.caller.who < operation.who) {
    throw Refused(Code::forbidden,
                  "`" + operation.name + "` may only be called by the " + to_string(operation.who));
  }
  if (operation.opens == Opens::configuration) require_configuration(*desk.project);
}

json field_json(const Field& field) {
  return {{"name", field.name},
          {"shape", schema_of(field.shape)},
          {"does", field.does},
          {"needed", field.needed},
          {"default", field.otherwise.empty() ? json() : value_of(field.shape, {field.otherwise})}};
}

}  // namespace

void require_configuration(const Project& project) {
  if (project.errors.empty()) return;
  throw Refused(Code::usage, "the configuration has errors; nothing was started",
                "fix them, and check with `orchestrate config check`", project.errors);
}

json completed(const std::vector<Field>& fields, const json& given, std::int64_t now_ms) {
  if (!given.is_object()) throw wrong_usage("what is given must be an object with the fields as members");
  require_known(fields, given);
  json complete = json::object();
  for (const Field& field : fields) {
    const json value = value_or_default(field, given);
    const bool cleared = field.shape.or_null && given.contains(field.name);
    if (value.is_null() && !cleared) continue;
    if (const std::string fault = fault_of(field.shape, value, field.name, now_ms); !fault.empty())
      throw wrong_usage(fault);
    // An empty text is no time, and no agent type.
    complete[field.name] = field.shape.or_null && is_empty_text(value) ? json() : value;
  }
  return complete;
}

json call(const Operation& operation, Desk& desk, const json& given) {
  require_ready(operation, desk);
  return operation.handler(desk, completed(operation.fields, given, desk.now_ms));
}

json described() {
  json list = json::array();
  for (const Operation& operation : operations()) {
    json fields = json::array();
    for (const Field& field : operation.fields)
      fields.push_back(field_json(field));
    list.push_back({{"name", operation.name},
                    {"verb", operation.verb},
                    {"route", operation.route},
                    {"group", operation.group},
                    {"does", operation.does},
                    {"effect", to_string(operation.effect)},
                    {"who", to_string(operation.who)},
                    {"fields", std::move(fields)},
                    {"gives", schema_of(operation.gives)}});
  }
  return {{"operations", std::move(list)}};
}

std::string to_string(Effect effect) {
  return effect == Effect::reads ? "reads" : effect == Effect::writes ? "writes" : "asks";
}

std::string to_string(Who who) {
  return who == Who::reader ? "reader" : who == Who::agent ? "agent" : "owner";
}

}  // namespace orchestrate::api
