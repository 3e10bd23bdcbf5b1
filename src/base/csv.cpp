#include "base/csv.hpp"

#include <algorithm>
#include <array>

namespace perfgate {
namespace {

/// Full-width signs count too: some spreadsheets take them for the others.
bool acts_on_spreadsheets(std::string_view text) {
  constexpr std::array<std::string_view, 4> wide{"\uff1d", "\uff0b", "\uff0d", "\uff20"};
  return !text.empty() &&
         (std::string_view("=+-@\t\r'").contains(text.front()) ||
          std::ranges::any_of(wide, [&](std::string_view sign) { return text.starts_with(sign); }));
}

}  // namespace

void add_csv_plain(std::string& line, std::string_view plain) {
  if (!line.empty()) line += ',';
  line += plain;
}

void add_csv_text(std::string& line, std::string_view text) {
  if (!line.empty()) line += ',';
  const bool protect = acts_on_spreadsheets(text);
  // An empty first field would look like no field at all.
  const bool quote = text.find_first_of("\",\r\n") != text.npos || (line.empty() && text.empty());
  if (quote) line += '"';
  if (protect) line += '\'';
  for (const char c : text) {
    if (c == '"') line += '"';
    line += c;
  }
  if (quote) line += '"';
}

std::string csv_text(std::string field) {
  if (field.starts_with('\'')) field.erase(0, 1);
  return field;
}

Result<std::vector<std::string>> take_csv_record(std::string_view& text) {
  std::vector<std::string> fields;
  if (text.empty()) return fields;
  fields.emplace_back();
  bool quoted = false, closed = false;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        fields.back() += '"';
        ++i;
      } else {
        quoted = false;
        closed = true;
      }
    } else if (c == ',') {
      fields.emplace_back();
      closed = false;
    } else if (c == '\n') {
      ++i;
      break;
    } else if (c == '\r' && (i + 1 == text.size() || text[i + 1] == '\n')) {
      continue;
    } else if (closed) {
      return fail(Code::parse, "text follows a quoted field", "part fields by commas");
    } else if (c == '"' && fields.back().empty()) {
      quoted = true;
    } else {
      fields.back() += c;
    }
  }
  if (quoted) return fail(Code::parse, "a quote is not closed", "is the file whole?");
  text.remove_prefix(i);
  return fields;
}

}  // namespace perfgate
