#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/cli/task_words.h"
#include "api/operations/json.h"
#include "config/task_files/task_file.h"
#include "text/display.h"

namespace orchestrate::api {
namespace {

constexpr std::streamsize kMaxFile = 16 << 20;

std::string read_file(const Context& context, const std::string& file) {
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened || opened.peek() == std::ifstream::traits_type::eof()) {
      throw UsageError("cannot read " + file + ": it is not there, is empty, or is a directory");
    }
  }
  std::istream& in = file == "-" ? *context.in : opened;
  std::string text(static_cast<std::size_t>(kMaxFile) + 1, '\0');
  in.read(text.data(), kMaxFile + 1);
  if (in.bad()) throw UsageError("cannot read " + file);
  if (in.gcount() > kMaxFile) throw UsageError(file + " is larger than 16 MiB: split it");
  text.resize(static_cast<std::size_t>(in.gcount()));
  return text;
}

config::TaskFormat format_of(const ImportOptions& o) {
  const auto format = o.format.empty() ? config::task_format_of(o.file) : config::task_format(o.format);
  if (format) return *format;
  if (!o.format.empty())
    throw UsageError("`" + o.format + "` is no format: use toml, json, jsonl or markdown");
  throw UsageError(
      (o.file == "-" ? "standard input has no ending" : "the ending of " + o.file + " says no format") +
      std::string("\n  say it with --format toml, json, jsonl or markdown"));
}

