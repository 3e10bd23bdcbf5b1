#include "decoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "cp037.hpp"

namespace mainframe {
namespace {

using Word = std::uint64_t;

constexpr std::size_t word_size = sizeof(Word);
constexpr Word every_byte = 0x0101010101010101;
constexpr Word low_nibbles = 0x0F * every_byte;

/// `,"NAME":"` of the longest name, and copied whole whatever its length: a fixed size is quicker.
constexpr std::size_t key_size = 40;
static_assert(max_name + 5 <= key_size);

/// What the inner loop may write beyond the end of what it has to say.
constexpr std::size_t overshoot = 64;

// ---- Signs ------------------------------------------------------------------------------------

using NibbleSet = std::uint32_t;
constexpr NibbleSet minus_signs = 1u << 0xB | 1u << 0xD;
constexpr NibbleSet plus_signs = 1u << 0xA | 1u << 0xC | 1u << 0xE | 1u << 0xF;

constexpr bool has(NibbleSet set, Word nibble) { return (set >> nibble & 1) != 0; }

// ---- Words ------------------------------------------------------------------------------------

Word load(const std::uint8_t* bytes) {
  Word word;
  std::memcpy(&word, bytes, word_size);
  return word;
}

/// First byte highest, as the digits of a number lie.
constexpr Word big_endian(Word word) {
  return std::endian::native == std::endian::little ? std::byteswap(word) : word;
}

/// Up to 8 bytes of a record, read by one load that stays inside the record.
struct Piece {
  std::size_t from = 0;  ///< where to load
  int up = 0;            ///< bits to drop above
  int down = 0;          ///< bits to drop below

