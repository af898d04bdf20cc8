#include "orchestrator/store/rows/event.h"

#include <nlohmann/json.hpp>

#include "text/time_text.h"

namespace orchestrate {
namespace {

using nlohmann::json;

// Agents print any bytes; a document must always be written.
std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

struct About {
  std::optional<std::int64_t> task = std::nullopt, run = std::nullopt, session = std::nullopt;
};

using Members = std::initializer_list<std::pair<const char*, std::string>>;

EventRow make(EventKind kind, std::int64_t at_ms, const About& about, Members members) {
  json data = json::object();
  for (const auto& [name, value] : members)
    data[name] = value;
  return {0, at_ms, about.session, about.task, about.run, kind, dump(data)};
}

}  // namespace

std::string event_line(const EventRow& row) {
  json line = {{"seq", row.seq},
               {"at", text::utc_time(row.at_ms)},
               {"kind", row.kind.text()},
               {"task", row.task ? json(*row.task) : json(nullptr)},
               {"run", row.run ? json(*row.run) : json(nullptr)}};
  const auto data = json::parse(row.data, nullptr, false);
  if (data.is_object()) line.insert(data.begin(), data.end());
  return dump(line);
}

std::map<std::string, std::string> event_members(const EventRow& row) {
  std::map<std::string, std::string> members;
  const auto data = json::parse(row.data, nullptr, false);
  if (!data.is_object()) return members;
  for (const auto& [key, value] : data.items())
    members[key] = value.is_string() ? value.get<std::string>() : value.dump();
  return members;
}

namespace events {

EventRow task_added(Moment at_ms, Id task, const std::string& title) {
  return make(EventKind::task_added, at_ms, {task}, {{"title", title}});
}

EventRow task_edited(Moment at_ms, Id task) {
  return make(EventKind::task_edited, at_ms, {task}, {});
}

EventRow task_held(Moment at_ms, Id task) {
  return make(EventKind::task_held, at_ms, {task}, {});
}

EventRow task_released(Moment at_ms, Id task) {
  return make(EventKind::task_released, at_ms, {task}, {});
}

EventRow task_handed_to_human(Moment at_ms, Id task, const Word<InboxKind>& kind) {
  return make(EventKind::task_handed_to_human, at_ms, {task},
              {{"kind", kind.text()}, {"inbox_kind", kind.text()}});
}

EventRow task_retried(Moment at_ms, Id task) {
  return make(EventKind::task_retried, at_ms, {task}, {});
}

EventRow task_requeued(Moment at_ms, Id task) {
  return make(EventKind::task_requeued, at_ms, {task}, {});
}

EventRow task_cancelled(Moment at_ms, Id task) {
  return make(EventKind::task_cancelled, at_ms, {task}, {});
}

EventRow cancel_asked(Moment at_ms, Id task) {
  return make(EventKind::cancel_asked, at_ms, {task}, {});
}

EventRow run_started(const Run& run) {
  return make(EventKind::run_started, run.started_ms, {run.task, run.id},
              {{"agent_type", run.agent_type}, {"rule", run.rule}});
}

EventRow run_phase(Moment at_ms, Id task, Id run, RunPhase phase) {
  return make(EventKind::run_phase, at_ms, {task, run}, {{"phase", std::string(to_string(phase))}});
}

EventRow run_ended(Moment at_ms, const Run& run, TaskState state) {
  return make(EventKind::run_ended, at_ms, {run.task, run.id},
              {{"verdict", run.verdict.text()},
               {"why", run.why},
               {"outcome", run.outcome},
               {"state", std::string(to_string(state))}});
}

EventRow inbox_opened(Moment at_ms, const InboxItem& item) {
  return make(EventKind::inbox_opened, at_ms, {item.task, item.run},
              {{"item", std::to_string(item.id)},
               {"kind", item.kind.text()},
               {"inbox_kind", item.kind.text()},
               {"title", item.title}});
}

EventRow inbox_answered(Moment at_ms, const InboxItem& item, const std::string& option) {
  return make(EventKind::inbox_answered, at_ms, {item.task, item.run},
              {{"item", std::to_string(item.id)}, {"answer", option}});
}

EventRow inbox_archived(Moment at_ms, int items) {
  return make(EventKind::inbox_archived, at_ms, {}, {{"items", std::to_string(items)}});
}

EventRow provider_parked(Moment at_ms, const Park& park) {
  return make(EventKind::provider_parked, at_ms, {}, {{"provider", park.provider}, {"why", park.why}});
}

EventRow provider_unparked(Moment at_ms, const std::string& provider) {
  return make(EventKind::provider_unparked, at_ms, {}, {{"provider", provider}});
}

EventRow session_started(Moment at_ms, std::int64_t pid) {
  return make(EventKind::session_started, at_ms, {}, {{"pid", std::to_string(pid)}});
}

EventRow session_draining(Moment at_ms, const std::string& why) {
  return make(EventKind::session_draining, at_ms, {}, {{"why", why}});
}

EventRow session_stopping(Moment at_ms, const std::string& why) {
  return make(EventKind::session_stopping, at_ms, {}, {{"why", why}});
}

EventRow session_ended(Moment at_ms, Id session, int exit_status, const std::string& reason) {
  return make(EventKind::session_ended, at_ms, {.session = session},
              {{"exit_status", std::to_string(exit_status)}, {"reason", reason}});
}

EventRow stop_asked(Moment at_ms, Id session, const std::string& how) {
  return make(EventKind::stop_asked, at_ms, {.session = session}, {{"how", how}});
}

EventRow paused(Moment at_ms, const std::string& why) {
  return make(EventKind::paused, at_ms, {}, {{"why", why}});
}

EventRow resumed(Moment at_ms) {
  return make(EventKind::resumed, at_ms, {}, {});
}

EventRow config_reloaded(Moment at_ms) {
  return make(EventKind::config_reloaded, at_ms, {}, {{"problem", ""}});
}

EventRow machine_failed(Moment at_ms, const std::string& why) {
  return make(EventKind::machine_failed, at_ms, {}, {{"why", why}});
}

EventRow machine_recovered(Moment at_ms) {
  return make(EventKind::machine_recovered, at_ms, {}, {});
}

EventRow stray_ended(Moment at_ms, const std::string& step) {
  return make(EventKind::stray_ended, at_ms, {}, {{"step", step}});
}

EventRow put_aside(Moment at_ms, const std::string& folder) {
  return make(EventKind::put_aside, at_ms, {}, {{"folder", folder}});
}

EventRow not_on_record(Moment at_ms, std::optional<Id> task, Id run) {
  return make(EventKind::not_on_record, at_ms, {.task = task, .run = run}, {});
}

EventRow config_broken(Moment at_ms, const std::string& problem) {
  return make(EventKind::config_broken, at_ms, {}, {{"problem", problem}});
}

}  // namespace events
}  // namespace orchestrate
