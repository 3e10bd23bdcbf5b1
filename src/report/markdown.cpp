#include "report/markdown.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"

namespace perfgate::report::markdown {

std::string cell(std::string_view text, std::size_t max_length) {
  const std::string safe = safe_text(text, max_length);
  std::string result;
  for (std::size_t i = 0; i < safe.size(); ++i) {
    const char c = safe[i];
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '@':
        result += "&#64;\u200b";  // mentions and addresses are found once entities are resolved
        break;
      case '#':
        result += "&#35;";
        break;
      case 'w':  // www. begins a link of its own
        result += safe.compare(i, 4, "www.") == 0 ? "&#119;" : "w";
        break;
      case ':':
        result += "&#58;";
        break;  // neither a URL nor an emoji
      case '|':
      case '`':
      case '*':
      case '_':
      case '[':
      case ']':
      case '(':
      case ')':
      case '!':
      case '~':
      case '\\':
        result += '\\';
        result += c;
        break;
      default:
        result += c;
    }
  }
  return result;
}

// A backtick would end it.
std::string code(std::string_view text, std::size_t max_length) {
  std::string result = safe_text(text, max_length);
  std::ranges::replace(result, '`', '\'');
  return "`" + result + "`";
}

std::string row(const std::vector<std::string>& cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

std::string table(std::span<const Heading> headings,
                  std::span<const std::vector<std::string>> rows) {
  std::vector<std::size_t> shown;
  for (std::size_t c = 0; c < headings.size(); ++c)
    if (std::ranges::any_of(rows, [&](const auto& line) { return !line[c].empty(); }))
      shown.push_back(c);
  std::vector<std::string> names, rules;
  for (const std::size_t c : shown) {
    names.push_back(cell(headings[c].name));
    rules.push_back(headings[c].right ? "--:" : ":--");
  }
  std::string text = row(names) + fmt::format("|{}|\n", fmt::join(rules, "|"));
  for (const auto& line : rows) {
    std::vector<std::string> cells;
    for (const std::size_t c : shown) cells.push_back(cell(line[c]));
    text += row(cells);
  }
  return text;
}

}  // namespace perfgate::report::markdown