std::optional<std::int64_t> number_of(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// What the database holds already, as far as a file may name it.
struct Existing {
  explicit Existing(Store& store) {
    for (const Task& task : store.tasks.list(std::nullopt, std::nullopt)) {
      ids.push_back(task.id);
      if (!task.key.empty()) by_key.emplace(task.key, task.id);
    }
    std::sort(ids.begin(), ids.end());
  }

  // 0: no such task.
  [[nodiscard]] std::int64_t find(const std::string& word) const {
    if (const auto found = by_key.find(word); found != by_key.end()) return found->second;
    const auto id = number_of(word);
    return id && std::binary_search(ids.begin(), ids.end(), *id) ? *id : 0;
  }

  std::vector<std::int64_t> ids;
  std::map<std::string, std::int64_t> by_key;
};

// A draft with what its words mean here.
struct Planned {
  Task task;
  std::vector<std::size_t> before;
  std::int64_t existing = 0;  // its id when the key is taken; else 0
};

class Reader {
 public:
  Reader(config::Report& report, const Project& project, const Existing& existing,
         const std::vector<config::Draft>& drafts)
      : report_(report), project_(project), existing_(existing) {
    for (const auto& draft : drafts) {
      if (!draft.key.text.empty()) keys_.push_back(draft.key.text);
    }
    for (const auto& [key, id] : existing.by_key)
      keys_.push_back(key);
  }

  Planned plan(const config::Draft& d) {
    Planned planned;
    Task& task = planned.task;
    task.source = "import";
    task.key = d.key.text;
    task.title = d.title.text;
    task.description = d.description;
    task.type = !d.type.empty() ? d.type : d.run.text.empty() ? "IMPLEMENT" : "SCRIPT";
    task.needs = d.needs;
    task.labels = d.labels;
    task.acceptance = d.acceptance;
    task.checks = config::texts(d.checks);
    task.specs = d.specs;
    task.run_command = d.run.text;
    task.manual = d.manual;
    if (!d.agent.text.empty()) task.agent_type = d.agent.text;
    judge_words(d, task);
    planned.before = d.before;
    for (const auto& word : d.elsewhere)
      task.depends_on.push_back(id_of(word));
    if (const auto found = existing_.by_key.find(task.key); found != existing_.by_key.end())
      planned.existing = found->second;
    return planned;
  }

 private:
  // The same judgement as for `add`, told with its place.
  void judge_words(const config::Draft& d, Task& task) {
    if (!d.title.text.empty()) at(d.title, [&] { require_title(d.title.text); });
    if (!d.priority.text.empty()) at(d.priority, [&] { task.rank = rank_or_refuse(d.priority.text); });
    if (!d.run.text.empty()) at(d.run, [&] { require_command("`run`", d.run.text); });
    for (const auto& check : d.checks)
      at(check, [&] { require_command("the check", check.text); });
    at(d.agent, [&] { require_known_agent(d.agent.text, project_); });
    if (!d.not_before.text.empty())
      at(d.not_before, [&] { task.not_before_ms = time_or_refuse(d.not_before.text); });
  }

  void at(const config::Word& word, const std::function<void()>& judge) {
    try {
      judge();
    } catch (const UsageError& e) {
      const std::string what = e.what();
      const std::size_t hint = what.find("\n  ");
      report_.error(word.place, what.substr(0, hint), hint == std::string::npos ? "" : what.substr(hint + 3));
    }
  }

  std::int64_t id_of(const config::Word& word) {
    const std::int64_t id = existing_.find(word.text);
    if (id == 0) {
      report_.error(word.place, "there is no task `" + word.text + "`, here or in the queue",
                    config::suggestion(word.text, keys_));
    }
    return id;
  }

  config::Report& report_;
  const Project& project_;
  const Existing& existing_;
  std::vector<std::string> keys_;
};

struct Plan {
  std::vector<Planned> tasks;
  std::vector<std::size_t> order;
  int skipped = 0;
};

// Throws UsageError after having printed every problem.
Plan plan_or_refuse(const Context& context, const config::TaskDocument& source, const Project& project,
                    const Existing& existing) {
  config::Report report(source.document);
  const auto drafts = config::read_tasks(source, report);
  Plan plan{{}, drafts.order, source.skipped};
  Reader reader(report, project, existing, drafts.tasks);
  for (const auto& draft : drafts.tasks)
    plan.tasks.push_back(reader.plan(draft));
  auto errors = source.errors;
  for (auto& each : report.errors())
    errors.push_back(std::move(each));
  std::stable_sort(errors.begin(), errors.end(), [](const auto& a, const auto& b) {
    return a.line != 0 && (b.line == 0 || a.line < b.line);
  });
  if (!errors.empty()) {
    *context.err << config::render(errors, context.colour);
    throw UsageError("nothing was queued: the file is broken");
  }
  if (plan.tasks.empty() && plan.skipped == 0)
    throw UsageError("there is no task in " + source.document.file);
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

void show_plan(const Context& context, const Plan& plan) {
  std::vector<std::vector<std::string>> rows = {{"#", "PRI", "TYPE", "TITLE", "NEEDS", "DEPENDS ON"}};
  nlohmann::json list = nlohmann::json::array();
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    const Task& task = plan.tasks[i].task;
    const auto depends = dependencies_of(plan.tasks[i]);
    const std::int64_t existing = plan.tasks[i].existing;
    rows.push_back({std::to_string(i + 1), priority_short(task.rank), task.type,
                    shortened(printable(task.title), 64) +
                        (existing != 0 ? "  (is task " + std::to_string(existing) + ")" : ""),
                    joined(task.needs, ", "), joined(depends, ", ")});
    list.push_back({{"n", i + 1},
                    {"title", task.title},
                    {"priority", priority_name(task.rank)},
                    {"type", task.type},
                    {"needs", task.needs},
                    {"depends_on", depends},
                    {"existing", existing != 0 ? nlohmann::json(existing) : nlohmann::json()}});
  }
  if (context.json) {
    *context.out << text_of({{"tasks", list}, {"skipped", plan.skipped}});
  } else {
    *context.out << table(rows);
  }
}

// The ids, in the order of the file.
std::vector<std::int64_t> queue(Store& store, Plan& plan) {
  std::vector<std::int64_t> ids(plan.tasks.size());
  const std::int64_t now_ms = wall_ms();
  for (const std::size_t i : plan.order) {
    for (const std::size_t other : plan.tasks[i].before)
      plan.tasks[i].task.depends_on.push_back(ids[other]);
    ids[i] = store.tasks.add(plan.tasks[i].task, now_ms);
  }
  return ids;
}

void show_queued(const Context& context, const std::vector<std::int64_t>& ids, const Plan& plan) {
  std::vector<std::int64_t> existing;
  for (const auto& each : plan.tasks) {
    if (each.existing != 0) existing.push_back(each.existing);
  }
  if (context.json) {
    *context.out << line_of({{"ids", ids}, {"existing", existing}, {"skipped", plan.skipped}}) << "\n";
    return;
  }
  for (const std::int64_t id : ids)
    *context.out << id << "\n";
}

// Beside the ids, which scripts read.
void show_notes(const Context& context, const Plan& plan) {
  for (const auto& each : plan.tasks) {
    if (each.existing != 0) {
      *context.err << "task " << each.existing << " has the key " << printable(each.task.key)
                   << " already: it stays as it is\n";
    }
  }
  if (plan.skipped > 0)
    *context.err << plan.skipped << (plan.skipped == 1 ? " ticked item was" : " ticked items were")
                 << " skipped\n";
}

}  // namespace

int import_tasks(const Context& context, const ImportOptions& options) {
  auto opened = open_project(context, false);
  const auto format = format_of(options);
  const auto source = config::parse_tasks(options.file == "-" ? "standard input" : options.file,
                                          read_file(context, options.file), format);
  Plan plan;
  std::vector<std::int64_t> ids;
  const auto make_plan = [&] {
    plan = plan_or_refuse(context, source, opened.project, Existing(*opened.store));
  };
  if (options.dry_run) {
    make_plan();
    show_plan(context, plan);
  } else {
    opened.store->write([&] {
      make_plan();
      ids = queue(*opened.store, plan);
    });
    show_queued(context, ids, plan);
  }
  show_notes(context, plan);
  return 0;
}

}  // namespace orchestrate::api
