#include "config/section.h"

#include <algorithm>
#include <cmath>

#include "config/config.h"
#include "config/quantity.h"
#include "text/nearest.h"

namespace orchestrate::config {
namespace {

constexpr double kMostMoney = 100'000;

bool is_list_of_tables(const Node& node) {
  return node.kind == Node::Kind::list && !node.items.empty() && node.items.front().kind == Node::Kind::table;
}

std::string in_quotes(const std::string& text) {
  return '"' + text + '"';
}

}  // namespace

std::vector<std::string> texts(const std::vector<Word>& words) {
  std::vector<std::string> out;
  for (const Word& word : words)
    out.push_back(word.text);
  return out;
}

Section::Section(Report& report, const Node* table, std::string path)
    : report_(report), table_(table), path_(std::move(path)) {}

const std::vector<Entry>& Section::entries() const {
  static const std::vector<Entry> none;
  return table_ == nullptr ? none : table_->entries;
}

std::string Section::path_of(const std::string& key) const {
  return path_.empty() ? key : path_ + "." + key;
}

const Entry* Section::entry(const std::string& key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  const auto at =
      std::find_if(entries().begin(), entries().end(), [&](const Entry& each) { return each.key == key; });
  return at == entries().end() ? nullptr : &*at;
}

const Entry* Section::find(const std::string& key) {
  report_.asked(path_of(key));
  return entry(key);
}

void Section::wrong(const std::string& key, const Node& found, const std::string& expected,
                    std::string hint) {
  report_.error(found.place, "`" + key + "` must be " + expected + ", not " + described(found),
                std::move(hint));
}

bool Section::is_text(const std::string& key, const Node& node, const std::string& expected) {
  const bool usable = node.kind == Node::Kind::text && node.text.find('\0') == std::string::npos;
  if (!usable) wrong(key, node, expected);
  return usable;
}

void Section::flag(const std::string& key, bool& out) {
  const Entry* found = find(key);
  if (found == nullptr) return;
  if (found->value.kind != Node::Kind::boolean) return wrong(key, found->value, "true or false");
  out = found->value.boolean;
}

std::optional<Word> Section::word(const std::string& key) {
  const Entry* found = find(key);
  if (found == nullptr || !is_text(key, found->value, "a string")) return std::nullopt;
  if (found->value.text.empty()) {
    wrong(key, found->value, "a string that says something", "leave the key out to get its default");
    return std::nullopt;
  }
  return Word{found->value.text, found->value.place};
}

void Section::text(const std::string& key, std::string& out) {
  if (const auto found = word(key)) out = found->text;
}

void Section::whole(const std::string& key, int& out, int most) {
  const Entry* found = find(key);
  if (found == nullptr) return;
  const Node& node = found->value;
  if (node.kind != Node::Kind::integer || node.integer < 1 || node.integer > most) {
    return wrong(key, node, "a whole number from 1 to " + std::to_string(most));
  }
  out = static_cast<int>(node.integer);
}

void Section::money(const std::string& key, double& out) {
  const Entry* found = find(key);
  if (found == nullptr) return;
  const Node& node = found->value;
  const bool is_number = node.kind == Node::Kind::integer || node.kind == Node::Kind::real;
  const double amount = node.kind == Node::Kind::integer ? static_cast<double>(node.integer) : node.real;
  if (!is_number || !std::isfinite(amount) || amount <= 0 || amount > kMostMoney) {
    return wrong(key, node, "a sum in USD, more than 0 and at most 100000");
  }
  out = amount;
}

void Section::quantity(const std::string& key, std::int64_t& out, const std::string& expected,
                       std::int64_t most, const Parse& parse) {
  const Entry* found = find(key);
  if (found == nullptr) return;
  const Node& node = found->value;
  const auto amount = node.kind == Node::Kind::text ? parse(node.text) : std::nullopt;
  if (!amount || *amount <= 0 || *amount > most) return wrong(key, node, expected);
  out = *amount;
}

void Section::duration(const std::string& key, std::int64_t& ms, const std::string& most) {
  quantity(key, ms, "a duration like \"45m\", more than 0 and at most " + most,
           parse_duration_ms(most).value_or(0), parse_duration_ms);
}

void Section::size(const std::string& key, std::int64_t& bytes, const std::string& most) {
  quantity(key, bytes, "a size like \"64MiB\", more than 0 and at most " + most,
           parse_size_bytes(most).value_or(0), parse_size_bytes);
}

void Section::time_of_day(const std::string& key, std::optional<int>& minutes) {
  const Entry* found = find(key);
  if (found == nullptr) return;
  const auto time =
      found->value.kind == Node::Kind::text ? parse_time_of_day(found->value.text) : std::nullopt;
  if (!time) return wrong(key, found->value, "a time of day like \"06:30\", in quotes");
  minutes = time;
}

std::optional<std::size_t> Section::chosen_of(const std::string& key, const std::vector<std::string>& names) {
  const Entry* found = find(key);
  if (found == nullptr) return std::nullopt;
  const Node& node = found->value;
  if (node.kind == Node::Kind::text) {
    const auto at = std::find(names.begin(), names.end(), node.text);
    if (at != names.end()) return at - names.begin();
  }
  std::string expected;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) expected += i + 1 == names.size() ? " or " : ", ";
    expected += in_quotes(names[i]);
  }
  const std::string near = node.kind == Node::Kind::text ? text::nearest(node.text, names) : "";
  wrong(key, node, expected, near.empty() ? "" : "did you mean `" + near + "`?");
  return std::nullopt;
}

