// The driver `script`: runs the task's own command. No model, no prompt; the exit code is its word.
#pragma once

#include "spawners/drivers/driver.h"

namespace orchestrate::spawners {

class ScriptDriver final : public Driver {
 public:
  [[nodiscard]] const Traits& traits() const override;
  [[nodiscard]] Plan plan(const Profile& profile, const Job& job) const override;
  [[nodiscard]] Reading read(const Profile& profile, std::string_view file,
                             std::string_view line) const override;
  [[nodiscard]] bool writes_terminal_record(const Profile& /*profile*/) const override { return false; }
  [[nodiscard]] std::vector<std::string> control_files(const Profile& /*profile*/) const override {
    return {};
  }
};

}  // namespace orchestrate::spawners
