// Tells systemd that the session is up, alive and ending: the protocol of sd_notify(3), for Type=notify.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "orchestrator/session/options.h"

namespace orchestrate {

// How often the watchdog wants a sign of life, halved as its manual advises; 0: it wants none.
[[nodiscard]] std::int64_t watchdog_interval_ms(const std::vector<std::string>& environment);

// Passes everything on to `next`, which must outlive it. READY=1 with the first turn, WATCHDOG=1 with every
// turn that is due, STOPPING=1 at its own end. Does nothing more than pass on when NOTIFY_SOCKET is not in
// `environment`. A manager that does not listen costs nothing but the notice.
[[nodiscard]] std::unique_ptr<Observer> make_service_notice(const std::vector<std::string>& environment,
                                                            Observer& next);

}  // namespace orchestrate
