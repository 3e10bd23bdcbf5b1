#pragma once
// How a table is set: which columns side by side, how wide, in which size.

#include <optional>
#include <vector>

#include "model/document.hpp"
#include "print/fonts.hpp"

namespace perfgate::print {

/// How a table is set; found out once, for it takes a look at every cell.
struct TablePlan {
  struct Column {
    std::size_t index;
    double width;     ///< with what stands free on both sides
    double fraction;  ///< numbers stand under each other's point: the widest part from it on
  };
  double size = 0;  ///< of the text
  /// Where not all columns fit side by side: one after the other, each with the first column.
  std::vector<std::vector<Column>> panels;
  /// Of each panel's rows, as they are found out: a document is laid out twice. Points.
  std::vector<std::vector<std::optional<double>>> heights{};
};

TablePlan plan_table(Fonts& fonts, const doc::Table& table, double width);
/// Of the titles over the columns.
inline Style head_style(double size) {
  return {.size = size * 0.94, .strong = true, .colour = grey};
}

/// A row that is too short has nothing there.
const doc::Cell& cell_of(const std::vector<doc::Cell>& row, std::size_t index);

}  // namespace perfgate::print
