// [agent_types.<name>.output]: which lines of a CLI's output say what.
#include <string>
#include <vector>

#include "config/readers/readers.h"

namespace orchestrate::config {
namespace {

using spawners::LinePattern;
using spawners::LinePatterns;
using spawners::OutputMapping;

// What one key of the mapping may say.
struct Field {
  const char* key;
  LinePatterns OutputMapping::*patterns;
  enum class Kind { fact, amount, end, limit } kind;
};

constexpr Field kFields[] = {{"session_id", &OutputMapping::session_id, Field::Kind::fact},
                             {"text", &OutputMapping::text, Field::Kind::fact},
                             {"tool", &OutputMapping::tool, Field::Kind::fact},
                             {"cost_usd", &OutputMapping::cost_usd, Field::Kind::amount},
                             {"tokens_in", &OutputMapping::tokens_in, Field::Kind::amount},
                             {"tokens_out", &OutputMapping::tokens_out, Field::Kind::amount},
                             {"finished", &OutputMapping::finished, Field::Kind::end},
                             {"failed", &OutputMapping::failed, Field::Kind::end},
                             {"rate_limited", &OutputMapping::rate_limited, Field::Kind::limit}};

std::optional<spawners::Scalar> scalar_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::boolean:
      return node.boolean;
    case Node::Kind::integer:
      return node.integer;
    case Node::Kind::real:
      return node.real;
    case Node::Kind::text:
      return node.text;
    default:
      return std::nullopt;
  }
}

void read_when(Section& record, const std::string& field, LinePattern& out) {
  const Entry* found = record.find("when");
  const bool says_something =
      found != nullptr && (found->value.kind != Node::Kind::table || !found->value.entries.empty());
  if (!says_something) {
    return record.report().error(found == nullptr ? record.place() : found->value.place,
                                 "`" + field + "` needs `when`: which lines say it",
                                 "like when = { \"/type\" = \"end\" }");
  }
  if (found->value.kind != Node::Kind::table)
    return record.wrong("when", found->value, "a table like { \"/type\" = \"end\" }");
  for (const Entry& entry : found->value.entries) {
    const auto pointer = spawners::parse_json_pointer(entry.key);
    const auto scalar = scalar_of(entry.value);
    if (!pointer) {
      record.report().error(entry.place, "`" + entry.key + "` is no JSON pointer",
                            "it begins with a slash, in quotes: \"/usage/cost\"");
    } else if (!scalar) {
      record.wrong(entry.key, entry.value, "a string, a number, true or false");
    } else {
      out.when.emplace_back(*pointer, *scalar);
    }
  }
}

void read_pointer(Section& record, const std::string& key, std::optional<spawners::JsonPointer>& out) {
  const Entry* found = record.find(key);
  if (found == nullptr) return;
  if (found->value.kind == Node::Kind::text) out = spawners::parse_json_pointer(found->value.text);
  if (!out) record.wrong(key, found->value, "a JSON pointer like \"/usage/cost\"");
}

LinePattern read_pattern(Report& report, const Node& node, const Field& field) {
  LinePattern pattern;
  Section record(report, &node, "<record>");
  read_when(record, field.key, pattern);
  read_pointer(record, "take", pattern.take);
  if (field.kind == Field::Kind::amount) record.flag("sum", pattern.sum);
  if (field.kind == Field::Kind::limit) read_pointer(record, "until", pattern.until);
  const bool takes = field.kind == Field::Kind::fact || field.kind == Field::Kind::amount;
  if (takes && record.find("take") == nullptr) {
    report.error(node.place, "`" + std::string(field.key) + "` needs `take`: where in the line it stands",
                 "like take = \"/usage/cost\"");
  }
  record.finish();
  return pattern;
}

void read_field(Section& output, const Field& field, OutputMapping& out) {
  const Entry* found = output.find(field.key);
  if (found == nullptr) return;
  const Node& node = found->value;
  if (node.kind == Node::Kind::list && node.items.empty())
    return output.report().error(node.place, "`" + std::string(field.key) + "` lists nothing");
  const std::vector<Node> alone = {node};
  for (const Node& item : node.kind == Node::Kind::list ? node.items : alone) {
    if (item.kind == Node::Kind::table) {
      (out.*field.patterns).push_back(read_pattern(output.report(), item, field));
    } else {
      output.wrong(field.key, item, "a table like { when = { \"/type\" = \"end\" } }, or a list of them");
    }
  }
  const Entry* format = output.find("format");
  if (format == nullptr || format->value.text == "text") {
    output.report().error(found->place, "`" + std::string(field.key) + "` needs format = \"jsonl\"",
                          "lines of text are shown to people and decide nothing");
  }
}

}  // namespace

void read_output(Section output, OutputMapping& out) {
  using Format = OutputMapping::Format;
  output.choice<Format>("format", out.format, {{"text", Format::text}, {"jsonl", Format::jsonl}});
  for (const Field& field : kFields)
    read_field(output, field, out);
  output.finish();
}

}  // namespace orchestrate::config
