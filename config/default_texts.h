// The default files as they lie in config/defaults/, embedded when the program is built. Private to this
// folder.
#pragma once

namespace orchestrate::config {

[[nodiscard]] const char* default_orchestrate_text();
[[nodiscard]] const char* default_routing_text();
[[nodiscard]] const char* default_agents_text();

}  // namespace orchestrate::config
