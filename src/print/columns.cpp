#include "print/columns.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace perfgate::print {
namespace {

/// No column of the rank is wider than `cap`, but for its least.
double capped(const ColumnNeed& column, double cap) {
  return std::clamp(cap, column.least, column.natural);
}

/// Cuts columns of one rank to one common width, so that `excess` less is taken; all that can be
/// where that is not enough. Returns what is still too much.
double cut(std::span<const ColumnNeed> columns, int rank, double excess,
           std::vector<double>& widths) {
  double low = 0, high = 0, before = 0;
  for (const ColumnNeed& column : columns) {
    if (column.shrink != rank) continue;
    high = std::max(high, column.natural);
    before += column.natural;
  }
  const auto sum = [&](double cap) {
    double total = 0;
    for (const ColumnNeed& column : columns)
      if (column.shrink == rank) total += capped(column, cap);
    return total;
  };
  for (int i = 0; i < 60; ++i) {  // bisection, to far below what a printer shows
    const double middle = (low + high) / 2;
    (sum(middle) > before - excess ? high : low) = middle;
  }
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i].shrink == rank) widths[i] = capped(columns[i], low);
  return excess - (before - sum(low));
}

}  // namespace

std::optional<std::vector<double>> share_width(std::span<const ColumnNeed> columns, double width) {
  double natural = 0, least = 0;
  std::set<int, std::greater<>> ranks;
  std::vector<double> widths;
  for (const ColumnNeed& column : columns) {
    natural += column.natural;
    least += std::min(column.least, column.natural);
    ranks.insert(column.shrink);
    widths.push_back(column.natural);
  }
  if (natural <= width) return widths;
  if (least > width) return std::nullopt;
  double excess = natural - width;
  for (const int rank : ranks) {
    if (excess <= 0) break;
    excess = cut(columns, rank, excess, widths);
  }
  return widths;
}

}  // namespace perfgate::print
