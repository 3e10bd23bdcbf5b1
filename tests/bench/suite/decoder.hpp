#pragma once
// Decodes fixed-length mainframe records to JSON Lines, one object per record.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "layout.hpp"

namespace mainframe {

/// Why a record was refused. `record` and `byte` count from 0, `byte` from the record's beginning.
struct Fault {
  std::size_t record;
  std::string field;
  std::size_t byte;
  std::string reason;
};

/// "record 17, field BALANCE, byte 131: digit nibble A (byte FA)"
std::string describe(const Fault& fault);

/// Text under construction. It keeps its memory when cleared, so that using it again allocates
/// nothing.
class Output {
 public:
  std::string_view text() const { return {memory_.get(), size_}; }
  void clear() { size_ = 0; }

  /// Where to go on writing: at least `bytes` bytes are free there.
  char* room(std::size_t bytes);
  void end_at(const char* end) { size_ = static_cast<std::size_t>(end - memory_.get()); }

 private:
  std::unique_ptr<char[]> memory_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Text becomes a string without its trailing spaces; a number a JSON number with as many decimals
/// as its scale says, without leading zeros. Minus zero is written as zero, which COBOL says it
/// equals.
///
/// Signs: C, F, A and E are plus, D and B minus; the others, and minus where the field has no sign,
/// are refused, as are nibbles beyond 9, zones other than F, digits in a packed field's unused
/// nibble, and a last record that is too short.
class Decoder {
 public:
  /// The decoder of a layout, or what is wrong with that.
  static std::expected<Decoder, std::string> of(const Layout& layout);

  /// Appends a line per record and returns their number. On a fault `output` ends after the last
  /// record that was whole.
  std::expected<std::size_t, Fault> decode(std::span<const std::uint8_t> records,
                                           Output& output) const;

  std::size_t record_length() const { return record_length_; }

  /// A field, made ready: what the inner loop needs, computed once.
  struct Step;

 private:
  Decoder() = default;

  std::shared_ptr<const std::vector<Step>> steps_;
  std::size_t record_length_ = 0;
  std::size_t max_line_ = 0;
};

}  // namespace mainframe
