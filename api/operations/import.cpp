#include "api/operations/operation.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>

#include "api/operations/rows/task_values.h"
#include "config/task_files/task_file.h"
#include "text/priority.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;

constexpr double kMaxFile = 16 << 20;
constexpr std::size_t kSameStart = 2;
constexpr std::size_t kMostSimilar = 1'000;

config::TaskFormat format_of(const std::string& file, const std::string& format) {
  const auto found = format.empty() ? config::task_format_of(file) : config::task_format(format);
  if (found) return *found;
  throw wrong_usage(file == "-" ? "standard input has no file ending to tell its format by"
                                : "the ending of " + file + " tells no format",
                    "use --format toml, json, jsonl or markdown");
}

std::optional<std::int64_t> number_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// What the database holds already, as far as a file names it: asked for name by name, so that a long queue
// costs nothing.
struct Existing {
  // A key goes before a number. 0: no such task.
  [[nodiscard]] std::int64_t find(const std::string& word) const {
    if (const auto id = store.tasks.id_of_key(word)) return *id;
    const auto id = number_of(word);
    return id && store.tasks.exists(*id) ? *id : 0;
  }

  Store& store;
};

// A draft with what its words mean here.
struct Planned {
  Task task;
  std::vector<std::size_t> before;
  std::int64_t existing = 0;  // its id when the key is taken; else 0
};

class Reader {
 public:
  Reader(config::Report& report, const Desk& desk, const Existing& existing,
         const std::vector<config::Draft>& drafts)
      : report_(report), desk_(desk), existing_(existing) {
    for (const auto& draft : drafts) {
      const auto key = draft.words.find("key");
      if (key != draft.words.end() && !key->second.front().text.empty())
        keys_.push_back(key->second.front().text);
    }
  }

  Planned plan(const config::Draft& draft) {
    Planned planned;
    planned.task.source = "import";
    for (const auto& [name, words] : draft.words)
      write(planned.task, *find_task_field(name), words);
    if (!draft.words.contains("type") && !planned.task.run_command.empty()) planned.task.type = "SCRIPT";
    planned.before = draft.before;
    for (const auto& word : draft.elsewhere)
      planned.task.depends_on.push_back(id_of(word));
    if (!planned.task.key.empty())
      planned.existing = existing_.store.tasks.id_of_key(planned.task.key).value_or(0);
    return planned;
  }

 private:
  // The same judgement as for `add`, told with its place.
  void write(Task& task, const TaskField& field, const std::vector<config::Word>& words) {
    const Shape shape = shape_of(field);
    if (shape.kind != Shape::Kind::list)
      return take(task, field, value_of(shape, {words.front().text}), words.front());
    json all = json::array();
    for (const auto& word : words) {
      Task unused;
      take(unused, field, json::array({word.text}), word);
      all.push_back(word.text);
    }
    at(
        {}, [&] { write_field(task, field, all, desk_); }, false);
  }

  // An empty word is one that was left out.
  void take(Task& task, const TaskField& field, const json& value, const config::Word& word) {
    if (word.text.empty() && field.name != "title") return;
    if (const std::string fault = fault_of(shape_of(field), value, std::string(field.name), desk_.now_ms);
        !fault.empty())
      return report_.error(word.place, fault);
    at(
        word, [&] { write_field(task, field, value, desk_); }, true);
  }

  void at(const config::Word& word, const std::function<void()>& act, bool tell) {
    try {
      act();
    } catch (const Refused& e) {
      if (tell) report_.error(word.place, e.what(), e.fix());
    }
  }

  std::int64_t id_of(const config::Word& word) {
    const std::int64_t id = existing_.find(word.text);
    if (id == 0) {
      report_.error(word.place, "there is no task `" + word.text + "`, here or in the queue",
                    config::suggestion(word.text, similar_keys(word.text)));
    }
    return id;
  }

  // Of the file, and of the database those that begin as it does.
  [[nodiscard]] std::vector<std::string> similar_keys(const std::string& word) const {
    auto keys = existing_.store.tasks.keys_beginning(word.substr(0, kSameStart), kMostSimilar);
    keys.insert(keys.end(), keys_.begin(), keys_.end());
    return keys;
  }

  config::Report& report_;
  const Desk& desk_;
  const Existing& existing_;
  std::vector<std::string> keys_;
};

struct Plan {
  std::vector<Planned> tasks;
  std::vector<std::size_t> order;
  int skipped = 0;
};

std::vector<config::DraftKey> keys_of_tasks() {
  std::vector<config::DraftKey> keys;
  for (const TaskField& field : task_fields()) {
    using Kind = TaskField::Kind;
    const bool list = shape_of(field).kind == Shape::Kind::list;
    const auto taken = field.kind == Kind::tasks    ? config::DraftKey::Taken::references
                       : list                       ? config::DraftKey::Taken::words
                       : field.kind == Kind::yes_no ? config::DraftKey::Taken::flag
                                                    : config::DraftKey::Taken::word;
    keys.push_back({std::string(field.name), std::string(field.other_name), taken});
  }
  return keys;
}

// By place; what concerns the whole file comes first or last.
std::vector<config::Diagnostic> sorted(std::vector<config::Diagnostic> errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const auto& a, const auto& b) {
    return a.line != 0 && (b.line == 0 || a.line < b.line);
  });
  return errors;
}

