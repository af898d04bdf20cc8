// docs/cli.md: every verb with its arguments, made of the table.
#pragma once

#include <string>

namespace orchestrate::api {

[[nodiscard]] std::string reference();

}  // namespace orchestrate::api
