#pragma once
// A closed month, packed: zstd frames of whole lines, each about a MiB with a checksum of its own,
// so that any of them is read alone. `zstd -dc` gives the lines back. Two skippable frames end the
// file: what it holds (JSON), and a seek table as zstd's seekable format has it
// (https://github.com/facebook/zstd/blob/dev/contrib/seekable_format).

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "store/store.hpp"
#include "sys/disk.hpp"

namespace perfgate::store {

/// What a sealed file says of itself.
struct SealedContent {
  std::int64_t records = 0, first = 0, last = 0;  ///< `seq` of the first and the last
  std::string prev;                               ///< `prev` of the first record
  std::string head;                               ///< `sha256` of the last record
  std::uint64_t bytes = 0;                        ///< of the lines
  std::string sha256;                             ///< of the lines
  bool operator==(const SealedContent&) const = default;
};

class SealedFile {
 public:
  /// Reads the seek table and what the file says of itself. Errors: Code::store, Code::io.
  static Result<SealedFile> open(int fd, const std::string& path);

  const SealedContent& content() const { return content_; }
  std::size_t frames() const { return frames_.size(); }
  /// The frame that holds byte `offset` of the lines, and where in them it begins.
  struct Frame {
    std::uint64_t packed_at = 0, at = 0;
    std::uint32_t packed_size = 0, size = 0;
  };
  std::size_t frame_of(std::uint64_t offset) const;
  const Frame& frame(std::size_t number) const { return frames_[number]; }
  /// Its lines. Errors: Code::store where the checksum differs.
  Result<void> unpack(int fd, const std::string& path, std::size_t number,
                      std::string& lines) const;

 private:
  std::vector<Frame> frames_;
  SealedContent content_;
};

/// Packs the lines of `plain` (all of them: `content`, but for its sha256, says which) into
/// `sealed`, durably. Errors: Code::store where the lines are not those.
Result<SealedContent> seal(const std::string& plain, SealedContent content,
                           const std::string& sealed, const Progress& progress,
                           const sys::Disk& disk);

/// Unpacks all of it: the digest, every record and their chain. Errors: Code::store.
Result<void> verify_sealed(const std::string& sealed, const std::string& shown,
                           const Progress& progress);

/// SHA-256 of a month's lines, packed or not.
Result<std::string> digest_of(const std::string& path);

}  // namespace perfgate::store
