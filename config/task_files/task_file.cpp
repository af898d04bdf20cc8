#include "config/task_files/task_file.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <queue>
#include <utility>

#include "config/task_files/task_parsers.h"

namespace orchestrate::config {
namespace {

constexpr std::size_t kMostTasks = 10'000;
const char* const kTitle = "title";
const char* const kKey = "key";

constexpr std::array<std::pair<const char*, TaskFormat>, 4> kFormats = {{{"toml", TaskFormat::toml},
                                                                         {"json", TaskFormat::json},
                                                                         {"jsonl", TaskFormat::json_lines},
                                                                         {"markdown", TaskFormat::markdown}}};

// Ids may be numbers or text; one alone needs no list.
std::vector<Word> references(Section& task, const std::string& key, const Node& value) {
  std::vector<Word> out;
  const bool list = value.kind == Node::Kind::list;
  for (const Node& item : list ? value.items : std::vector<Node>{value}) {
    if (item.kind == Node::Kind::integer) {
      out.push_back({std::to_string(item.integer), item.place});
    } else if (item.kind == Node::Kind::text && !item.text.empty()) {
      out.push_back({item.text, item.place});
    } else {
      task.wrong(key, item, "a list of ids and keys");
    }
  }
  return out;
}

// Optional words may also be said to be empty.
std::vector<Word> one_word(Section& task, const std::string& key, const Node& value) {
  const bool text = value.kind == Node::Kind::text;
  if (text && value.text.find('\0') == std::string::npos) return {{value.text, value.place}};
  task.wrong(key, value, text ? "a string without NUL characters" : "a string");
  return {};
}

std::vector<Word> flag_word(Section& task, const std::string& key, const Node& value) {
  bool yes = false;
  task.flag(key, yes);
  if (value.kind != Node::Kind::boolean) return {};
  return {{yes ? "yes" : "no", value.place}};
}

// Empty: it was not given, or is wrong, which has been reported.
std::vector<Word> words_of(Section& task, const std::string& name, const DraftKey& key) {
  const Entry* entry = task.find(name);
  if (entry == nullptr) return {};
  switch (key.taken) {
    case DraftKey::Taken::words:
      return task.word_or_words(name).value_or(std::vector<Word>{});
    case DraftKey::Taken::flag:
      return flag_word(task, name, entry->value);
    case DraftKey::Taken::references:
      return references(task, name, entry->value);
    case DraftKey::Taken::word:
      break;
  }
  if (name != kTitle) return one_word(task, name, entry->value);
  const auto title = task.word(name);
  return title ? std::vector<Word>{*title} : std::vector<Word>{};
}

Draft read_task(const Node& node, const std::vector<DraftKey>& keys, Report& report) {
  Section task(report, &node, "");
  Draft draft;
  draft.place = node.place;
  if (task.find(kTitle) == nullptr) report.error(node.place, "a task needs `title`");
  for (const DraftKey& key : keys) {
    auto words = words_of(task, key.name, key);
    if (!key.other_name.empty()) {
      const auto more = words_of(task, key.other_name, key);
      words.insert(words.end(), more.begin(), more.end());
    }
    if (key.taken == DraftKey::Taken::references) {
      draft.elsewhere = std::move(words);
    } else if (!words.empty()) {
      draft.words[key.name] = std::move(words);
    }
  }
  task.finish();
  return draft;
}

using Keys = std::map<std::string, std::size_t>;

Keys keys_of(const std::vector<Draft>& tasks, Report& report) {
  Keys keys;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const Word key = tasks[i].word(kKey);
    if (key.text.empty()) continue;
    const auto [first, is_new] = keys.emplace(key.text, i);
    if (is_new) continue;
    report.error(key.place, "duplicate key `" + key.text + "`",
                 "it was first used on line " + std::to_string(tasks[first->second].word(kKey).place.line));
  }
  return keys;
}

void find_within(Draft& task, const Keys& keys) {
  std::vector<Word> elsewhere;
  for (Word& word : task.elsewhere) {
    if (const auto found = keys.find(word.text); found != keys.end()) {
      task.before.push_back(found->second);
    } else {
      elsewhere.push_back(std::move(word));
    }
  }
  task.elsewhere = std::move(elsewhere);
}

// Kahn's algorithm, the earliest in the file first. What waits for itself is left out.
std::vector<std::size_t> order_of(const std::vector<Draft>& tasks) {
  std::vector<std::vector<std::size_t>> after(tasks.size());
  std::vector<std::size_t> waits(tasks.size());
  std::priority_queue<std::size_t, std::vector<std::size_t>, std::greater<>> ready;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    waits[i] = tasks[i].before.size();
    for (const std::size_t other : tasks[i].before)
      after[other].push_back(i);
    if (waits[i] == 0) ready.push(i);
  }
  std::vector<std::size_t> order;
  while (!ready.empty()) {
    const std::size_t next = ready.top();
    ready.pop();
    order.push_back(next);
    for (const std::size_t other : after[next]) {
      if (--waits[other] == 0) ready.push(other);
    }
  }
  return order;
}

