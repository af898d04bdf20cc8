// Programs as a test wants them: shell scripts in a fresh folder, which stands first on the PATH.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace orchestrate::test {

class Programs {
 public:
  Programs() {
    std::string path = testing::TempDir() + "programs_XXXXXX";
    folder_ = ::mkdtemp(path.data());
  }
  ~Programs() { std::filesystem::remove_all(folder_); }
  Programs(const Programs&) = delete;
  Programs& operator=(const Programs&) = delete;

  // Its path.
  std::string put(const std::string& name, const std::string& script) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << "#!/bin/sh\n" << script << "\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

  // What a script left in a file of the folder; empty: nothing.
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ifstream in(folder_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  [[nodiscard]] const std::string& folder() const { return folder_; }
  [[nodiscard]] std::vector<std::string> environment(std::vector<std::string> more = {}) const {
    more.push_back("PATH=" + folder_ + ":/usr/bin:/bin");
    return more;
  }

 private:
  std::string folder_;
};

}  // namespace orchestrate::test
