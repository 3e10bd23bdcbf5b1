#include "report/markdown.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/text.hpp"
#include "report/github_text.hpp"

namespace perfgate::report::markdown {

std::string cell(std::string_view text, std::size_t max_length) {
  return github_cell(text, max_length, Acting::links);
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
