// What can be asked of a project, as data: every door is made of this table and of nothing else.
//
// The table is built once and never changes. A handler gets values that are complete and of the right shapes,
// and answers with JSON; it writes no text for people. It throws Refused. It waits for nobody, but for what a
// dead session left running, which it ends before it answers that it has.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "api/operations/refused.h"
#include "api/operations/shape.h"
#include "orchestrator/project/project.h"
#include "orchestrator/store/store.h"

namespace orchestrate::api {

// asks: written down and answered at once; what becomes of it is in the rows later (see `outcome`).
enum class Effect { reads, writes, asks };

// Who may call it; each may also do what those before it may. agent: what an agent at work may do.
enum class Who { reader, agent, owner };

// What must be there: nothing; the project's files, broken or not; its database too; and a valid
// configuration.
enum class Opens { nothing, files, store, configuration };

// How a field is typed on the command line.
struct Typed {
  enum class From { words, words_or_stdin, file };  // words_or_stdin: "-" reads standard input

  std::string as = {};         // "TITLE", "ID..." or "[ID]": by its place; "--label"; empty: as it is named
  std::string value = {};      // what a flag takes: "CAPABILITY"; a yes_no without one is a switch
  From from = From::words;     // file: what is typed names a file with the value, "-" standard input
  std::string file_flag = {};  // a second flag, which names a file with the value
  std::string name_to = {};    // file: the field that gets its name
  bool never = false;          // not typed at all
  bool may_be_empty = false;   // a word without a letter is a value: it clears what is there
};

struct Field {
  std::string name;  // the JSON member
  Shape shape;
  std::string does;  // one sentence
  bool needed = false;
  std::string otherwise = {};  // the default, as a person would type it; empty: none
  Typed typed = {};
};

// Whom an operation is done for.
struct Caller {
  Who who = Who::owner;
  std::string source = "cli";  // of the tasks it adds
};

// What a handler works on; one thread's. What the operation does not open (Opens) is null.
struct Desk {
  const Project* project = nullptr;
  Store* store = nullptr;
  Caller caller = {};
  std::int64_t now_ms = 0;                    // wall clock
  std::string directory = {};                 // where the project is looked for
  std::vector<std::string> environment = {};  // "NAME=value", of the caller's process
};

using Handler = nlohmann::json (*)(Desk&, const nlohmann::json& given);

struct Operation {
  std::string name;     // "tasks.add"
  std::string verb;     // "add"; empty: not on the command line
  std::string route;    // "POST /api/v1/tasks"; {id} is a field
  std::string group;    // for lists of operations: "Queue"
  std::string does;     // one sentence
  std::string example;  // on the command line
  Effect effect = Effect::reads;
  Who who = Who::reader;
  Opens opens = Opens::store;
  std::vector<Field> fields = {};
  Shape gives = {};
  Handler handler = nullptr;
  std::string more = {};  // further paragraphs
  // Of an operation that asks: what became of it, for clients that wait. Answers {"settled", "answer",
  // "waiting_for"}; may be called again at any time.
  Handler outcome = nullptr;
};

// All of them, in the order in which they are listed.
[[nodiscard]] const std::vector<Operation>& operations();

// Null: there is none.
[[nodiscard]] const Operation* find_operation(const std::string& name);

// The parts of the table, one per subject.
[[nodiscard]] std::vector<Operation> task_operations();
[[nodiscard]] std::vector<Operation> steering_operations();
[[nodiscard]] std::vector<Operation> session_operations();
[[nodiscard]] std::vector<Operation> look_operations();
[[nodiscard]] std::vector<Operation> inbox_operations();
[[nodiscard]] std::vector<Operation> setup_operations();
[[nodiscard]] std::vector<Operation> backup_operations();
[[nodiscard]] Operation import_operation();
[[nodiscard]] Operation transcript_operation();

}  // namespace orchestrate::api
