#include "orchestrator/session/process/session_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/rotating_file_sink.h>

#include "orchestrator/store/rows/event.h"

namespace orchestrate {
namespace {

class SessionLog final : public Observer {
 public:
  SessionLog(const std::string& file, Observer& next)
      : logger_("session", std::make_shared<spdlog::sinks::rotating_file_sink_st>(file, 5 << 20, 3)),
        next_(next) {
    logger_.set_pattern("%v");  // the line is JSON already, with its own time
    logger_.set_error_handler([](const std::string&) {});
  }

  void events(const std::vector<EventRow>& rows) override {
    for (const auto& row : rows)
      logger_.info(event_line(row));
    if (!rows.empty()) logger_.flush();
    next_.events(rows);
  }

  void turn(const std::vector<RunningView>& running, const QueueCounts& counts) override {
    next_.turn(running, counts);
  }

 private:
  spdlog::logger logger_;
  Observer& next_;
};

}  // namespace

std::unique_ptr<Observer> make_session_log(const std::string& state_dir, Observer& next) {
  return std::make_unique<SessionLog>(state_dir + "/orchestrate.log", next);
}

}  // namespace orchestrate
