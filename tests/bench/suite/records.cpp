#include "records.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "cp037.hpp"

namespace mainframe {
namespace {

std::uint8_t byte_of(unsigned upper, unsigned lower) {
  return static_cast<std::uint8_t>(upper << 4 | lower);
}

std::string words(std::size_t length, Random& random) {
  constexpr std::string_view letters = "eeeeaaaiioonnrrttsslldhcumpgbfvk";
  std::string text;
  while (text.size() < length) {
    if (!text.empty()) text += ' ';
    text += static_cast<char>('A' + random.below(26));
    for (std::uint64_t rest = 1 + random.below(8); rest > 0; --rest) {
      // Now and then a letter beyond ASCII, as in names from everywhere.
      const std::uint64_t pick = random.below(4 * letters.size());
      text += pick == 0 ? '\xE9' : letters[pick % letters.size()];
    }
    if (random.below(50) == 0) text += '"';
    if (random.below(3) == 0) break;
  }
  return text.substr(0, length);
}

std::uint64_t power_of_ten(std::uint64_t exponent) {
  std::uint64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

std::uint8_t preferred_sign(const Field& field, bool minus) {
  if (field.sign == Signed::no) return 0xF;
  return minus ? 0xD : 0xC;
}

void encode(const Field& field, const Value& value, std::span<std::uint8_t> record) {
  const auto bytes = record.subspan(field.offset, field.length);
  if (field.kind == Kind::text) {
    std::ranges::fill(bytes, cp037_space);
    std::ranges::transform(value.latin1, bytes.begin(),
                           [](char c) { return cp037_byte[static_cast<unsigned char>(c)]; });
    return;
  }
  std::uint64_t rest = value.magnitude;
  const auto next_digit = [&rest] {
    const auto digit = static_cast<unsigned>(rest % 10);
    rest /= 10;
    return digit;
  };
  for (std::size_t i = bytes.size(); i-- > 0;) {
    const bool last = i + 1 == bytes.size();
    const unsigned lower = last && field.kind == Kind::packed ? value.sign : next_digit();
    const unsigned upper = field.kind == Kind::packed ? next_digit() : last ? value.sign : 0xF;
    bytes[i] = byte_of(upper, lower);
  }
}

std::vector<Value> make_values(const Layout& layout, Random& random) {
  std::vector<Value> values;
  for (const Field& field : layout.fields) {
    Value value;
    if (field.kind == Kind::text) {
      value.latin1 = words(field.length, random);
    } else {
      const auto digits = static_cast<std::uint64_t>(field.digits);
      // One draw after the other: the order in which operands are evaluated is the compiler's
      // choice.
      const std::uint64_t drawn = random.next();
      value.magnitude = drawn % power_of_ten(1 + random.below(digits));
      value.sign = preferred_sign(field, random.below(4) == 0);
    }
    values.push_back(std::move(value));
  }
  return values;
}

std::vector<std::uint8_t> make_records(const Layout& layout, std::size_t count,
                                       std::uint64_t seed) {
  Random random(seed);
  std::vector<std::uint8_t> bytes(count * layout.record_length);
  for (std::size_t index = 0; index < count; ++index) {
    const auto record =
        std::span(bytes).subspan(index * layout.record_length, layout.record_length);
    const std::vector<Value> values = make_values(layout, random);
    for (std::size_t i = 0; i < values.size(); ++i) encode(layout.fields[i], values[i], record);
  }
  return bytes;
}

}  // namespace mainframe
