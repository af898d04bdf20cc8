#include "workspaces/git/blob_hash.h"

#include <openssl/evp.h>

#include <array>

#include "workspaces/workspace.h"

namespace orchestrate::workspaces {

struct BlobHasher::State {
  EVP_MD* algorithm = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
};

BlobHasher::BlobHasher() : state_(std::make_unique<State>()) {
  if (state_->algorithm == nullptr || state_->context == nullptr) {
    throw WorkspaceError("libcrypto offers no SHA-1, which git needs: check the OpenSSL configuration");
  }
}

BlobHasher::~BlobHasher() {
  EVP_MD_CTX_free(state_->context);
  EVP_MD_free(state_->algorithm);
}

std::string BlobHasher::blob_id(std::string_view bytes) const {
  std::string head = "blob " + std::to_string(bytes.size());
  head += '\0';
  return digest(head, bytes);
}

std::string BlobHasher::sha1(std::string_view bytes) const {
  return digest({}, bytes);
}

std::string BlobHasher::digest(std::string_view head, std::string_view bytes) const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_MD_CTX* context = state_->context;
  if (EVP_DigestInit_ex2(context, state_->algorithm, nullptr) != 1 ||
      EVP_DigestUpdate(context, head.data(), head.size()) != 1 ||
      EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context, digest.data(), &size) != 1) {
    throw WorkspaceError("libcrypto failed to compute a SHA-1");
  }
  constexpr const char* kDigits = "0123456789abcdef";
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 0xfU];
  }
  return hex;
}

}  // namespace orchestrate::workspaces
