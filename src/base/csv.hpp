#pragma once
// Comma-separated values (RFC 4180), harmless to spreadsheets.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace perfgate {

/// Adds a text as the next field of a line, quoted where it must be. A text that a spreadsheet
/// would take for a formula (it begins with = + - @, one of these in full width, a tab or a
/// carriage return), or that begins with an apostrophe itself, gets an apostrophe before it;
/// csv_text takes that off again. Source: OWASP, CSV Injection.
void add_csv_text(std::string& line, std::string_view text);
/// Adds what cannot be a formula: a number, a name of ours, nothing.
void add_csv_plain(std::string& line, std::string_view plain);

/// What was given to add_csv_text.
std::string csv_text(std::string field);

/// Takes one record off the text, which ends in LF, CRLF or with the text; no fields where nothing
/// is left. Errors: Code::parse (without the place) for a quote that is not closed, or text after
/// one.
Result<std::vector<std::string>> take_csv_record(std::string_view& text);

}  // namespace perfgate
