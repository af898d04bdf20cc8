// One function per verb: options in, text or JSON on the given stream, exit status out.
//
// Errors a person can mend throw UsageError (status 2) or Refused (status 1); what goes wrong with us throws
// anything else (status 70).
#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "orchestrator/project/project.h"
#include "orchestrator/store/store.h"
#include "system/clock.h"

namespace orchestrate::api {

using system::wall_ms;

class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Refused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What every verb is given.
struct Context {
  std::ostream* out = nullptr;
  std::ostream* err = nullptr;
  std::istream* in = nullptr;
  std::string directory;                 // where to look for the project from
  std::vector<std::string> environment;  // "NAME=value"
  bool colour = false;                   // of out
  bool terminal = false;                 // out is one
  bool json = false;
};

// A project that was found and whose configuration holds, with its database open.
struct Opened {
  Project project;
  std::unique_ptr<Store> store;
};
// Throws UsageError when there is no project; with `need_config`, prints every diagnostic and throws when it
// is broken.
[[nodiscard]] Opened open_project(const Context& context, bool need_config = true);
[[nodiscard]] Task task_or_refuse(Store& store, std::int64_t id);

// ---- init.cpp
int init(const Context& context, const std::string& directory);

// ---- add.cpp
struct AddOptions {
  std::string title, description, description_file, priority = "P2", type, agent, run, key, not_before;
  std::vector<std::string> needs, labels, accept, checks, specs;
  std::vector<std::int64_t> depends_on;
  bool manual = false;
};
int add(const Context& context, const AddOptions& options);

// ---- import.cpp: a file of tasks, all of them or none
struct ImportOptions {
  std::string file, format;  // "-" is standard input, whose format must be said
  bool dry_run = false;
};
int import_tasks(const Context& context, const ImportOptions& options);

// ---- edit.cpp: what was not given stays as it is; an empty list or text clears it
struct EditOptions {
  std::int64_t id = 0;
  std::optional<std::string> title, description, description_file, priority, type, agent, run, not_before,
      manual;
  std::optional<std::vector<std::string>> needs, labels, accept, checks, specs, depends_on;
};
int edit(const Context& context, const EditOptions& options);

// ---- steer.cpp: with a session running or without
using Ids = std::vector<std::int64_t>;
int hold(const Context& context, const Ids& ids);
int release(const Context& context, const Ids& ids);
int cancel(const Context& context, const Ids& ids);
int retry(const Context& context, const Ids& ids);
int pause(const Context& context, const std::string& why);
int resume(const Context& context);
int stop(const Context& context, bool now);

// ---- run.cpp
struct RunOptions {
  std::optional<int> max_parallel, max_tasks;
  std::optional<double> max_cost_usd;
  std::string until, priorities;
  std::vector<std::int64_t> only;
  bool watch = false, quiet = false;
};
int run(const Context& context, const RunOptions& options);

// ---- explain.cpp: what would happen, and why
int plan(const Context& context);
int why(const Context& context, std::int64_t id);
struct RouteOptions {
  std::optional<std::int64_t> id;
  std::vector<std::string> needs;
  std::string priority = "P2", type = "IMPLEMENT", title;
};
int route(const Context& context, const RouteOptions& options);
int prompt(const Context& context, std::int64_t id, const std::string& agent);
int config_check(const Context& context);

// ---- look.cpp: rows as they are
int status(const Context& context);
struct ListOptions {
  std::string state, priority;
  bool json_lines = false;
};
int list(const Context& context, const ListOptions& options);
int show(const Context& context, std::int64_t id);
struct LogOptions {
  std::int64_t id = 0;
  std::optional<int> run;
  bool raw = false, stderr_only = false, follow = false;
};
int log(const Context& context, const LogOptions& options);

// ---- inbox.cpp, report.cpp
int inbox(const Context& context, bool closed_too);
int inbox_archive(const Context& context, const std::string& older_than);
int inbox_show(const Context& context, std::int64_t id);
// `option` empty: done.
int inbox_answer(const Context& context, std::int64_t id, const std::string& option, const std::string& note);
// `html_file` not empty: the page is written there.
int report(const Context& context, std::optional<std::int64_t> session, const std::string& html_file);
int version(const Context& context);

// ---- agent_test.cpp: what an agent type's driver makes of a recorded run; "-" reads it from `in`
int agent_test(const Context& context, const std::string& type, const std::string& transcript);

// ---- doctor.cpp: what would fail tonight; 1 when something would
int doctor(const Context& context);

// ---- completion.cpp, manual.cpp: made from the table of verbs
int completion(const Context& context, const std::string& shell);
int manual(const Context& context);

}  // namespace orchestrate::api
