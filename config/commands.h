// Commands as the files write them: a string, an argv list, or { shell = true, run = "..." }. Private to this
// folder.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "config/section.h"

namespace orchestrate::config {

// A list of commands under `key`.
void read_commands(Section& section, const std::string& key, std::vector<Command>& out);

// An argv under `key`: a list of words, or one word that is a program's name.
void read_program(Section& section, const std::string& key, std::vector<std::string>& out);

}  // namespace orchestrate::config
