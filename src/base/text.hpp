#pragma once
// Texts from elsewhere: made valid and harmless, measured, matched, compared.

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perfgate {

/// One character of UTF-8 text. A byte that belongs to no valid sequence (overlong forms,
/// surrogates and values beyond U+10FFFF are none) is a character of its own: U+FFFD, not valid.
struct CodePoint {
  char32_t value = 0;
  std::size_t length = 1;  ///< bytes
  bool valid = true;
};

/// The character that begins at byte `at`, which must be inside the text.
CodePoint code_point_at(std::string_view text, std::size_t at);
void append_utf8(std::string& text, char32_t value);
std::size_t count_code_points(std::string_view text);
bool is_utf8(std::string_view text);
/// The text, each invalid byte become U+FFFD.
std::string repair_utf8(std::string_view text);

/// False for what does not show or acts on what stands around it: C0 and C1 controls, DEL, line and
/// paragraph separators, bidi and other format controls, zero-width characters, tags,
/// noncharacters.
bool is_printable(char32_t c);

/// A text of one line for people, terminals and logs: valid UTF-8, white space controls become
/// spaces, what is not printable becomes visible (`\x1B`, `\u{202E}`), workflow commands
/// (`::` where a line could begin with it, `##[` anywhere) are broken by a space. Cut at
/// `max_length` characters, the last being `…`.
std::string safe_text(std::string_view text, std::size_t max_length);
/// The same of a text of several lines: newlines stay (CR LF and CR become one).
std::string safe_lines(std::string_view text, std::size_t max_length);

/// Without ASCII white space at both ends.
std::string_view trim(std::string_view text);

/// Columns on a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks.
std::size_t display_width(std::string_view text);

/// Whether the whole text matches: `*` any characters (also `/`), `?` one, `[a-c]`, `[!a]`, and
/// `\` takes the next one literally. Case matters. A `[` that is never closed is literal. Takes
/// time of at most pattern times text.
bool glob_matches(std::string_view pattern, std::string_view text);

/// For "did you mean": the candidate with the smallest Damerau-Levenshtein distance (optimal string
/// alignment, without regard to case), where that is small enough for a slip: a third of the
/// length.
std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string_view> candidates);

/// A private text, and what stands for it.
struct Secret {
  std::string text;
  std::string placeholder;  ///< "~", "<host>", "<env:TOKEN>"
  bool whole_word = false;  ///< replaced only where no letter, digit or `_` adjoins it
};

/// Replaces private texts in what is written to files. The longest text that matches wins, and what
/// was put in is not looked at again.
class Scrubber {
 public:
  Scrubber() = default;
  explicit Scrubber(std::vector<Secret> secrets);
  /// A secret that was cut short, four bytes or more before a `…`, is replaced too.
  std::string scrub(std::string_view text) const;
  bool finds_any(std::string_view text) const;  ///< whether scrub() would change it

 private:
  struct Match {
    const Secret* secret;
    std::size_t length;
  };
  std::optional<Match> match_at(std::string_view text, std::size_t at) const;

  std::vector<Secret> secrets_;        // longest first
  std::array<bool, 256> begins_ = {};  // by first byte: most of a text needs no search
};

/// An environment variable.
struct Variable {
  std::string name, value;
};

/// What is private on a machine: the home path (`~`), the names of the host (`<host>`) and of the
/// user
/// (`<user>`), but for those that many share, and the values of variables of at least 8 bytes
/// (`<env:NAME>`).
Scrubber scrubber_for(std::string_view home, std::string_view host,
                      std::span<const Variable> environment);

}  // namespace perfgate