  Word of(const std::uint8_t* record) const {
    return big_endian(load(record + from)) << up >> down;
  }
};

Piece piece(std::size_t offset, std::size_t length, std::size_t record_length) {
  const std::size_t from = std::min(offset, record_length - word_size);
  return {.from = from,
          .up = static_cast<int>(8 * (offset - from)),
          .down = static_cast<int>(8 * (word_size - length))};
}

/// The low nibbles of 8 bytes, side by side.
constexpr Word squeeze(Word word) {
  word &= low_nibbles;
  word = (word | word >> 4) & 0x00FF00FF00FF00FF;
  word = (word | word >> 8) & 0x0000FFFF0000FFFF;
  return (word | word >> 16) & 0x00000000FFFFFFFF;
}

/// The upper 8 nibbles as 8 characters, first one first in memory.
constexpr Word characters(Word nibbles) {
  Word word = nibbles >> 32;
  word = (word | word << 16) & 0x0000FFFF0000FFFF;
  word = (word | word << 8) & 0x00FF00FF00FF00FF;
  word = (word | word << 4) & low_nibbles;
  return big_endian(word | '0' * every_byte);
}

/// Whether a nibble is beyond 9: its highest bit is set, and one of the two after that.
constexpr bool beyond_nine(Word nibbles) {
  return (nibbles >> 3 & (nibbles >> 2 | nibbles >> 1) & 0x1111111111111111) != 0;
}

// ---- Text -------------------------------------------------------------------------------------

/// What a byte becomes inside a JSON string.
struct Escape {
  std::array<char, 7> text{};
  std::uint8_t length = 0;
};

constexpr Escape escape(unsigned code_point) {
  constexpr std::string_view hex = "0123456789abcdef";
  constexpr std::string_view short_from = "\b\t\n\f\r\"\\";
  constexpr std::string_view short_to = "btnfr\"\\";
  Escape result;
  const auto add = [&result](unsigned c) { result.text[result.length++] = static_cast<char>(c); };
  if (code_point >= 0x80) {
    add(0xC0 | code_point >> 6);
    add(0x80 | (code_point & 0x3F));
  } else if (const auto at = short_from.find(static_cast<char>(code_point));
             at != short_from.npos) {
    add('\\');
    add(static_cast<unsigned char>(short_to[at]));
  } else if (code_point < 0x20) {
    for (char c : std::string_view("\\u00")) add(static_cast<unsigned char>(c));
    add(static_cast<unsigned char>(hex[code_point >> 4]));
    add(static_cast<unsigned char>(hex[code_point & 0xF]));
  } else {
    add(code_point);
  }
  return result;
}

constexpr std::size_t max_escape = 6;

constexpr std::array<Escape, 256> escapes = [] {
  std::array<Escape, 256> table;
  for (std::size_t byte = 0; byte < 256; ++byte) table[byte] = escape(cp037[byte]);
  return table;
}();

/// The character where it stands for itself; otherwise `special`.
constexpr std::uint16_t special = 0x100;
constexpr std::array<std::uint16_t, 256> plain = [] {
  std::array<std::uint16_t, 256> table{};
  for (std::size_t byte = 0; byte < 256; ++byte) {
    const Escape& e = escapes[byte];
    table[byte] = e.length == 1 ? static_cast<unsigned char>(e.text[0]) : special;
  }
  return table;
}();

std::size_t without_trailing_spaces(const std::uint8_t* bytes, std::size_t length) {
  constexpr Word spaces = cp037_space * every_byte;
  while (length >= word_size) {
    const Word other = big_endian(load(bytes + length - word_size)) ^ spaces;
    if (other != 0) return length - static_cast<std::size_t>(std::countr_zero(other)) / 8;
    length -= word_size;
  }
  while (length > 0 && bytes[length - 1] == cp037_space) --length;
  return length;
}

char* put_escaped(char* out, const std::uint8_t* bytes, std::size_t length) {
  for (std::size_t i = 0; i < length; ++i) {
    const Escape& e = escapes[bytes[i]];
    std::memcpy(out, e.text.data(), e.text.size());
    out += e.length;
  }
  return out;
}

/// `end` is the record's: up to there it may read beyond the text, by less than a word.
char* put_text(char* out, const std::uint8_t* bytes, std::size_t length, const std::uint8_t* end) {
  length = without_trailing_spaces(bytes, length);
  while (length > 0) {
    const std::size_t part = std::min(length, word_size);
    if (static_cast<std::size_t>(end - bytes) >= word_size) {
      unsigned seen = 0;
      for (std::size_t i = 0; i < word_size; ++i) {
        const unsigned c = plain[bytes[i]];
        out[i] = static_cast<char>(c);
        seen |= c;
      }
      out = seen < special ? out + part : put_escaped(out, bytes, part);
    } else {
      out = put_escaped(out, bytes, part);
    }
    bytes += part;
    length -= part;
  }
  return out;
}

// ---- Numbers ----------------------------------------------------------------------------------

/// At most 16 digits in a word, with at most 8 decimals. It may write 26 bytes, whatever it says.
char* put_number(char* out, Word digits, int scale, bool minus) {
  *out = '-';
  out += minus && digits != 0;
  const int significant = 16 - std::countl_zero(digits | 1) / 4;
  const int shown = std::max(significant, scale + 1);
  const Word left = digits << 4 * (16 - shown);
  const Word first = characters(left);
  std::memcpy(out, &first, word_size);
  const Word second = characters(left << 32);
  std::memcpy(out + word_size, &second, word_size);
  out += shown - scale;
  if (scale == 0) return out;
  const Word decimals = characters(digits << 4 * (16 - scale));
  *out = '.';
  std::memcpy(out + 1, &decimals, word_size);
  return out + 1 + scale;
}

}  // namespace

struct Decoder::Step {
  Field field{};
  std::array<char, key_size> key{};
  std::uint8_t key_length = 0;
  bool quick = false;  ///< whether the number fits into a word
  Piece low;           ///< a zoned field's last 8 digits, or a packed field
  Piece high;          ///< a zoned field's digits before those
  Word low_zones = 0;  ///< F in each zone that does not hold the sign
  Word high_zones = 0;
  NibbleSet signs = 0;  ///< allowed
};

namespace {

using Step = Decoder::Step;

/// A number byte by byte: for those too long for a word, and to find what is wrong with one.
/// Returns where to go on, or the fault without its record.
std::expected<char*, Fault> put_number_slowly(char* out, const Step& step,
                                              const std::uint8_t* record) {
  const Field& field = step.field;
  const auto refuse = [&](std::size_t at, std::string_view what, unsigned nibble) {
    const std::size_t byte = field.offset + at;
    return std::unexpected(
        Fault{.record = 0,
              .field = field.name,
              .byte = byte,
              .reason = fmt::format("{} {:X} (byte {:02X})", what, nibble, record[byte])});
  };

  std::array<char, max_digits + 1> digits;  // a packed field may have an unused nibble
  std::size_t count = 0;
  unsigned sign = 0;
  for (std::size_t at = 0; at < field.length; ++at) {
    const unsigned upper = record[field.offset + at] >> 4;
    const unsigned lower = record[field.offset + at] & 0xF;
    const bool last = at + 1 == field.length;
    const bool zoned = field.kind == Kind::zoned;
    if (zoned && !last && upper != 0xF) return refuse(at, "zone", upper);
    if (!zoned) {
      if (upper > 9) return refuse(at, "digit nibble", upper);
      digits[count++] = static_cast<char>('0' + upper);
    }
    if (zoned || !last) {
      if (lower > 9) return refuse(at, "digit nibble", lower);
      digits[count++] = static_cast<char>('0' + lower);
    }
    if (last) sign = zoned ? upper : lower;
  }
  if (!has(step.signs, sign)) {
    const bool minus = has(minus_signs, sign);
    return refuse(field.length - 1, minus ? "minus sign in an unsigned field:" : "sign nibble",
                  sign);
  }
  std::string_view text(digits.data(), count);
  if (count > static_cast<std::size_t>(field.digits)) {
    if (text.front() != '0') {
      return refuse(0, "digit in the unused nibble:", static_cast<unsigned>(text.front() - '0'));
    }
    text.remove_prefix(1);
  }

  const auto scale = static_cast<std::size_t>(field.scale);
  std::string_view whole = text.substr(0, text.size() - scale);
  const std::string_view decimals = text.substr(whole.size());
  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  if (has(minus_signs, sign) && text.find_first_not_of('0') != text.npos) *out++ = '-';
  if (whole.empty()) *out++ = '0';
  out = std::ranges::copy(whole, out).out;
  if (scale == 0) return out;
  *out++ = '.';
  return std::ranges::copy(decimals, out).out;
}

/// Where to go on, or null if the field is at fault.
char* put_zoned(char* out, const Step& step, const std::uint8_t* record) {
  const Word low = step.low.of(record);
  Word digits = squeeze(low);
  bool right = (low & step.low_zones) == step.low_zones;
  if (step.field.digits > 8) {
    const Word high = step.high.of(record);
    digits |= squeeze(high) << 32;
    right &= (high & step.high_zones) == step.high_zones;
  }
  const Word sign = low >> 4 & 0xF;
  if (!right || beyond_nine(digits) || !has(step.signs, sign)) return nullptr;
  return put_number(out, digits, step.field.scale, has(minus_signs, sign));
}

char* put_packed(char* out, const Step& step, const std::uint8_t* record) {
  const Word word = step.low.of(record);
  const Word digits = word >> 4;
  const Word sign = word & 0xF;
  const bool unused = digits >> 4 * step.field.digits != 0;
  if (unused || beyond_nine(digits) || !has(step.signs, sign)) return nullptr;
  return put_number(out, digits, step.field.scale, has(minus_signs, sign));
}

Step make_step(const Field& field, bool first, std::size_t record_length) {
  Step step;
  step.field = field;
  const std::string key = fmt::format("{}\"{}\":{}", first ? '{' : ',', field.name,
                                      field.kind == Kind::text ? "\"" : "");
  std::ranges::copy(key, step.key.begin());
  step.key_length = static_cast<std::uint8_t>(key.size());
  step.signs = field.sign == Signed::yes ? plus_signs | minus_signs : plus_signs;
  const int most = field.kind == Kind::zoned ? 16 : 15;
  step.quick = field.digits <= most && field.scale <= 8 && record_length >= word_size;
  if (field.kind == Kind::text || !step.quick) return step;

  const std::size_t in_low = std::min(field.length, word_size);
  const std::size_t in_high = field.length - in_low;
  constexpr Word all_zones = 0xF0 * every_byte;
  step.low = piece(field.offset + in_high, in_low, record_length);
  step.low_zones = all_zones >> step.low.down & ~Word{0xFF};
  if (in_high > 0) {
    step.high = piece(field.offset, in_high, record_length);
    step.high_zones = all_zones >> step.high.down;
  }
  return step;
}

}  // namespace

std::string describe(const Fault& fault) {
  return fmt::format("record {}, field {}, byte {}: {}", fault.record, fault.field, fault.byte,
                     fault.reason);
}

char* Output::room(std::size_t bytes) {
  if (capacity_ - size_ < bytes) {
    const std::size_t capacity = std::max(2 * capacity_, size_ + bytes);
    auto memory = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) std::memcpy(memory.get(), memory_.get(), size_);
    memory_ = std::move(memory);
    capacity_ = capacity;
  }
  return memory_.get() + size_;
}

