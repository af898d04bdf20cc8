// Events: every kind there is, with its sentence and the one function that makes it.
//
// A kind more is an enumerator, a line of the table, a function, and a line of docs/events.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orchestrator/store/rows/inbox_item.h"
#include "orchestrator/store/rows/park.h"
#include "orchestrator/store/rows/run.h"
#include "orchestrator/store/rows/task.h"
#include "orchestrator/store/rows/words.h"

namespace orchestrate {

enum class EventKind {
  task_added,
  task_edited,
  task_held,
  task_released,
  task_handed_to_human,
  task_retried,
  task_requeued,
  task_cancelled,
  cancel_asked,
  run_started,
  run_phase,
  run_ended,
  inbox_opened,
  inbox_answered,
  inbox_archived,
  provider_parked,
  provider_unparked,
  session_started,
  session_draining,
  session_stopping,
  session_ended,
  stop_asked,
  paused,
  resumed,
  config_reloaded,
  config_broken,
  machine_failed,
  machine_recovered,
  stray_ended,
  put_aside,
  not_on_record
};

struct EventFacts {
  EventKind kind;
  std::string_view word;
  std::string_view says;
  std::string_view members;  // of its data, besides those that every event has
};

inline constexpr EventFacts kEventKinds[] = {
    {EventKind::task_added, "task_added", "A task was queued", "title"},
    {EventKind::task_edited, "task_edited", "What a person wrote on a task was changed", ""},
    {EventKind::task_held, "task_held", "A task is held back", ""},
    {EventKind::task_released, "task_released", "A task is no longer held back", ""},
    {EventKind::task_handed_to_human, "task_handed_to_human", "A task waits for a person before any attempt",
     "inbox_kind"},
    {EventKind::task_retried, "task_retried", "A task was queued again with nothing used up", ""},
    {EventKind::task_requeued, "task_requeued", "A task was running in no attempt, and is queued again", ""},
    {EventKind::task_cancelled, "task_cancelled", "A task that nobody worked on was cancelled", ""},
    {EventKind::cancel_asked, "cancel_asked", "A running task is to be cancelled: its session ends its agent",
     ""},
    {EventKind::run_started, "run_started", "An attempt began", "agent_type, rule"},
    {EventKind::run_phase, "run_phase", "An attempt entered another phase", "phase"},
    {EventKind::run_ended, "run_ended", "An attempt ended, and its task has the state it left it in",
     "verdict, why, outcome, state"},
    {EventKind::inbox_opened, "inbox_opened", "A decision waits for a person", "item, inbox_kind, title"},
    {EventKind::inbox_answered, "inbox_answered", "A person has decided", "item, answer"},
    {EventKind::inbox_archived, "inbox_archived", "Closed inbox items were put away", "items"},
    {EventKind::provider_parked, "provider_parked", "Nothing new starts with a provider for now",
     "provider, why"},
    {EventKind::provider_unparked, "provider_unparked", "A provider may be used again", "provider"},
    {EventKind::session_started, "session_started", "`orchestrate run` began", "pid"},
    {EventKind::session_draining, "session_draining", "The session starts nothing new and lets agents finish",
     "why"},
    {EventKind::session_stopping, "session_stopping", "The session stops its agents", "why"},
    {EventKind::session_ended, "session_ended", "`orchestrate run` ended", "exit_status, reason"},
    {EventKind::stop_asked, "stop_asked", "A person asked the session to stop", "how"},
    {EventKind::paused, "paused", "A person paused the queue", "why"},
    {EventKind::resumed, "resumed", "A person resumed the queue", ""},
    {EventKind::config_reloaded, "config_reloaded", "The configuration was read again", "problem (empty)"},
    {EventKind::config_broken, "config_broken", "The configuration is broken; the last good one stays",
     "problem"},
    {EventKind::machine_failed, "machine_failed",
     "The machine does not let anything start or write: nothing new starts, and it is looked at again",
     "why"},
    {EventKind::machine_recovered, "machine_recovered", "The machine works again, and what waited goes on",
     ""},
    {EventKind::stray_ended, "stray_ended",
     "Processes of a step that is on no record any more were ended when a session began", "step"},
    {EventKind::put_aside, "put_aside",
     "Workspaces or results that are not those of the runs on record were put aside when a session began",
     "folder"},
    {EventKind::not_on_record, "not_on_record",
     "The folder of a run that the database does not know was met when a session began", ""},
};

template <>
struct Words<EventKind> {
  static constexpr auto all = words_of(kEventKinds);
};

struct EventRow {
  std::int64_t seq = 0;
  std::int64_t at_ms = 0;
  std::optional<std::int64_t> session;  // none: that of the connection that writes it
  std::optional<std::int64_t> task, run;
  Word<EventKind> kind;
  std::string data = "{}";  // a JSON object
};

// As one line of JSON, which scripts may rely on: members may be added, never renamed. What every event has
// hides what its data call the same.
[[nodiscard]] std::string event_line(const EventRow& row);
// What its data say; empty for a document that is broken.
[[nodiscard]] std::map<std::string, std::string> event_members(const EventRow& row);

namespace events {

using Id = std::int64_t;
using Moment = std::int64_t;  // wall clock, ms

[[nodiscard]] EventRow task_added(Moment at_ms, Id task, const std::string& title);
[[nodiscard]] EventRow task_edited(Moment at_ms, Id task);
[[nodiscard]] EventRow task_held(Moment at_ms, Id task);
[[nodiscard]] EventRow task_released(Moment at_ms, Id task);
[[nodiscard]] EventRow task_handed_to_human(Moment at_ms, Id task, const Word<InboxKind>& kind);
[[nodiscard]] EventRow task_retried(Moment at_ms, Id task);
[[nodiscard]] EventRow task_requeued(Moment at_ms, Id task);
[[nodiscard]] EventRow task_cancelled(Moment at_ms, Id task);
[[nodiscard]] EventRow cancel_asked(Moment at_ms, Id task);
[[nodiscard]] EventRow run_started(const Run& run);
[[nodiscard]] EventRow run_phase(Moment at_ms, Id task, Id run, RunPhase phase);
[[nodiscard]] EventRow run_ended(Moment at_ms, const Run& run, TaskState state);
[[nodiscard]] EventRow inbox_opened(Moment at_ms, const InboxItem& item);
[[nodiscard]] EventRow inbox_answered(Moment at_ms, const InboxItem& item, const std::string& option);
[[nodiscard]] EventRow inbox_archived(Moment at_ms, int items);
[[nodiscard]] EventRow provider_parked(Moment at_ms, const Park& park);
[[nodiscard]] EventRow provider_unparked(Moment at_ms, const std::string& provider);
[[nodiscard]] EventRow session_started(Moment at_ms, std::int64_t pid);
[[nodiscard]] EventRow session_draining(Moment at_ms, const std::string& why);
[[nodiscard]] EventRow session_stopping(Moment at_ms, const std::string& why);
[[nodiscard]] EventRow session_ended(Moment at_ms, Id session, int exit_status, const std::string& reason);
[[nodiscard]] EventRow stop_asked(Moment at_ms, Id session, const std::string& how);
[[nodiscard]] EventRow paused(Moment at_ms, const std::string& why);
[[nodiscard]] EventRow resumed(Moment at_ms);
[[nodiscard]] EventRow config_reloaded(Moment at_ms);
[[nodiscard]] EventRow config_broken(Moment at_ms, const std::string& problem);
[[nodiscard]] EventRow machine_failed(Moment at_ms, const std::string& why);
[[nodiscard]] EventRow machine_recovered(Moment at_ms);
[[nodiscard]] EventRow stray_ended(Moment at_ms, const std::string& step);
[[nodiscard]] EventRow put_aside(Moment at_ms, const std::string& folder);
[[nodiscard]] EventRow not_on_record(Moment at_ms, std::optional<Id> task, Id run);

}  // namespace events

}  // namespace orchestrate
