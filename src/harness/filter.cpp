#include "harness/filter.hpp"

#include <string_view>

namespace perfgate::harness {

std::string regex_of_exactly(std::span<const std::string> texts) {
  // Not `]` and `}`: they stand for themselves, and POSIX knows no escape for them.
  constexpr std::string_view special = ".[\\()*+?{|^$";
  std::string regex = "^(";
  for (const std::string& text : texts) {
    if (regex.size() > 2) regex += '|';
    for (const char c : text) {
      if (special.find(c) != special.npos) regex += '\\';
      regex += c;
    }
  }
  return regex + ")$";
}

}  // namespace perfgate::harness