std::vector<Word> Section::words_of(const std::string& key, const Node& list) {
  std::vector<Word> out;
  for (const Node& item : list.items) {
    if (!is_text(key, item, "a list of strings")) continue;
    if (item.text.empty()) {
      wrong(key, item, "a list of strings that say something");
    } else {
      out.push_back({item.text, item.place});
    }
  }
  return out;
}

std::optional<std::vector<Word>> Section::words(const std::string& key) {
  const Entry* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (found->value.kind != Node::Kind::list) {
    const bool lone = found->value.kind == Node::Kind::text;
    wrong(key, found->value, "a list of strings",
          lone ? "put it in brackets: [" + described(found->value) + "]" : "");
    return std::nullopt;
  }
  return words_of(key, found->value);
}

std::optional<std::vector<Word>> Section::word_or_words(const std::string& key) {
  const Entry* found = find(key);
  if (found == nullptr) return std::nullopt;
  if (found->value.kind == Node::Kind::list) return words_of(key, found->value);
  if (!is_text(key, found->value, "a string or a list of strings")) return std::nullopt;
  if (!found->value.text.empty()) return std::vector<Word>{{found->value.text, found->value.place}};
  wrong(key, found->value, "a string that says something");
  return std::nullopt;
}

void Section::words(const std::string& key, std::vector<std::string>& out) {
  if (const auto found = words(key)) out = texts(*found);
}

Section Section::table(const std::string& key) {
  const Entry* found = entry(key);
  const bool is_table = found != nullptr && found->value.kind == Node::Kind::table;
  if (found != nullptr && !is_table) wrong(key, found->value, "a table");
  return {report_, is_table ? &found->value : nullptr, path_of(key)};
}

std::vector<const Node*> Section::tables(const std::string& key) {
  const Entry* found = entry(key);
  std::vector<const Node*> out;
  if (found == nullptr) return out;
  const std::string expected = "a list of tables";
  if (found->value.kind != Node::Kind::list) {
    wrong(key, found->value, expected, "write each one as [[" + key + "]]");
    return out;
  }
  for (const Node& item : found->value.items) {
    if (item.kind == Node::Kind::table) {
      out.push_back(&item);
    } else {
      wrong(key, item, expected, "write each one as [[" + key + "]]");
    }
  }
  return out;
}

void Section::finish() {
  for (const Entry& each : entries()) {
    if (std::find(known_.begin(), known_.end(), each.key) != known_.end()) continue;
    const bool table = each.value.kind == Node::Kind::table || is_list_of_tables(each.value);
    report_.error(each.place, (table ? "unknown table `" : "unknown key `") + each.key + "`",
                  suggestion(each.key, known_));
  }
}

}  // namespace orchestrate::config
