// A folder of a fuzzer's own below TMPDIR, for readers that take a path; removed when the process ends well.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "tests/fuzz/promise.h"

namespace orchestrate::fuzz {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "fuzz_XXXXXX").string();
    promise(::mkdtemp(name.data()) != nullptr, "TMPDIR can be written");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

  void write(const std::string& name, const std::string& text) const {
    std::FILE* file = std::fopen((path_ + "/" + name).c_str(), "wb");
    promise(file != nullptr, "TMPDIR can be written");
    const bool written = std::fwrite(text.data(), 1, text.size(), file) == text.size();
    promise(std::fclose(file) == 0 && written, "TMPDIR has room");
  }

 private:
  std::string path_;
};

}  // namespace orchestrate::fuzz