Plan plan_or_refuse(const Desk& desk, const config::TaskDocument& source, const Existing& existing) {
  config::Report report(source.document);
  const auto drafts = config::read_tasks(source, keys_of_tasks(), report);
  Plan plan{{}, drafts.order, source.skipped};
  Reader reader(report, desk, existing, drafts.tasks);
  for (const auto& draft : drafts.tasks)
    plan.tasks.push_back(reader.plan(draft));
  auto errors = source.errors;
  for (auto& each : report.errors())
    errors.push_back(std::move(each));
  if (!errors.empty())
    throw Refused(Code::usage, "nothing was queued: the file has errors", "", sorted(std::move(errors)));
  if (plan.tasks.empty() && plan.skipped == 0)
    throw wrong_usage("there is no task in " + source.document.file);
  return plan;
}

std::vector<std::string> dependencies_of(const Planned& planned) {
  std::vector<std::string> out;
  for (const std::size_t other : planned.before)
    out.push_back("#" + std::to_string(other + 1));
  for (const std::int64_t id : planned.task.depends_on)
    out.push_back(std::to_string(id));
  return out;
}

// The tasks whose keys were there already.
json kept(const Plan& plan) {
  json list = json::array();
  for (const auto& each : plan.tasks) {
    if (each.existing != 0) list.push_back({{"id", each.existing}, {"key", each.task.key}});
  }
  return list;
}

json shown(const Plan& plan) {
  json list = json::array();
  for (const auto& each : plan.tasks) {
    list.push_back({{"n", list.size() + 1},
                    {"title", each.task.title},
                    {"priority", text::priority_name(each.task.rank)},
                    {"type", each.task.type},
                    {"needs", each.task.needs},
                    {"depends_on", dependencies_of(each)},
                    {"existing", each.existing != 0 ? json(each.existing) : json()}});
  }
  return {{"tasks", std::move(list)}, {"kept", kept(plan)}, {"skipped", plan.skipped}};
}

// The ids, in the order of the file.
std::vector<std::int64_t> queue(Desk& desk, Plan& plan) {
  std::vector<std::int64_t> ids(plan.tasks.size());
  for (const std::size_t i : plan.order) {
    for (const std::size_t other : plan.tasks[i].before)
      plan.tasks[i].task.depends_on.push_back(ids[other]);
    ids[i] = desk.store->tasks.add(plan.tasks[i].task, desk.now_ms);
  }
  return ids;
}

json queued(const std::vector<std::int64_t>& ids, const Plan& plan) {
  std::vector<std::int64_t> existing;
  for (const auto& each : plan.tasks) {
    if (each.existing != 0) existing.push_back(each.existing);
  }
  return {{"ids", ids}, {"existing", existing}, {"kept", kept(plan)}, {"skipped", plan.skipped}};
}

json import_tasks(Desk& desk, const json& given) {
  const auto file = given.value("file", std::string("-"));
  const auto format = format_of(file, given.value("format", std::string()));
  const auto source = config::parse_tasks(file == "-" ? "standard input" : file,
                                          given["text"].get_ref<const std::string&>(), format);
  if (given["dry_run"]) return shown(plan_or_refuse(desk, source, Existing{*desk.store}));
  json answer;
  desk.store->write([&] {
    Plan plan = plan_or_refuse(desk, source, Existing{*desk.store});
    answer = queued(queue(desk, plan), plan);
  });
  return answer;
}

Shape import_shape() {
  using namespace shape;
  const Shape planned = object({{"n", id()},
                                {"title", text()},
                                {"priority", priority()},
                                {"type", text()},
                                {"needs", list_of(text())},
                                {"depends_on", list_of(text())},
                                {"existing", or_null(id())}});
  return object({{"ids", list_of(id()), false},
                 {"existing", list_of(id()), false},
                 {"tasks", list_of(planned), false},
                 {"kept", list_of(object({{"id", id()}, {"key", text()}}))},
                 {"skipped", whole(0)}});
}

std::string keys_of_a_task() {
  std::string names;
  for (const TaskField& field : task_fields())
    names +=
        (names.empty() ? "" : ", ") + std::string(field.other_name.empty() ? field.name : field.other_name);
  return names;
}

std::string more() {
  return "TOML: [[task]] tables. JSON: a list of objects, or {\"tasks\": [...]}. JSON lines: an object a line. Keys: " +
         keys_of_a_task() +
         ". depends_on names ids of tasks and keys of tasks, also of the same file, in any "
         "order. A task with a key that is queued already stays as it is.\n\n"
         "Markdown: `- [ ] Title`, with (P0)..(P3) before or after the title; what is indented below describes it, "
         "but for lines like `needs: a, b`, `check: make test`, `accept: TEXT`, `depends on: KEY`, `key: KEY`. "
         "Items within items are tasks of their own. `- [x]` is skipped.";
}

}  // namespace

Operation import_operation() {
  using namespace shape;
  Typed file = {"FILE"};
  file.from = Typed::From::file;
  file.name_to = "file";
  Typed untyped;
  untyped.never = true;
  return {
      "tasks.import",
      "import",
      "POST /api/v1/tasks/import",
      "Queue",
      "Queue many tasks from a file, all of them or none, and print their ids",
      "orchestrate import sprint.md --dry-run",
      Effect::writes,
      Who::owner,
      Opens::store,
      {{"text", text(kMaxFile), "TOML, JSON, JSON lines or a Markdown check list; - reads standard input",
        true, "", file},
       {"file", text(), "The file's name, whose ending tells the format; - for none", false, "-", untyped},
       {"format",
        one_of({"toml", "json", "jsonl", "markdown"}),
        "toml, json, jsonl or markdown (default: by the file's ending)",
        false,
        "",
        {"", "FORMAT"}},
       {"dry_run", yes_no(), "Show what would be queued; write nothing", false, "no"}},
      import_shape(),
      import_tasks,
      more()};
}

}  // namespace orchestrate::api
