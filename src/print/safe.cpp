#include "print/safe.hpp"

#include <vector>

namespace perfgate::print {
namespace {

constexpr std::size_t longest_word = 400, kept_before = 250, kept_after = 100;

/// Scripts without spaces between words lie beyond, and are broken anywhere.
bool joins(char32_t c) { return c != U' ' && c < 0x1100; }

}  // namespace

std::string safe_paragraph(std::string_view text) {
  const std::string safe = safe_text(text, 20'000);
  std::string made;
  std::vector<std::size_t> word;  // where its characters begin
  for (std::size_t at = 0; at <= safe.size();) {
    const bool end = at == safe.size();
    const CodePoint c = end ? CodePoint{U' ', 1} : code_point_at(safe, at);
    if (!end && joins(c.value)) {
      word.push_back(at);
      at += c.length;
      continue;
    }
    if (word.size() > longest_word) {
      const std::size_t tail = word[word.size() - kept_after];
      made.append(safe, word.front(), word[kept_before] - word.front());
      made += "…";
      made.append(safe, tail, at - tail);
    } else if (!word.empty()) {
      made.append(safe, word.front(), at - word.front());
    }
    word.clear();
    if (!end) made.append(safe, at, c.length);
    at += c.length;
  }
  return made;
}

}  // namespace perfgate::print
