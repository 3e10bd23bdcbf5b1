#include "harness/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "base/text.hpp"

namespace perfgate::harness {
namespace {

constexpr auto npos = std::string_view::npos;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The place after the string that begins at `at`; npos where it does not end.
std::size_t after_string(std::string_view text, std::size_t at) {
  for (++at;; ++at) {
    at = text.find_first_of("\"\\", at);
    if (at == npos) return npos;
    if (text[at] == '"') return at + 1;
    ++at;
  }
}

bool is_comment(std::string_view text, std::size_t at) {
  return text[at] == '/' && at + 1 < text.size() && text[at + 1] == '*';
}

std::size_t after_comment(std::string_view text, std::size_t at) {
  const std::size_t end = text.find("*/", at + 2);
  return end == npos ? npos : end + 2;
}

void add_repaired_string(std::string_view string, RepairedJson& result) {
  for (std::size_t i = 0; i < string.size();) {
    const auto c = static_cast<unsigned char>(string[i]);
    if (c < 0x20) {
      fmt::format_to(std::back_inserter(result.text), "\\u{:04x}", c);
      ++i;
    } else {
      const CodePoint character = code_point_at(string, i);
      append_utf8(result.text, character.value);
      result.encoding = result.encoding || !character.valid;
      i += character.length;
    }
  }
}

/// How many bytes at the comma `at` are groups of a comma and three digits; 0 where the number does
/// not begin or end as such a number does.
std::size_t groups_size(std::string_view text, std::size_t at) {
  const std::size_t begin = at;
  std::size_t first = at;
  while (first > 0 && is_digit(text[first - 1])) --first;
  const char before = first > 0 ? text[first - 1] : ' ';
  if (at - first > 3 || before == '.' || before == '+') return 0;
  while (at + 3 < text.size() && text[at] == ',' && is_digit(text[at + 1])) {
    if (!is_digit(text[at + 2]) || !is_digit(text[at + 3])) return 0;
    at += 4;
  }
  const char next = at < text.size() ? text[at] : ' ';
  return is_digit(next) || next == '.' || next == 'e' || next == 'E' ? 0 : at - begin;
}

}  // namespace

std::size_t json_value_size(std::string_view text) {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    switch (text[i]) {
      case '"':
        i = after_string(text, i);
        if (i == npos) return npos;
        if (depth == 0) return i;
        continue;
      case '/':
        if (is_comment(text, i)) {
          i = after_comment(text, i);
          if (i == npos) return npos;
          continue;
        }
        break;
      case '{':
      case '[':
        ++depth;
        break;
      case '}':
      case ']':
        if (depth == 0) return i;
        if (--depth == 0) return i + 1;
        break;
      case ',':
      case ' ':
      case '\t':
      case '\r':
      case '\n':
        if (depth == 0) return i;
        break;
      default:
        break;
    }
    ++i;
  }
  return npos;
}

RepairedJson repaired_json(std::string_view value) {
  RepairedJson result;
  result.text.reserve(value.size() + value.size() / 8);
  std::vector<bool> in_object;
  for (std::size_t i = 0; i < value.size();) {
    const char c = value[i];
    if (c == '"') {
      const std::size_t end = std::min(after_string(value, i), value.size());
      add_repaired_string(value.substr(i, end - i), result);
      i = end;
      continue;
    }
    if (is_comment(value, i)) {
      i = std::min(after_comment(value, i), value.size());
      continue;
    }
    if (c == '{' || c == '[') in_object.push_back(c == '{');
    if ((c == '}' || c == ']') && !in_object.empty()) in_object.pop_back();
    if (c == ',' && !in_object.empty() && in_object.back() && i > 0 && is_digit(value[i - 1])) {
      if (const std::size_t size = groups_size(value, i); size > 0) {
        for (std::size_t k = i; k < i + size; ++k)
          if (value[k] != ',') result.text += value[k];
        result.separators = true;
        i += size;
        continue;
      }
    }
    result.text += c;
    ++i;
  }
  return result;
}

}  // namespace perfgate::harness
