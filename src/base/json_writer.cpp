#include "base/json_writer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/text.hpp"

namespace perfgate {
namespace {

constexpr std::size_t buffer_size = std::size_t{64} * 1024;

/// What is not simply copied: what JSON escapes, what we escape, and what has to be looked at.
bool is_special(unsigned char c) {
  return c < 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '#';
}

/// The same of eight bytes at once ("Determine if a word has a byte less than n", and "a zero
/// byte": Bit Twiddling Hacks). May say yes where no byte is special, never the reverse.
bool may_hold_special(std::uint64_t word) {
  constexpr std::uint64_t ones = 0x0101010101010101U, highs = 0x8080808080808080U;
  const auto below = [](std::uint64_t w, std::uint64_t n) { return w - ones * n; };
  const auto is = [&](unsigned char c) {
    return below(word ^ (ones * c), 1) & ~(word ^ (ones * c));
  };
  return ((word | (below(word, 0x20) & ~word) | is('"') | is('\\') | is('#') | is(0x7f)) & highs) !=
         0;
}

std::size_t next_special(std::string_view text, std::size_t at) {
  for (std::uint64_t word = 0; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (may_hold_special(word)) break;
  }
  while (at < text.size() && !is_special(static_cast<unsigned char>(text[at]))) ++at;
  return at;
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

void JsonWriter::escape(char32_t c) {
  constexpr char hex[] = "0123456789abcdef";
  constexpr char32_t first_of_pairs = 0x10000;
  if (c >= first_of_pairs) {
    escape(0xD800 + ((c - first_of_pairs) >> 10U));
    escape(0xDC00 + ((c - first_of_pairs) & 0x3FFU));
    return;
  }
  put(std::string_view("\\u"));
  for (unsigned shift = 16; shift > 0; shift -= 4) put(hex[(c >> (shift - 4)) & 15U]);
}

// What acts on a terminal or a runner that shows the document is escaped: controls of all kinds,
// bidi marks, line separators, and the `##[` of workflow commands, which count anywhere in a line.
void JsonWriter::quote(std::string_view text) {
  put('"');
  std::size_t plain = 0;
  for (std::size_t at = next_special(text, 0); at < text.size(); at = next_special(text, at)) {
    const CodePoint point = code_point_at(text, at);
    const bool hash = point.value == '#' && !text.substr(at).starts_with("##[");
    if (hash || (point.value >= 0x80 && point.valid && is_printable(point.value))) {
      at += point.length;
      continue;
    }
    put(text.substr(plain, at - plain));
    at += point.length;
    plain = at;
    switch (point.value) {
      case '"':
        put(std::string_view("\\\""));
        break;
      case '\\':
        put(std::string_view("\\\\"));
        break;
      case '\n':
        put(std::string_view("\\n"));
        break;
      case '\t':
        put(std::string_view("\\t"));
        break;
      default:
        escape(point.value);
    }
  }
  put(text.substr(plain));
  put('"');
}

}  // namespace perfgate
