#include "api/operations/shape.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "config/config.h"
#include "orchestrator/store/rows/task.h"
#include "text/display.h"
#include "text/priority.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using text::parse_time_ms;
using text::printable;
using text::shortened;

using nlohmann::json;
using Kind = Shape::Kind;

// "a, b or c".
std::string alternatives(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i)
    out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return out;
}

std::string number(double value) {
  return value == std::floor(value) ? std::to_string(static_cast<std::int64_t>(value)) : json(value).dump();
}

std::string range_text(const Shape& shape) {
  if (shape.above) return " more than " + number(shape.least) + " and at most " + number(shape.most);
  if (shape.most <= shape.least) return {};
  if (shape.most >= 1e15) return shape.least == 0 ? "" : " from " + number(shape.least);
  return " from " + number(shape.least) + " to " + number(shape.most);
}

bool in_range(const Shape& shape, double value) {
  if (shape.most <= shape.least) return true;
  return value <= shape.most && (shape.above ? value > shape.least : value >= shape.least);
}

bool fits_text(const Shape& shape, const std::string& text, std::int64_t now_ms) {
  switch (shape.kind) {
    case Kind::moment:
      return parse_time_ms(text, now_ms).has_value();
    case Kind::duration:
      return config::parse_duration_ms(text).has_value();
    case Kind::priority:
      return text::priority_rank(text).has_value();
    case Kind::one_of:
      return std::find(shape.words.begin(), shape.words.end(), text) != shape.words.end();
    default:
      return shape.most == 0 || static_cast<double>(text.size()) <= shape.most;
  }
}

bool fits_scalar(const Shape& shape, const json& value, std::int64_t now_ms) {
  switch (shape.kind) {
    case Kind::whole:
      return value.is_number_integer() && in_range(shape, value.get<double>());
    case Kind::real:
      return value.is_number() && in_range(shape, value.get<double>());
    case Kind::yes_no:
      return value.is_boolean();
    case Kind::any:
      return true;
    default:
      return value.is_string() && fits_text(shape, value.get_ref<const std::string&>(), now_ms);
  }
}

std::string told(const json& value) {
  const std::string text = value.is_string() ? value.get<std::string>()
                                             : value.dump(-1, ' ', false, json::error_handler_t::replace);
  return shortened(printable(text), 80);
}

std::string complaint(const Shape& shape, const json& value, const std::string& name) {
  return "invalid " + name + " `" + told(value) + "`: use " + expected(shape);
}

std::string fault_of_object(const Shape& shape, const json& value, const std::string& name,
                            std::int64_t now_ms) {
  for (const Member& member : shape.members) {
    const auto found = value.find(member.name);
    if (found == value.end()) {
      if (member.always) return name + " has no `" + member.name + "`";
      continue;
    }
    if (auto fault = fault_of(member.shape, *found, name + "." + member.name, now_ms); !fault.empty())
      return fault;
  }
  if (shape.open) return {};
  for (const auto& [key, inner] : value.items()) {
    const auto is_key = [&key = key](const Member& member) { return member.name == key; };
    if (std::none_of(shape.members.begin(), shape.members.end(), is_key))
      return "unknown field `" + key + "` in " + name;
  }
  return {};
}

std::string fault_of_list(const Shape& shape, const json& value, const std::string& name,
                          std::int64_t now_ms) {
  for (const json& item : value) {
    if (is_empty_text(item)) return "an empty " + name + ": leave it out";
    if (auto fault = fault_of(shape.items.front(), item, name, now_ms); !fault.empty()) return fault;
  }
  return {};
}

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::optional<double> real_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional(value) : std::nullopt;
}

json scalar_of(const Shape& shape, const std::string& word) {
  if (shape.kind == Kind::whole || shape.kind == Kind::real) {
    if (const auto value = whole_number(word)) return *value;
  }
  if (shape.kind == Kind::real) {
    if (const auto value = real_number(word)) return *value;
  }
  if (shape.kind == Kind::yes_no && (word == "yes" || word == "true")) return true;
  if (shape.kind == Kind::yes_no && (word == "no" || word == "false")) return false;
  return word;
}

void add_range(json& schema, const Shape& shape) {
  if (shape.most <= shape.least) return;
  schema[shape.above ? "exclusiveMinimum" : "minimum"] = static_cast<std::int64_t>(shape.least);
  if (shape.most < 1e15) schema["maximum"] = static_cast<std::int64_t>(shape.most);
}

json object_schema(const Shape& shape) {
  json properties = json::object();
  json required = json::array();
  for (const Member& member : shape.members) {
    properties[member.name] = schema_of(member.shape);
    if (member.always) required.push_back(member.name);
  }
  return {{"type", "object"},
          {"properties", std::move(properties)},
          {"required", std::move(required)},
          {"additionalProperties", shape.open}};
}

