#pragma once
// The Merkle tree hash of RFC 9162, section 2.1.1: SHA-256 of 0x00 and the entry for a leaf, of
// 0x01 and both halves for a node. Entries come one by one; what is held grows with their
// logarithm.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace perfgate {

class MerkleTree {
 public:
  void add(std::string_view entry);
  /// 64 hex digits; of no entries the hash of nothing.
  std::string root() const;
  std::uint64_t size() const { return size_; }

 private:
  std::vector<std::string> peaks_;  // of perfect trees, largest first; 32 bytes each
  std::uint64_t size_ = 0;
};

}  // namespace perfgate
