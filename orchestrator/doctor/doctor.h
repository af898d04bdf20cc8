// What would fail tonight: facts about the machine and the project -> findings. Pure.
//
// Every finding that is not ok says the way out. Values of variables are never in a finding, only names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrate {

enum class Health { ok, warn, fail };

struct Finding {
  Health health = Health::ok;
  std::string subject;  // "git", "coder: login"
  std::string text;
  std::string fix;  // a command, or what to write where; empty when it is ok
};

using Findings = std::vector<Finding>;

[[nodiscard]] std::string_view to_string(Health health);

[[nodiscard]] Finding disk_finding(const std::string& folder, std::int64_t free_bytes,
                                   std::int64_t floor_bytes);

// `magic` is statfs's f_type.
[[nodiscard]] Finding file_system_finding(const std::string& folder, std::int64_t magic);

// `newest_ms`: the latest time that is on record here; 0: none.
[[nodiscard]] Finding clock_finding(std::int64_t now_ms, std::int64_t newest_ms);

// `mode` as stat gives it.
[[nodiscard]] Finding privacy_finding(const std::string& folder, unsigned mode);

}  // namespace orchestrate
