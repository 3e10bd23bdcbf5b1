#pragma once
// Records to decode: values made from a seed, and the encoder that writes them.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "layout.hpp"

namespace mainframe {

/// splitmix64 (Steele, Lea and Flood, 2014): the same numbers with every compiler and library.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  /// From 0 to below `bound`; the bias of the remainder does not matter here.
  std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t state_;
};

/// What a field holds: Latin-1 text, or a magnitude in units of the last digit and a sign nibble.
struct Value {
  std::string latin1;
  std::uint64_t magnitude = 0;
  std::uint8_t sign = 0xF;
};

/// The compilers' preferred signs: C and D, and F where the field has none.
std::uint8_t preferred_sign(const Field& field, bool minus);

/// Writes a value that fits the field into its place in the record.
void encode(const Field& field, const Value& value, std::span<std::uint8_t> record);

/// Words of a random length, numbers of a random number of digits, one in four of them negative.
std::vector<Value> make_values(const Layout& layout, Random& random);

/// `count` records of make_values, one behind the other.
std::vector<std::uint8_t> make_records(const Layout& layout, std::size_t count, std::uint64_t seed);

}  // namespace mainframe
