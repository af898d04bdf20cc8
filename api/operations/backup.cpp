// Operations that copy the state of a project, and put a copy back.
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "api/operations/operation.h"
#include "orchestrator/attempt/steps/requests.h"
#include "orchestrator/project/machine.h"
#include "orchestrator/session/process/session_lock.h"
#include "orchestrator/store/sqlite/copy.h"
#include "system/files.h"
#include "text/time_text.h"

namespace orchestrate::api {
namespace {

using nlohmann::json;
using namespace shape;

namespace fs = std::filesystem;

const char* const kGroup = "Set up";
constexpr std::size_t kMostTold = 100;  // ids of a list

std::string named(const Desk& desk, const json& given) {
  return fs::absolute(fs::path(desk.directory) / given["file"].get<std::string>())
      .lexically_normal()
      .string();
}

json backup(Desk& desk, const json& given) {
  const std::string file = named(desk, given);
  try {
    copy_database(desk.project->paths.state + "/state.db", file);
  } catch (const std::system_error& e) {
    const bool is_there = e.code() == std::errc::file_exists;
    throw Refused(Code::refused, e.what(), is_there ? "name a file that is not there yet" : "");
  }
  return {{"file", file}, {"bytes", fs::file_size(file)}};
}

// What SQLite cannot read, now or later.
bool is_broken(const DatabaseError& e) {
  constexpr int kCorrupt = 11, kNoDatabase = 26;
  const int code = e.code & 0xff;
  return e.code == 0 || code == kCorrupt || code == kNoDatabase;
}

struct Saved {
  std::string file;  // the state that was there, under a name of its own; empty: there was none
  CopyFacts facts;   // of one that can be read
};

// One that SQLite cannot read is moved away whole; any other failure leaves everything as it is.
Saved save(const std::string& database, std::int64_t now_ms) {
  if (!system::exists(database)) return {};
  Saved saved;
  for (int n = 1; saved.file.empty() || system::exists(saved.file); ++n)
    saved.file =
        database + ".before-restore-" + text::utc_time(now_ms).substr(0, 10) + "-" + std::to_string(n);
  try {
    copy_database(database, saved.file);
    saved.facts = examine_copy(saved.file);
    return saved;
  } catch (const DatabaseError& e) {
    if (!is_broken(e)) throw;
  }
  std::error_code absent;
  fs::remove(saved.file, absent);
  fs::rename(database, saved.file);
  for (const char* part : {"-wal", "-shm"})
    fs::rename(database + part, saved.file + part, absent);
  return saved;
}

json numbers_after(std::int64_t first, std::int64_t last) {
  json numbers = json::array();
  for (std::int64_t n = first + 1; n <= last && numbers.size() < kMostTold; ++n)
    numbers.push_back(n);
  return numbers;
}

json later_runs(const Paths& paths, std::int64_t last) {
  json later = json::array();
  for (const std::int64_t run : this_machine().numbers_in(paths.runs, "", "")) {
    if (run > last && later.size() < kMostTold) later.push_back(run);
  }
  return later;
}

CopyFacts examined(const std::string& file) {
  if (!fs::exists(file)) throw wrong_usage("there is no " + file);
  CopyFacts facts;
  try {
    facts = examine_copy(file);
  } catch (const DatabaseError& e) {
    throw Refused(Code::refused, e.what(), "name a file that `orchestrate backup` has made");
  }
  if (facts.version > kSchemaVersion)
    throw Refused(Code::refused, file + " was written by a newer orchestrate", "install that version");
  return facts;
}

json restore(Desk& desk, const json& given) {
  const Paths& paths = desk.project->paths;
  const std::string file = named(desk, given);
  const CopyFacts facts = examined(file);
  make_state_dirs(paths);
  const SessionLock lock(paths.state);
  if (!lock.held())
    throw Refused(Code::refused, "a session runs (" + lock.holder() + ")", "end it first: orchestrate stop");
  const std::string database = paths.state + "/state.db";
  WritersQueue writers(database + ".lock");
  writers.enter({});  // until this process closes it: what somebody adds meanwhile would be in neither
  const Saved before = save(database, desk.now_ms);
  if (!before.facts.mark.empty() && before.facts.mark != facts.mark) {
    fs::remove(before.file);
    throw Refused(Code::refused, file + " is the state of another project");
  }
  // Of the tasks that are lost the ids are not given again: their work may still be there.
  put_copy_back(file, database, before.facts.last_task);
  return {{"file", file},
          {"saved", before.file},
          {"lost_tasks", numbers_after(facts.last_task, before.facts.last_task)},
          {"later_runs", later_runs(paths, facts.last_run)}};
}

Operation on_state(const std::string& verb, const std::string& does, const std::string& file, Opens opens,
                   Shape gives, Handler handler) {
  Operation operation;
  operation.name = "state." + verb;
  operation.verb = verb;
  operation.route = "POST /api/v1/state/" + verb;
  operation.group = kGroup;
  operation.does = does;
  operation.example = "orchestrate " + verb + " /backup/night.db";
  operation.effect = Effect::writes;
  operation.who = Who::owner;
  operation.opens = opens;
  operation.fields = {{"file", text(), file, true, "", {"FILE"}}};
  operation.gives = std::move(gives);
  operation.handler = handler;
  return operation;
}

}  // namespace

std::vector<Operation> backup_operations() {
  Operation copy = on_state("backup", "Copy the state into one file, while a session works or not",
                            "Where to; must not be there yet", Opens::store,
                            object({{"file", text()}, {"bytes", whole(0)}}), backup);
  copy.more =
      "The copy is of one moment and holds everything that is known: tasks, runs, the inbox, events. Workspaces, results "
      "and the logs of runs are files of their own and are not in it.";
  Operation put_back =
      on_state("restore", "Make the state what it was when FILE was copied; refused while a session runs",
               "What `orchestrate backup` has made", Opens::files,
               object({{"file", text()},
                       {"saved", text()},
                       {"lost_tasks", list_of(id())},
                       {"later_runs", list_of(id())}}),
               restore);
  put_back.more =
      "The state that is there is kept beside it, and named. Of what ran after the copy nothing is started again by "
      "itself: the next session asks a person about those tasks that are not over. The ids of tasks that were queued after the copy are "
      "not given again.";
  return {copy, put_back};
}

}  // namespace orchestrate::api
