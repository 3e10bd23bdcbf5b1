#pragma once
// SHA-256 (FIPS 180-4), by OpenSSL.

#include <memory>
#include <string>
#include <string_view>

namespace perfgate {

/// 64 lower-case hex digits.
std::string sha256(std::string_view bytes);

/// The same of bytes that come piece by piece.
class Sha256 {
 public:
  Sha256();
  Sha256& add(std::string_view bytes);
  std::string hex() const;  ///< of all that was added so far; more may be added afterwards

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;  // EVP_MD_CTX
};

}  // namespace perfgate
