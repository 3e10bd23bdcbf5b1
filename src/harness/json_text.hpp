#pragma once
// JSON as programs print it, which is not always JSON: the ends of values are found and texts are
// repaired without understanding them.

#include <cstddef>
#include <string>
#include <string_view>

namespace perfgate::harness {

/// How many bytes the JSON value at the start of `text` has (of a number or a word: up to the next
/// delimiter); npos where it does not end in `text`. Looks at brackets, strings and comments only;
/// depth is no matter.
std::size_t json_value_size(std::string_view text);

struct RepairedJson {
  std::string text;
  bool encoding = false;    ///< invalid UTF-8 became U+FFFD
  bool separators = false;  ///< thousands separators were taken out of numbers: 1,234 -> 1234
};

/// Makes a strict parser take the value: comments go, invalid UTF-8 becomes U+FFFD, control
/// characters in strings are escaped, and thousands separators go where they can be nothing else:
/// in an object, a comma is followed by a key, so `"iterations": 1,234,` has just one reading.
/// (A counting locale leaks into Google Benchmark's integers: its issue 2039.)
RepairedJson repaired_json(std::string_view value);

}  // namespace perfgate::harness
