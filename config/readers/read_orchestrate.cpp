#include <string>
#include <utility>
#include <vector>

#include "config/commands.h"
#include "config/readers/readers.h"
#include "text/glob.h"
#include "text/priority.h"

namespace orchestrate::config {
namespace {

constexpr int kMostParallel = 1000;
constexpr int kMostAttempts = 100;

// The part of git-check-ref-format(1) that people get wrong.
bool is_branch_name(const std::string& name) {
  const bool bad_edge =
      name.front() == '-' || name.front() == '/' || name.back() == '/' || name.back() == '.';
  const bool bad_part = name.find("..") != std::string::npos || name.find("//") != std::string::npos ||
                        name.find("@{") != std::string::npos || name.find("/.") != std::string::npos;
  const bool bad_word = name.ends_with(".lock") || name.find(".lock/") != std::string::npos || name == "@";
  for (const char c : name) {
    const auto code = static_cast<unsigned char>(c);
    if (code <= 0x20 || code == 0x7F || std::string("~^:?*[\\").find(c) != std::string::npos) return false;
  }
  return !bad_edge && !bad_part && !bad_word && name.front() != '.';
}

void read_branch(Section& section, const std::string& key, std::string& out) {
  const auto found = section.word(key);
  if (!found) return;
  if (is_branch_name(found->text)) {
    out = found->text;
  } else {
    section.report().error(found->place,
                           "`" + key + "` must be a branch name, and git would refuse this one");
  }
}

void read_project(Section section, Config& config) {
  section.text("name", config.project_name);
  read_branch(section, "base", config.base);
  section.finish();
}

void read_dispatch(Section section, Dispatch& dispatch) {
  section.whole("max_parallel", dispatch.max_parallel, kMostParallel);
  if (const auto words = section.words("auto_spawn")) {
    dispatch.auto_spawn = short_priorities(section, "auto_spawn", *words);
  }
  const Entry* aging = section.find("aging");
  if (aging != nullptr && aging->value.kind == Node::Kind::text && aging->value.text == "off") {
    dispatch.aging_ms = 0;
  } else {
    section.duration("aging", dispatch.aging_ms, "365d");
  }
  section.finish();
}

void read_night(Section section, Night& night) {
  section.time_of_day("until", night.until);
  section.time_of_day("last_start", night.last_start);
  section.finish();
}

void read_limits(Section section, TaskLimits& limits) {
  section.money("session_cost_usd", limits.session_cost_usd);
  section.money("task_cost_usd", limits.task_cost_usd);
  section.whole("task_attempts", limits.task_attempts, kMostAttempts);
  section.duration("task_wall", limits.task_wall_ms, "30d");
  section.finish();
}

void read_checks(Section section, Checks& checks) {
  read_commands(section, "default", checks.commands);
  section.choice<bool>("where", checks.fresh, {{"workspace", false}, {"fresh", true}});
  section.flag("baseline", checks.baseline);
  section.duration("wall_limit", checks.wall_ms, "7d");
  read_globs(section, "protected", checks.protected_paths);
  section.finish();
}

void read_root(Section& section, std::string& out) {
  const Entry* found = section.find("root");
  if (found == nullptr) return;
  const Node& node = found->value;
  const bool absolute = node.kind == Node::Kind::text && !node.text.empty() && node.text.front() == '/';
  const bool none = node.kind == Node::Kind::text && node.text.empty();
  if ((!absolute && !none) || node.text.find('\0') != std::string::npos) {
    return section.wrong("root", node, "an absolute path, or \"\" for the default place");
  }
  out = node.text;
}

void read_branch_pattern(Section& section, std::string& out) {
  const std::string id = "{id}";
  const auto found = section.word("branch");
  if (!found) return;
  std::string sample = found->text;
  const auto at = sample.find(id);
  if (at == std::string::npos) {
    return section.report().error(found->place,
                                  "`branch` must hold {id}, so that every task has a branch of its own",
                                  "for instance \"orchestrate/{id}\"");
  }
  sample.replace(at, id.size(), "1");
  if (sample.find_first_of("{}") != std::string::npos) {
    return section.report().error(found->place, "`branch` holds a placeholder other than one {id}");
  }
  read_branch(section, "branch", out);
}

void read_author(Section& section, std::string& out) {
  const auto found = section.word("author");
  if (!found) return;
  const std::string& text = found->text;
  const auto open = text.find('<');
  const bool person = open != std::string::npos && open > 0 && text.back() == '>' && text.size() > open + 2 &&
                      text.find('>') == text.size() - 1 && text.find('<', open + 1) == std::string::npos &&
                      text.find('\n') == std::string::npos;
  if (text != "agent" && !person) {
    return section.report().error(found->place, "`author` must be \"agent\" or \"Name <mail>\"");
  }
  out = text;
}

void read_workspace(Section section, Workspace& workspace) {
  section.choice<workspaces::Kind>("kind", workspace.kind, workspace_kinds());
  read_root(section, workspace.root);
  read_branch_pattern(section, workspace.branch);
  section.flag("keep_failed", workspace.keep_failed);
  section.choice<Publish>("publish", workspace.publish,
                          {{"branch", Publish::branch}, {"merge-ff", Publish::merge_ff}});
  read_author(section, workspace.author);
  section.finish();
}

void read_hooks(Section section, Hooks& hooks) {
  read_commands(section, "after_create", hooks.after_create);
  read_commands(section, "before_run", hooks.before_run);
  read_commands(section, "after_run", hooks.after_run);
  read_commands(section, "before_remove", hooks.before_remove);
  section.finish();
}

void read_retention(Section section, Retention& retention) {
  section.duration("runs", retention.runs_ms, "3650d");
  section.flag("archive", retention.archive);
  section.size("max_disk", retention.max_disk_bytes, "1024TiB");
  section.size("free_disk_floor", retention.free_disk_floor_bytes, "1024TiB");
  section.finish();
}

}  // namespace

void read_globs(Section& section, const std::string& key, std::vector<std::string>& out) {
  const auto words = section.words(key);
  if (!words) return;
  for (const Word& word : *words) {
    const std::string problem = text::glob_problem(word.text);
    if (!problem.empty()) section.report().error(word.place, "the glob in `" + key + "` " + problem);
  }
  out = texts(*words);
}

const std::vector<std::pair<std::string, workspaces::Kind>>& workspace_kinds() {
  using Kind = workspaces::Kind;
  static const std::vector<std::pair<std::string, Kind>> kinds = {
      {"clone", Kind::clone}, {"in-place", Kind::in_place}, {"scratch", Kind::scratch}};
  return kinds;
}

std::vector<std::string> short_priorities(Section& section, const std::string& key,
                                          const std::vector<Word>& words) {
  std::vector<std::string> out;
  for (const Word& word : words) {
    const auto rank = text::priority_rank(word.text);
    if (!rank) {
      section.report().error(word.place, "unknown priority `" + word.text + "` in `" + key + "`",
                             "known: P0-CRITICAL, P1-HIGH, P2-MEDIUM, P3-LOW, or P0 to P3");
    } else {
      out.push_back(text::priority_short(*rank));
    }
  }
  return out;
}

void read_orchestrate(Section root, Config& config) {
  read_project(root.table("project"), config);
  read_dispatch(root.table("dispatch"), config.dispatch);
  read_night(root.table("night"), config.night);
  read_limits(root.table("limits"), config.limits);
  read_checks(root.table("checks"), config.checks);
  read_workspace(root.table("workspace"), config.workspace);
  read_hooks(root.table("hooks"), config.hooks);
  read_retention(root.table("retention"), config.retention);
  root.finish();
}

}  // namespace orchestrate::config
