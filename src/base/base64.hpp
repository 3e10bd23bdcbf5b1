#pragma once
#include <span>
#include <string>
#include <string_view>

namespace perfgate {

/// RFC 4648 with padding, by OpenSSL.
std::string base64(std::string_view bytes);

/// The same of the values as float32, little-endian, one after the other.
std::string base64(std::span<const float> values);

}  // namespace perfgate
