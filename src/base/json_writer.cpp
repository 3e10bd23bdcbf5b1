#include "base/json_writer.hpp"

#include <charconv>
#include <cmath>

#include "base/text.hpp"

namespace perfgate {
namespace {
constexpr std::size_t flush_at = 64 * 1024;
}

void JsonWriter::flush() {
  if (buffer_.empty()) return;
  sink_(buffer_);
  buffer_.clear();
}

void JsonWriter::new_line(std::size_t depth) {
  if (static_cast<int>(depth) > pretty_levels_) return;
  buffer_ += '\n';
  buffer_.append(depth * 2, ' ');
}

void JsonWriter::before_value() {
  if (buffer_.size() >= flush_at) flush();
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (has_items_.empty()) return;
  if (has_items_.back()) buffer_ += ',';
  has_items_.back() = true;
  new_line(has_items_.size());
}

void JsonWriter::begin(char bracket) {
  before_value();
  buffer_ += bracket;
  has_items_.push_back(false);
}

void JsonWriter::end(char bracket) {
  const bool had_items = has_items_.back();
  if (had_items && static_cast<int>(has_items_.size()) <= pretty_levels_)
    new_line(has_items_.size() - 1);
  has_items_.pop_back();
  buffer_ += bracket;
  if (has_items_.empty() && pretty_levels_ > 0) buffer_ += '\n';
}

void JsonWriter::key(std::string_view name) {
  before_value();
  quote(name);
  buffer_ += static_cast<int>(has_items_.size()) <= pretty_levels_ ? ": " : ":";
  after_key_ = true;
}

void JsonWriter::value(std::string_view text) {
  before_value();
  quote(text);
}

void JsonWriter::value(double number) {
  if (!std::isfinite(number)) return null();
  before_value();
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  buffer_.append(digits, end);
}

void JsonWriter::value(std::int64_t number) {
  before_value();
  char digits[32];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, number);
  buffer_.append(digits, end);
}

void JsonWriter::value(bool truth) {
  before_value();
  buffer_ += truth ? "true" : "false";
}

void JsonWriter::number(std::string_view literal) {
  before_value();
  buffer_ += literal;
}

void JsonWriter::null() {
  before_value();
  buffer_ += "null";
}

void JsonWriter::escape(char32_t c) {
  constexpr char hex[] = "0123456789abcdef";
  constexpr char32_t first_of_pairs = 0x10000;
  if (c >= first_of_pairs) {
    escape(0xD800 + ((c - first_of_pairs) >> 10));
    escape(0xDC00 + ((c - first_of_pairs) & 0x3FF));
    return;
  }
  buffer_ += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) buffer_ += hex[(c >> shift) & 15];
}

// What acts on a terminal or a runner that shows the document is escaped: controls of all kinds, bidi
// marks, line separators, and the `##[` of workflow commands, which count anywhere in a line.
void JsonWriter::quote(std::string_view text) {
  buffer_ += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const bool command = c == '#' && text.substr(i).starts_with("##[");
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && !command) {
      ++i;
      continue;
    }
    const CodePoint point = code_point_at(text, i);
    if (c >= 0x80 && point.valid && is_printable(point.value)) {
      i += point.length;
      continue;
    }
    buffer_.append(text, plain, i - plain);
    i += point.length;
    plain = i;
    switch (point.value) {
      case '"': buffer_ += "\\\""; break;
      case '\\': buffer_ += "\\\\"; break;
      case '\n': buffer_ += "\\n"; break;
      case '\t': buffer_ += "\\t"; break;
      default: escape(point.value);
    }
  }
  buffer_.append(text, plain);
  buffer_ += '"';
}

}  // namespace perfgate