std::expected<Decoder, std::string> Decoder::of(const Layout& layout) {
  if (std::string what = flaw(layout); !what.empty()) return std::unexpected(std::move(what));
  std::vector<Step> steps;
  Decoder decoder;
  decoder.record_length_ = layout.record_length;
  decoder.max_line_ = overshoot;
  for (const Field& field : layout.fields) {
    steps.push_back(make_step(field, steps.empty(), layout.record_length));
    decoder.max_line_ +=
        key_size + (field.kind == Kind::text ? max_escape * field.length
                                             : static_cast<std::size_t>(max_digits));
  }
  decoder.steps_ = std::make_shared<const std::vector<Step>>(std::move(steps));
  return decoder;
}

std::expected<std::size_t, Fault> Decoder::decode(std::span<const std::uint8_t> records,
                                                  Output& output) const {
  const std::span<const Step> steps = *steps_;
  const std::size_t count = records.size() / record_length_;
  for (std::size_t index = 0; index < count; ++index) {
    const std::uint8_t* record = records.data() + index * record_length_;
    const std::uint8_t* end = record + record_length_;
    char* out = output.room(max_line_);
    for (const Step& step : steps) {
      std::memcpy(out, step.key.data(), key_size);
      out += step.key_length;
      if (step.field.kind == Kind::text) {
        out = put_text(out, record + step.field.offset, step.field.length, end);
        *out++ = '"';
        continue;
      }
      char* next = nullptr;
      if (step.quick) {
        next = step.field.kind == Kind::zoned ? put_zoned(out, step, record)
                                              : put_packed(out, step, record);
      }
      if (next == nullptr) {
        auto slow = put_number_slowly(out, step, record);
        if (!slow) {
          slow.error().record = index;
          return std::unexpected(std::move(slow).error());
        }
        next = *slow;
      }
      out = next;
    }
    *out++ = '}';
    *out++ = '\n';
    output.end_at(out);
  }

  const std::size_t rest = records.size() - count * record_length_;
  if (rest == 0) return count;
  const auto cut = std::ranges::find_if(
      steps, [rest](const Step& s) { return s.field.offset + s.field.length > rest; });
  return std::unexpected(
      Fault{.record = count,
            .field = cut == steps.end() ? std::string() : cut->field.name,
            .byte = rest,
            .reason = fmt::format("the data ends here, {} bytes short", record_length_ - rest)});
}

}  // namespace mainframe
