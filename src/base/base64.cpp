#include "base/base64.hpp"

#include <openssl/evp.h>

#include <bit>
#include <cstdint>

namespace perfgate {

std::string base64(std::string_view bytes) {
  constexpr std::size_t in = 3, out = 4;
  // One byte more: EVP_EncodeBlock ends the text with a zero.
  std::string text((bytes.size() + in - 1) / in * out + 1, '\0');
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): OpenSSL's bytes are unsigned
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
                                     reinterpret_cast<const unsigned char*>(bytes.data()),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  return text;
}

std::string base64(std::span<const float> values) {
  std::string bytes;
  bytes.reserve(values.size() * sizeof(float));
  for (const float value : values) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    for (unsigned shift = 0; shift < 32; shift += 8)
      bytes += static_cast<char>((bits >> shift) & 0xFFU);
  }
  return base64(bytes);
}

}  // namespace perfgate
