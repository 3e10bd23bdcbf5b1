#include "base/json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace perfgate {
namespace {

constexpr std::size_t buffer_size = 64 * 1024;
constexpr std::size_t longest_escape = 6;  // \u001f

bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\' || c == 0x7f; }

/// The same of eight bytes at once ("Determine if a word has a byte less than n", and "a zero
/// byte": Bit Twiddling Hacks). May say yes where no byte needs it, never the reverse.
bool may_need_escape(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101U, highs = 0x8080808080808080U;
  const auto below = [](std::uint64_t w, std::uint64_t n) { return w - ones * n; };
  const auto is = [&](unsigned char c) {
    return below(word ^ (ones * c), 1) & ~(word ^ (ones * c));
  };
  return (((below(word, 0x20) & ~word) | is('"') | is('\\') | is(0x7f)) & highs) != 0;
}

char* escape(char* at, unsigned char c) {
  constexpr char hex[] = "0123456789abcdef";
  *at++ = '\\';
  switch (c) {
    case '"':
    case '\\':
      *at++ = static_cast<char>(c);
      return at;
    case '\n':
      *at++ = 'n';
      return at;
    case '\t':
      *at++ = 't';
      return at;
    default:
      std::memcpy(at, "u00", 3);
      at[3] = hex[c >> 4U];
      at[4] = hex[c & 15U];
      return at + 5;
  }
}

char* escaped_singly(std::string_view text, char* at) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (needs_escape(byte))
      at = escape(at, byte);
    else
      *at++ = c;
  }
  return at;
}

/// Four to seven bytes, as two halves that overlap.
char* escaped_short(std::string_view text, char* at) {
  std::uint32_t first = 0, last = 0;
  const std::size_t second = text.size() - sizeof last;
  std::memcpy(&first, text.data(), sizeof first);
  std::memcpy(&last, text.data() + second, sizeof last);
  if (may_need_escape((std::uint64_t{first} << 32U) | last)) return escaped_singly(text, at);
  std::memcpy(at, &first, sizeof first);
  std::memcpy(at + second, &last, sizeof last);
  return at + text.size();
}

/// Writes the text, escaped, to `at`, where there is room for it; its end.
char* escaped(std::string_view text, char* at) {
  std::uint64_t word = 0;
  while (text.size() >= sizeof word) {
    std::memcpy(&word, text.data(), sizeof word);
    if (may_need_escape(word)) {
      at = escaped_singly(text.substr(0, sizeof word), at);
    } else {
      std::memcpy(at, &word, sizeof word);
      at += sizeof word;
    }
    text.remove_prefix(sizeof word);
  }
  return text.size() >= 4 ? escaped_short(text, at) : escaped_singly(text, at);
}

}  // namespace

JsonWriter::JsonWriter(Sink sink, int pretty_levels)
    : sink_(std::move(sink)),
      pretty_levels_(static_cast<std::size_t>(std::max(pretty_levels, 0))),
      buffer_(std::make_unique_for_overwrite<char[]>(buffer_size)) {}

void JsonWriter::flush() {
  if (used_ == 0) return;
  sink_({buffer_.get(), used_});
  used_ = 0;
}

/// Where the next `size` bytes go; the caller adds to `used_` those that it wrote.
char* JsonWriter::room(std::size_t size) {
  if (buffer_size - used_ < size) flush();
  return buffer_.get() + used_;
}

void JsonWriter::put(char c) {
  *room(1) = c;
  ++used_;
}

void JsonWriter::put(std::string_view plain) {
  while (!plain.empty()) {
    const std::size_t size = std::min(plain.size(), buffer_size / 2);
    std::memcpy(room(size), plain.data(), size);
    used_ += size;
    plain.remove_prefix(size);
  }
}

void JsonWriter::new_line(std::size_t depth) {
  if (depth > pretty_levels_) return;
  put('\n');
  for (std::size_t i = 0; i < depth; ++i) put("  ");
}

void JsonWriter::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back() != 0) put(',');
  has_items_.back() = 1;
  new_line(has_items_.size());
}

void JsonWriter::begin(char bracket) {
  before_value();
  put(bracket);
  has_items_.push_back(0);
}

void JsonWriter::end(char bracket) {
  const bool had_items = has_items_.back() != 0;
  if (had_items && has_items_.size() <= pretty_levels_) new_line(has_items_.size() - 1);
  has_items_.pop_back();
  put(bracket);
  if (has_items_.empty() && pretty_levels_ > 0) put('\n');
}

void JsonWriter::key(std::string_view name) {
  before_value();
  quote(name);
  put(':');
  if (has_items_.size() <= pretty_levels_) put(' ');
  after_key_ = true;
}

void JsonWriter::value(std::string_view text) {
  before_value();
  quote(text);
}

void JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  before_value();
  constexpr std::size_t most = 32;
  char* const at = room(most);
  used_ += static_cast<std::size_t>(std::to_chars(at, at + most, number).ptr - at);
}

void JsonWriter::value(std::int64_t number) {
  before_value();
  constexpr std::size_t most = 32;
  char* const at = room(most);
  used_ += static_cast<std::size_t>(std::to_chars(at, at + most, number).ptr - at);
}

void JsonWriter::value(bool truth) {
  before_value();
  put(std::string_view(truth ? "true" : "false"));
}

void JsonWriter::number(std::string_view literal) {
  before_value();
  put(literal);
}

void JsonWriter::null() {
  before_value();
  put(std::string_view("null"));
}

void JsonWriter::quote(std::string_view text) {
  put('"');
  constexpr std::size_t most =
      4096;  // at a time, so that the buffer holds it however much is escaped
  while (!text.empty()) {
    const std::size_t size = std::min(text.size(), most);
    char* const begin = room(size * longest_escape);
    used_ += static_cast<std::size_t>(escaped(text.substr(0, size), begin) - begin);
    text.remove_prefix(size);
  }
  put('"');
}

}  // namespace perfgate
