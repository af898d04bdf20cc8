// An answer as a page for people, by the operation's name.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace orchestrate::test {

// What is printed of it; `given` is what was typed.
[[nodiscard]] std::string shown(const std::string& operation, const nlohmann::json& answer,
                                bool colour = false);
[[nodiscard]] std::string shown(const std::string& operation, const nlohmann::json& answer,
                                const nlohmann::json& given);

// What is said of it on stderr.
[[nodiscard]] std::string noted(const std::string& operation, const nlohmann::json& answer);

// The exit status that it means.
[[nodiscard]] int status_of(const std::string& operation, const nlohmann::json& answer);

}  // namespace orchestrate::test
