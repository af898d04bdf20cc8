// Placeholders in the words of a command: "--model={model}". Pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace orchestrate::spawners {

// What may stand in braces: model, prompt, prompt_file, workspace.
[[nodiscard]] const std::vector<std::string>& placeholder_names();

// The names in braces, known or not, in order. Only letters, digits and '_' make a name: `{"a": 1}` holds
// none.
[[nodiscard]] std::vector<std::string> placeholders_of(std::string_view word);

// Every placeholder that has a value replaced by it. Values are data: what looks like a placeholder in one
// stays.
[[nodiscard]] std::string filled(std::string_view word,
                                 const std::map<std::string, std::string, std::less<>>& values);

}  // namespace orchestrate::spawners
