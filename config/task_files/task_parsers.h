// The formats of task files that are not TOML. Private to this folder.
#pragma once

#include "config/task_files/task_file.h"

namespace orchestrate::config {

void parse_json(TaskDocument& out, const std::string& text);
void parse_json_lines(TaskDocument& out);
void parse_check_list(TaskDocument& out);

// At the place, with its source line.
void add_error(TaskDocument& out, const Place& place, const std::string& message,
               const std::string& hint = {});

// "entries" gets the value, or an error when the key stands there already.
void add_entry(TaskDocument& out, Node& table, Entry entry);

}  // namespace orchestrate::config
