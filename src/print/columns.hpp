#pragma once
// How the columns of a table share the width of a page.

#include <optional>
#include <span>
#include <vector>

namespace perfgate::print {

/// Points.
struct ColumnNeed {
  double least = 0;    ///< below which it cannot be read
  double natural = 0;  ///< at which nothing is broken
  int shrink = 0;      ///< cut from the highest rank down; 0: last
};

/// The columns' widths, in all at most `width`: each its natural one where that fits. Else the
/// columns of the highest rank are cut first, of those the widest, down to their least, then those
/// of the next. Nullopt where not even the least widths fit.
std::optional<std::vector<double>> share_width(std::span<const ColumnNeed> columns, double width);

}  // namespace perfgate::print
