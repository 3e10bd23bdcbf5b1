#pragma once
// Tables: columns that share the width, rows that are never torn, heads that are repeated.

#include <vector>

#include "model/document.hpp"
#include "print/flow.hpp"

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
};

TablePlan plan_table(Fonts& fonts, const doc::Table& table, double width);
/// What has to stand on one page at its beginning: caption, head and two rows.
double least_height(Flow& flow, const doc::Table& table, const TablePlan& plan);
void put_table(Flow& flow, const doc::Table& table, const TablePlan& plan);

}  // namespace perfgate::print