// Whoever is not in the order waits for one that is not: following that leads into a circle. Each is reported
// once.
void report_circles(const std::vector<Draft>& tasks, const std::vector<std::size_t>& order, Report& report) {
  std::vector<std::size_t> seen(tasks.size(), 0);  // by which walk
  for (const std::size_t task : order)
    seen[task] = tasks.size() + 1;
  const auto stuck = [&](std::size_t task) { return seen[task] <= tasks.size(); };
  const auto next_of = [&](std::size_t task) {
    return *std::find_if(tasks[task].before.begin(), tasks[task].before.end(), stuck);
  };
  for (std::size_t start = 0; start < tasks.size(); ++start) {
    std::size_t at = start;
    for (; seen[at] == 0; at = next_of(at))
      seen[at] = start + 1;
    if (seen[at] != start + 1 || seen[start] != start + 1) continue;
    const Word key = tasks[at].word(kKey);
    std::string circle = key.text;
    for (std::size_t each = next_of(at); each != at; each = next_of(each))
      circle += " -> " + tasks[each].word(kKey).text;
    report.error(key.place, "`" + key.text + "` waits for itself", circle + " -> " + key.text);
  }
}

bool ends_with_any(const std::string& text, std::initializer_list<const char*> endings) {
  return std::any_of(endings.begin(), endings.end(), [&](const char* each) { return text.ends_with(each); });
}

}  // namespace

std::optional<TaskFormat> task_format(const std::string& name) {
  for (const auto& [known, format] : kFormats) {
    if (name == known) return format;
  }
  return std::nullopt;
}

std::optional<TaskFormat> task_format_of(const std::string& file) {
  if (ends_with_any(file, {".toml"})) return TaskFormat::toml;
  if (ends_with_any(file, {".json"})) return TaskFormat::json;
  if (ends_with_any(file, {".jsonl", ".ndjson"})) return TaskFormat::json_lines;
  if (ends_with_any(file, {".md", ".markdown"})) return TaskFormat::markdown;
  return std::nullopt;
}

void add_error(TaskDocument& out, const Place& place, const std::string& message, const std::string& hint) {
  Report report(out.document);
  report.error(place, message, hint);
  out.errors.push_back(report.errors().front());
}

void add_entry(TaskDocument& out, Node& table, Entry entry) {
  const auto same = [&entry](const Entry& each) { return each.key == entry.key; };
  const auto first = std::find_if(table.entries.begin(), table.entries.end(), same);
  if (first != table.entries.end()) {
    add_error(out, entry.place, "`" + entry.key + "` stands there twice",
              "it was first given on line " + std::to_string(first->place.line));
  }
  table.entries.push_back(std::move(entry));
}

TaskDocument parse_tasks(const std::string& file, const std::string& text, TaskFormat format) {
  const std::string bytes = text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
  TaskDocument out;
  out.list_key = format == TaskFormat::toml ? "task" : "tasks";
  if (format == TaskFormat::toml) {
    Diagnostic error;
    auto document = parse_document(file, bytes, error);
    if (!document) out.errors.push_back(error);
    out.document = document.value_or(Document{file, {}, {}});
    return out;
  }
  out.document = {file, split_lines(bytes), {}};
  if (format == TaskFormat::json_lines) parse_json_lines(out);
  if (format == TaskFormat::markdown) parse_check_list(out);
  if (format == TaskFormat::json) parse_json(out, bytes);
  return out;
}

Word Draft::word(const std::string& name) const {
  const auto found = words.find(name);
  return found == words.end() ? Word{{}, place} : found->second.front();
}

Drafts read_tasks(const TaskDocument& source, const std::vector<DraftKey>& known, Report& report) {
  Section root(report, &source.document.root, "");
  Drafts out;
  const Entry* list = root.find(source.list_key);
  root.finish();
  if (list != nullptr && list->value.kind != Node::Kind::list) {
    root.wrong(source.list_key, list->value, "a list of tasks");
  }
  const std::vector<Node> none;
  const auto& items = list != nullptr ? list->value.items : none;
  if (items.size() > kMostTasks) {
    // Alone: of what was not read nothing can be said.
    report.error(items[kMostTasks].place, "more than 10000 tasks", "split the file");
    return out;
  }
  for (const Node& item : items) {
    if (item.kind == Node::Kind::table) {
      out.tasks.push_back(read_task(item, known, report));
    } else {
      report.error(item.place, "a task must have `title` and the like, not be " + described(item));
    }
  }
  const Keys keys = keys_of(out.tasks, report);
  for (Draft& task : out.tasks)
    find_within(task, keys);
  out.order = order_of(out.tasks);
  report_circles(out.tasks, out.order, report);
  return out;
}

}  // namespace orchestrate::config
