#pragma once
// Tables and running text for a terminal, widths counted in columns.

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/report.hpp"

namespace perfgate::report {

/// Cells are safe already, and rows as long as the header.
struct TextTable {
  std::vector<std::string> header;
  std::vector<bool> right;    ///< aligned to the right
  std::vector<int> shrink{};  ///< which columns are cut where it is narrow; empty: the second
  std::size_t keys = 0;       ///< where it is still too wide: so many columns say whose a row is
  std::vector<std::vector<std::string>> rows{};
  /// The lines that stand before rows: a section's title.
  std::vector<std::pair<std::size_t, std::string>> groups{};
  /// Escape codes around cells, by row and column; the texts are as long without them.
  std::vector<std::pair<std::pair<std::size_t, std::size_t>, std::string_view>> colors{};
};

/// Columns two spaces apart. Where it is wider than the style (60 at least), those that may shrink
/// do, to 16; what is wider still is written as several tables, each with the keys, if it has some.
std::string draw(const TextTable& table, const Style& style, std::string_view indent);

/// Broken at spaces, so that no line is wider; each begins with the indent.
std::string wrapped(std::string_view text, int width, std::string_view indent);

}  // namespace perfgate::report
