// Recorded output of the real CLIs, one file per scenario; the lists of names in `init` records are
// shortened.
#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace orchestrate::spawners {

// `ending`: "jsonl" is what stood on stdout; of a record file it is that file's name.
inline std::vector<std::string> transcript(const std::string& cli, const std::string& scenario,
                                           const std::string& ending = "jsonl") {
  std::ifstream file(std::string(TRANSCRIPTS) + "/" + cli + "/" + scenario + "." + ending);
  if (!file) throw std::runtime_error("no transcript of " + cli + ": " + scenario);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);)
    lines.push_back(line);
  return lines;
}

}  // namespace orchestrate::spawners
