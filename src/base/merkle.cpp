#include "base/merkle.hpp"

#include "base/hash.hpp"

namespace perfgate {
namespace {

int nibble(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(nibble(hex[i]) * 16 + nibble(hex[i + 1]));
  return bytes;
}

std::string node_of(std::string_view left, std::string_view right) {
  std::string text(1, '\x01');
  text += left;
  text += right;
  return bytes_of(sha256(text));
}

std::string hex_of(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += digits[byte >> 4U];
    hex += digits[byte & 15U];
  }
  return hex;
}

}  // namespace

void MerkleTree::add(std::string_view entry) {
  std::string text(1, '\0');
  text += entry;
  std::string hash = bytes_of(sha256(text));
  // As many equal neighbours are joined as a binary counter carries.
  for (std::uint64_t carry = size_; (carry & 1U) != 0; carry >>= 1U) {
    hash = node_of(peaks_.back(), hash);
    peaks_.pop_back();
  }
  peaks_.push_back(std::move(hash));
  ++size_;
}

std::string MerkleTree::root() const {
  if (peaks_.empty()) return sha256("");
  std::string hash = peaks_.back();
  for (std::size_t i = peaks_.size() - 1; i-- > 0;) hash = node_of(peaks_[i], hash);
  return hex_of(hash);
}

}  // namespace perfgate
