// The id git gives to a file's bytes: SHA-1 of "blob <size>\0" and the bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace orchestrate::workspaces {

class BlobHasher {
 public:
  BlobHasher();
  ~BlobHasher();
  BlobHasher(const BlobHasher&) = delete;
  BlobHasher& operator=(const BlobHasher&) = delete;

  [[nodiscard]] std::string blob_id(std::string_view bytes) const;  // 40 hex digits
  [[nodiscard]] std::string sha1(std::string_view bytes) const;

 private:
  struct State;
  [[nodiscard]] std::string digest(std::string_view head, std::string_view bytes) const;

  std::unique_ptr<State> state_;
};

}  // namespace orchestrate::workspaces
