#pragma once
#include <cstddef>
#include <functional>
#include <string_view>

#include "harness/harness.hpp"

namespace perfgate::harness {

/// A line of a text, without its end (LF or CR LF).
struct Line {
  std::string_view text;
  std::size_t number = 1;
  bool ended = true;  ///< false: the text ends here, without an end of line
};

/// Hands on the lines that are not blank, a piece of the text in memory at a time. A byte order
/// mark at the start is passed over. Errors: of `use`; Code::parse for text that is not UTF-8 but
/// UTF-16, and for a line longer than 1 MiB.
Result<void> read_lines(Document& document, const std::function<Result<void>(const Line&)>& use);

}  // namespace perfgate::harness
