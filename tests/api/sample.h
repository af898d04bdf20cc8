// A project of its own in a fresh temporary directory, called by its operations and by its command line;
// removed when the test ends.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "api/cli/context.h"

namespace orchestrate::test {

inline constexpr const char* kWorker = R"(
[agent_types.worker]
driver    = "script"
workspace = "scratch"
)";

class Sample {
 public:
  explicit Sample(const std::string& agents = kWorker);
  ~Sample();
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;

  [[nodiscard]] const std::string& root() const { return root_; }
  void write(const std::string& file, const std::string& text) const;

  // An operation by its name. What was opened stays open, so that tests may look at its rows.
  nlohmann::json call(const std::string& name, const nlohmann::json& given);
  nlohmann::json call(const std::string& name);
  // Why it is refused, as "code: text | fix"; "not refused".
  std::string refusal(const std::string& name, const nlohmann::json& given);
  api::Desk desk();
  Store& store();

  // Words behind `orchestrate`; the exit status. `out` and `err` are of the last one.
  int type(const std::vector<std::string>& words, const std::string& in = {});
  [[nodiscard]] std::string out() const { return out_.str(); }
  [[nodiscard]] std::string err() const { return err_.str(); }

 private:
  api::Context context();

  std::string root_;
  std::ostringstream out_, err_;
  std::istringstream in_;
  api::Opened opened_;
};

}  // namespace orchestrate::test
