#include "report/github_text.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace perfgate::report {
namespace {

// GitHub looks for mentions and references in the text that Markdown gives, where neither `\@` nor
// `&#64;` is left of an escape: a zero-width space breaks them.
constexpr std::string_view breaker = "&#8203;", raw_breaker = "\xE2\x80\x8B";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_word(char c) { return is_digit(c) || is_letter(c) || c == '_'; }
bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

char at(std::string_view text, std::size_t i) { return i < text.size() ? text[i] : ' '; }
char before(std::string_view text, std::size_t i) { return i > 0 ? text[i - 1] : ' '; }

/// Where a run of hex digits that GitHub could take for a commit is to be broken: into pieces that
/// are too short for one.
bool breaks_commit(std::string_view text, std::size_t i) {
  constexpr std::size_t shortest = 7, piece = 5;
  if (!is_hex_digit(text[i])) return false;
  std::size_t begin = i, end = i + 1;
  while (begin > 0 && is_hex_digit(text[begin - 1])) --begin;
  while (end < text.size() && is_hex_digit(text[end])) ++end;
  const bool joined = begin > 0 && is_word(text[begin - 1]);
  return !joined && end - begin >= shortest && (i - begin) % piece == piece - 1 && i + 1 < end;
}

bool ends_with_www(std::string_view text) {
  constexpr std::size_t length = 3;
  return text.size() >= length &&
         text.substr(text.size() - length).find_first_not_of("wW") == text.npos;
}

/// "GH" of GH-12, of which GitHub makes a reference; of other words a repository may have said so.
bool breaks_key(std::string_view text, std::size_t dash, Acting acting) {
  if (!is_letter(before(text, dash)) || !is_digit(at(text, dash + 1))) return false;
  if (acting == Acting::nothing) return true;
  if (dash < 2) return false;
  const char g = text[dash - 2], h = text[dash - 1];
  return (g == 'G' || g == 'g') && (h == 'H' || h == 'h') && (dash < 3 || !is_word(text[dash - 3]));
}

void append_prose(std::string& out, std::string_view text, std::size_t i, Acting acting) {
  const char c = text[i], next = at(text, i + 1);
  switch (c) {
    case '&':
      out += "&amp;";
      return;
    case '<':
      out += "&lt;";
      return;
    case '>':
      out += "&gt;";
      return;
    case '@':
      out += "&#64;";
      out += breaker;
      return;
    case '$':
      out += "&#36;";
      out += breaker;
      return;
    case '#':
      out += "&#35;";
      if (is_word(next)) out += breaker;
      return;
    case ':':  // a URL, an emoji
      if (next == ' ') {
        out += c;
        return;
      }
      out += "&#58;";
      if (acting == Acting::nothing || !is_digit(next)) out += breaker;  // a place: file:12
      return;
    case '-':  // GH-12, and what a repository has of its own: TICKET-12
      out += c;
      if (breaks_key(text, i, acting)) out += breaker;
      return;
    case '.':  // www. begins an address whatever follows: it is broken before the dot
      if (ends_with_www(text.substr(0, i))) out += breaker;
      out += c;
      return;
    case '\\':
    case '`':
    case '*':
    case '_':
    case '~':
    case '[':
    case ']':
    case '|':
    case '!':
      out += '\\';
      out += c;
      return;
    default:
      out += c;
      if (acting == Acting::nothing && breaks_commit(text, i)) out += breaker;
  }
}

}  // namespace

std::string github_prose(std::string_view text, std::size_t max_length) {
  const std::string safe = safe_text(text, max_length);
  std::string out;
  // What begins a line could begin a list, a rule or a heading.
  std::size_t digits = 0;
  while (digits < safe.size() && is_digit(safe[digits])) ++digits;
  const bool numbered = digits > 0 && (at(safe, digits) == '.' || at(safe, digits) == ')');
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const bool marks = i == 0 && (safe[i] == '-' || safe[i] == '+' || safe[i] == '=');
    if (marks || (numbered && i == digits)) {
      out += '\\';
      out += safe[i];
      continue;
    }
    append_prose(out, safe, i, Acting::nothing);
  }
  return out;
}

std::string github_cell(std::string_view text, std::size_t max_length, Acting acting) {
  const std::string safe = safe_text(text, max_length);
  std::string out;
  for (std::size_t i = 0; i < safe.size(); ++i) append_prose(out, safe, i, acting);
  return out;
}

std::string github_name(std::string_view text, std::size_t max_length) {
  const std::string safe = safe_text(text, max_length);
  if (trim(safe).empty()) return "";
  // In a table neither a fence of backticks nor `\|` is safe from a backslash before it; and nobody
  // is to find a marker in it.
  if (safe.find_first_of("`|\\<") != safe.npos)
    return "<code>" + github_prose(text, max_length) + "</code>";
  std::string out = "`";
  for (std::size_t i = 0; i < safe.size(); ++i) {
    out += safe[i];
    // A reply by e-mail quotes it without its backticks.
    if (safe[i] == '@' || (safe[i] == '#' && is_digit(at(safe, i + 1)))) out += raw_breaker;
  }
  return out + "`";
}

}  // namespace perfgate::report
