// What a person typed wrong: where, what, and the way out. Collected, never thrown: all are shown at once.
#pragma once

#include <string>
#include <vector>

namespace orchestrate::config {

struct Diagnostic {
  std::string file;     // as the person would name it, relative to the project
  int line = 0;         // from 1; 0: the whole file
  int column = 0;       // from 1, in code points
  int width = 1;        // how much the caret underlines
  std::string message;  // "unknown key `capabilites`"
  std::string hint;     // "did you mean `capabilities`?"; may be empty
  std::string source;   // the line itself
};

// file:line:column: error: message, the source line, a caret below it, the hint; one block per diagnostic.
[[nodiscard]] std::string render(const std::vector<Diagnostic>& diagnostics, bool colour);

}  // namespace orchestrate::config
