// Why an operation did not happen: the one type of error that a caller can do something about.
//
// Each door translates the code: exit status 2, 1, 1; RPC codes; HTTP 422, 409, 404, 403. What goes wrong
// with us is any other exception.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "config/diagnostic.h"

namespace orchestrate::api {

// usage: what was asked makes no sense; refused: not in this state; forbidden: not by this caller.
enum class Code { usage, refused, not_found, forbidden };

class Refused : public std::runtime_error {
 public:
  // `fix` says what to do, and may be empty; `problems` are places in files.
  Refused(Code code, const std::string& text, std::string fix = {},
          std::vector<config::Diagnostic> problems = {})
      : runtime_error(text), code_(code), fix_(std::move(fix)), problems_(std::move(problems)) {}

  [[nodiscard]] Code code() const { return code_; }
  [[nodiscard]] const std::string& fix() const { return fix_; }
  [[nodiscard]] const std::vector<config::Diagnostic>& problems() const { return problems_; }

 private:
  Code code_;
  std::string fix_;
  std::vector<config::Diagnostic> problems_;
};

[[nodiscard]] inline Refused wrong_usage(const std::string& text, std::string fix = {}) {
  return {Code::usage, text, std::move(fix)};
}

}  // namespace orchestrate::api
