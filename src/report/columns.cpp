#include "report/columns.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace perfgate::report {

std::string aligned(std::span<const Heading> headings,
                    std::span<const std::vector<std::string>> rows) {
  std::vector<std::size_t> widths(headings.size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < headings.size(); ++c)
      widths[c] = std::max(widths[c], display_width(row[c]));
  std::vector<std::size_t> shown;
  for (std::size_t c = 0; c < headings.size(); ++c) {
    if (widths[c] == 0) continue;
    widths[c] = std::max(widths[c], display_width(headings[c].name));
    shown.push_back(c);
  }
  std::string text;
  const auto add_line = [&](const auto& cell) {
    std::string line;
    for (const std::size_t c : shown) {
      if (c != shown.front()) line += "  ";
      const std::string& content = cell(c);
      const std::string padding(widths[c] - display_width(content), ' ');
      line += headings[c].right ? padding + content : content + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  add_line([&](std::size_t c) -> const std::string& { return headings[c].name; });
  for (const auto& row : rows)
    add_line([&](std::size_t c) -> const std::string& { return row[c]; });
  return text;
}

}  // namespace perfgate::report
