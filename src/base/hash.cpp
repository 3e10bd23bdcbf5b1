#include "base/hash.hpp"

#include <openssl/evp.h>

#include <array>
#include <new>

namespace perfgate {
namespace {

using Digest = std::array<unsigned char, 32>;

// Fetched once: an implicit fetch costs more than hashing a short text.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

std::string to_hex(const Digest& digest) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text(2 * digest.size(), '\0');
  for (std::size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = digits[digest[i] >> 4U];
    text[2 * i + 1] = digits[digest[i] & 15U];
  }
  return text;
}

EVP_MD_CTX* as_context(void* context) { return static_cast<EVP_MD_CTX*>(context); }

// SHA-256 is always there and these calls fail only for want of memory.
void require(int ok) {
  if (ok != 1) throw std::bad_alloc();
}

}  // namespace

void Sha256::Free::operator()(void* context) const { EVP_MD_CTX_free(as_context(context)); }

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  require(context_ && EVP_DigestInit_ex2(as_context(context_.get()), algorithm(), nullptr) == 1);
}

Sha256& Sha256::add(std::string_view bytes) {
  require(EVP_DigestUpdate(as_context(context_.get()), bytes.data(), bytes.size()));
  return *this;
}

std::string Sha256::hex() const {
  const Sha256 copy;
  Digest digest{};
  require(EVP_MD_CTX_copy_ex(as_context(copy.context_.get()), as_context(context_.get())));
  require(EVP_DigestFinal_ex(as_context(copy.context_.get()), digest.data(), nullptr));
  return to_hex(digest);
}

std::string sha256(std::string_view bytes) {
  // One context for all: to make it costs as much as to hash a short text.
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  thread_local const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  Digest digest{};
  require(context && EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) == 1);
  require(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()));
  require(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr));
  return to_hex(digest);
}

}  // namespace perfgate
