#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perfgate::sys {

/// What a process printed, however much: the first and the last bytes are kept, the rest is
/// counted.
class Diagnostics {
 public:
  explicit Diagnostics(std::size_t head_limit = 1 << 20, std::size_t tail_limit = 1 << 20)
      : head_limit_(head_limit), tail_limit_(tail_limit) {}

  /// Where the next bytes go, never empty; then tell how many there were. Reading straight into it
  /// saves copying.
  std::span<char> room();
  void filled(std::size_t count);
  void append(std::string_view bytes);

  std::uint64_t total() const { return total_; }
  std::uint64_t dropped() const;
  /// The bytes kept, as they came; where some were dropped, a line in their place says how many.
  std::string text() const;
  /// The last bytes, at most `limit`.
  std::string end(std::size_t limit) const;

 private:
  std::string_view head() const;
  std::string tail() const;

  std::size_t head_limit_, tail_limit_;
  std::vector<char> head_;    // with room for the next read
  std::vector<char> ring_;    // grows to tail_limit_, then is overwritten from its beginning
  std::size_t ring_end_ = 0;  // where the next byte goes
  std::size_t ring_used_ = 0;
  std::uint64_t total_ = 0;
  bool in_head_ = true;
};

}  // namespace perfgate::sys