json text_schema(const Shape& shape) {
  json schema = {{"type", "string"}};
  if (shape.kind == Kind::moment) schema["description"] = "a time: " + expected(shape);
  if (shape.kind == Kind::duration) schema["description"] = "a duration: " + expected(shape);
  if (shape.kind == Kind::priority) schema["description"] = "a priority: " + expected(shape);
  if (shape.kind == Kind::one_of) schema["enum"] = shape.words;
  if (shape.kind == Kind::text && shape.most > 0) schema["maxLength"] = static_cast<std::int64_t>(shape.most);
  return schema;
}

json plain_schema(const Shape& shape) {
  json schema;
  switch (shape.kind) {
    case Kind::whole:
    case Kind::real:
      schema["type"] = shape.kind == Kind::whole ? "integer" : "number";
      add_range(schema, shape);
      return schema;
    case Kind::yes_no:
      return {{"type", "boolean"}};
    case Kind::any:
      return json::object();
    case Kind::list:
      return {{"type", "array"}, {"items", schema_of(shape.items.front())}};
    case Kind::object:
      return object_schema(shape);
    default:
      return text_schema(shape);
  }
}

Shape of_kind(Kind kind) {
  Shape shape;
  shape.kind = kind;
  return shape;
}

}  // namespace

namespace shape {

Shape text(double most_bytes) {
  Shape shape;
  shape.most = most_bytes;
  return shape;
}

Shape whole(double least, double most) {
  Shape shape = of_kind(Kind::whole);
  shape.least = least;
  shape.most = most;
  return shape;
}

Shape id() {
  return whole(1);
}

Shape real() {
  return of_kind(Kind::real);
}

Shape money() {
  Shape shape = of_kind(Kind::real);
  shape.most = 1'000'000;
  shape.above = true;
  return shape;
}

Shape yes_no() {
  return of_kind(Kind::yes_no);
}

Shape moment() {
  return of_kind(Kind::moment);
}

Shape duration() {
  return of_kind(Kind::duration);
}

Shape priority() {
  return of_kind(Kind::priority);
}

Shape one_of(std::vector<std::string> words) {
  Shape shape = of_kind(Kind::one_of);
  shape.words = std::move(words);
  return shape;
}

Shape list_of(Shape item) {
  Shape shape = of_kind(Kind::list);
  shape.items.push_back(std::move(item));
  return shape;
}

Shape object(std::vector<Member> members) {
  Shape shape = of_kind(Kind::object);
  shape.members = std::move(members);
  return shape;
}

Shape any() {
  return of_kind(Kind::any);
}

Shape or_null(Shape inner) {
  inner.or_null = true;
  return inner;
}

}  // namespace shape

std::string expected(const Shape& shape) {
  switch (shape.kind) {
    case Kind::whole:
      return "a whole number" + range_text(shape);
    case Kind::real:
      return "a number" + range_text(shape);
    case Kind::yes_no:
      return "yes or no";
    case Kind::moment:
      return "23:30, 2026-11-22 03:10 or 2026-11-22T03:10:00Z";
    case Kind::duration:
      return "a number with s, m, h or d, like 7d or 36h";
    case Kind::priority:
      return "P0, P1, P2 or P3";
    case Kind::one_of:
      return alternatives(shape.words);
    case Kind::list:
      return "a list";
    case Kind::object:
      return "an object";
    case Kind::any:
      return "any value";
    case Kind::text:
      break;
  }
  return shape.most == 0 ? "a text" : "a text of at most " + number(shape.most) + " bytes";
}

bool is_empty_text(const json& value) {
  return value.is_string() && value.get_ref<const std::string&>().empty();
}

std::string fault_of(const Shape& shape, const json& value, const std::string& name, std::int64_t now_ms) {
  if (shape.or_null && (value.is_null() || is_empty_text(value))) return {};
  switch (shape.kind) {
    case Kind::list:
      return value.is_array() ? fault_of_list(shape, value, name, now_ms) : complaint(shape, value, name);
    case Kind::object:
      return value.is_object() ? fault_of_object(shape, value, name, now_ms) : complaint(shape, value, name);
    default:
      return fits_scalar(shape, value, now_ms) ? "" : complaint(shape, value, name);
  }
}

json value_of(const Shape& shape, const std::vector<std::string>& words) {
  if (shape.kind != Kind::list) return words.empty() ? json() : scalar_of(shape, words.back());
  json list = json::array();
  for (const auto& word : words)
    list.push_back(scalar_of(shape.items.front(), word));
  return list;
}

json schema_of(const Shape& shape) {
  json schema = plain_schema(shape);
  if (shape.or_null) schema["type"] = {schema["type"], "null"};
  return schema;
}

}  // namespace orchestrate::api
