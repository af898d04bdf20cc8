// Writes objects and commits into a repository of ours as a stream (git-fast-import(1)).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "workspaces/git/git.h"

namespace orchestrate::workspaces {

struct CommitText {
  std::string author;  // "Name <mail>"; any bytes are made fit
  std::string message;
};

class FastImport {
 public:
  explicit FastImport(const Git& git);
  ~FastImport();  // unfinished: what it had written so far goes
  FastImport(const FastImport&) = delete;
  FastImport& operator=(const FastImport&) = delete;

  // A name for the bytes, to be used with put().
  [[nodiscard]] std::string blob(std::string_view bytes);

  // Begins a commit that moves `ref`, whatever it named before. No parent: a root commit.
  void commit(const std::string& ref, const CommitText& text, const std::string& parent);
  // Changes of the commit begun last, relative to its parent. Removals come first.
  void remove(const std::string& path);
  void put(unsigned mode, const std::string& object, const std::string& path);
  // The whole tree at once.
  void put_tree(const std::string& tree);

  // Throws unless everything arrived.
  void finish();

 private:
  void data(std::string_view bytes);

  std::string git_dir_;
  std::unique_ptr<system::Process> process_;
  int marks_ = 0;
};

// A path in double quotes as git reads it, with everything but printable ASCII as octal.
[[nodiscard]] std::string quoted_path(std::string_view path);

}  // namespace orchestrate::workspaces
