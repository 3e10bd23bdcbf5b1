#include "print/table_plan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "print/cells.hpp"
#include "print/columns.hpp"
#include "print/safe.hpp"

namespace perfgate::print {
namespace {

constexpr std::array sizes{8.5, 7.8, 7.0};

struct Measured {
  std::size_t index;  ///< of the table's column
  ColumnNeed need;
  std::vector<double> widths;  ///< of each cell on one line
  double fraction = -1;
};

/// Numbers of one unit stand under each other's point; others are aligned right.
double widest_fraction(Fonts& fonts, const doc::Table& table, std::size_t index, double size) {
  std::set<std::string, std::less<>> units;
  double widest = 0;
  bool any_point = false;
  for (const auto& row : table.rows) {
    const doc::Cell& cell = cell_of(row, index);
    if (cell.text.empty()) continue;
    const std::string text = safe_cell(cell.text);
    if (text.find_first_of("0123456789") == std::string::npos) continue;  // "-", "exact"
    const std::string_view right = from_point(text);
    const std::size_t unit = right.find_first_not_of(".0123456789");
    units.emplace(unit == std::string_view::npos ? std::string_view() : right.substr(unit));
    if (units.size() > 1) return -1;
    any_point = any_point || right.starts_with('.');
    widest = std::max(widest, fonts.width(right, cell_style(table.columns[index], cell, size)));
  }
  return any_point ? widest : -1;
}

Measured measured(Fonts& fonts, const doc::Table& table, std::size_t index, double size) {
  const doc::Column& column = table.columns[index];
  const doc::Cell head{.text = column.title};
  const Style style = head_style(size);
  const double title = fonts.width(safe_label(column.title), style) + 2 * cell_side + 0.01;
  const double longest_word =
      cell_least(fonts, {}, {.text = column.title, .tone = doc::Tone::bad}, style.size);
  Measured made{.index = index, .need = {.shrink = column.shrink}};
  made.fraction = column.number ? widest_fraction(fonts, table, index, size) : -1;
  double widest = 0, least = 0, before_point = 0;
  made.widths.reserve(table.rows.size());
  for (const auto& row : table.rows) {
    const doc::Cell& cell = cell_of(row, index);
    const double own = cell_width(fonts, column, cell, size);
    if (made.fraction >= 0) {
      const std::string text = safe_cell(cell.text);
      before_point = std::max(before_point,
                              own - fonts.width(from_point(text), cell_style(column, cell, size)));
    }
    // What no word can widen needs no look at each.
    if (own > least)
      least = std::max(least, column.number ? own : cell_least(fonts, column, cell, size));
    widest = std::max(widest, own);
    made.widths.push_back(own);
  }
  if (made.fraction >= 0) {
    widest = std::max(widest, before_point + made.fraction);
    least = std::max(least, widest);
  }
  // A title in two lines is better than a column that is wide for it alone.
  made.need.natural = std::max({widest, longest_word, std::min(title, std::max(widest, 64.0))});
  if (column.code) least = std::min(widest, size * 9);
  made.need.least = std::min(made.need.natural, std::max({least, longest_word, size * 2.5}));
  return made;
}

/// Widens what fits, so that tables of nearly the page's width are as wide as it.
void spread(const doc::Table& table, std::vector<TablePlan::Column>& columns, double width) {
  double sum = 0;
  for (const auto& column : columns) sum += column.width;
  if (sum < width * 0.55 || sum >= width) return;
  const double free = width - sum;
  const double each = std::min(14.0, free / static_cast<double>(columns.size()));
  double rest = free - each * static_cast<double>(columns.size());
  for (auto& column : columns) column.width += each;
  const auto text = std::ranges::find_if(
      columns, [&](const auto& column) { return !table.columns[column.index].number; });
  if (text != columns.end()) text->width += rest;
}

/// Those of the measured columns, `which` of them; empty: they do not fit.
std::vector<TablePlan::Column> chosen(std::span<const Measured> all,
                                      std::span<const std::size_t> which, double width) {
  std::vector<ColumnNeed> needs;
  for (const std::size_t i : which) needs.push_back(all[i].need);
  const auto widths = share_width(needs, width);
  std::vector<TablePlan::Column> columns;
  for (std::size_t i = 0; widths && i < which.size(); ++i)
    columns.push_back({all[which[i]].index, (*widths)[i], all[which[i]].fraction});
  return columns;
}

/// Of all rows, about: pango knows exactly, but takes its time.
double count_lines(std::span<const Measured> all, std::span<const TablePlan::Column> columns,
                   std::size_t rows) {
  double sum = 0;
  for (std::size_t row = 0; row < rows; ++row) {
    double most = 1;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const double own = all[i].widths[row] - 2 * cell_side;
      const double free = columns[i].width - 2 * cell_side;
      if (own > free) most = std::max(most, std::ceil(own * 1.08 / free));
    }
    sum += most;
  }
  return sum;
}

/// So many columns side by side as fit, at most so many, the first one before each lot.
std::vector<std::vector<std::size_t>> lots(std::span<const Measured> all, double width,
                                           std::size_t most) {
  if (all.size() == 1) return {{0}};
  std::vector<std::vector<std::size_t>> made;
  const double first = std::min(all[0].need.natural, std::max(all[0].need.least, width * 0.3));
  double used = 0;
  for (std::size_t i = 1; i < all.size(); ++i) {
    const double own = std::min(all[i].need.natural, width * 0.4);
    if (made.empty() || used + own > width || made.back().size() > most) {
      made.push_back({0});
      used = first;
    }
    made.back().push_back(i);
    used += own;
  }
  return made;
}

/// No more lots than are needed, each of about as many columns.
std::vector<std::vector<std::size_t>> even_lots(std::span<const Measured> all, double width) {
  auto made = lots(all, width, all.size());
  const std::size_t each = (all.size() + made.size() - 2) / made.size();
  auto even = lots(all, width, each);
  return even.size() == made.size() ? even : made;
}

}  // namespace

const doc::Cell& cell_of(const std::vector<doc::Cell>& row, std::size_t index) {
  static const doc::Cell nothing;
  return index < row.size() ? row[index] : nothing;
}

TablePlan plan_table(Fonts& fonts, const doc::Table& table, double width) {
  TablePlan plan;
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < table.columns.size(); ++i)
    if (!table.columns[i].machine) indices.push_back(i);
  if (indices.empty()) return plan;
  std::vector<std::size_t> every;
  for (std::size_t i = 0; i < indices.size(); ++i) every.push_back(i);
  std::vector<Measured> all;
  double best = HUGE_VAL;
  for (const double size : sizes) {
    all.clear();
    for (const std::size_t i : indices) all.push_back(measured(fonts, table, i, size));
    auto columns = chosen(all, every, width);
    if (columns.empty()) continue;
    // A smaller print where it saves more than it costs the reader.
    const double lines = count_lines(all, columns, table.rows.size());
    if (lines * 1.05 >= best) continue;
    best = lines;
    spread(table, columns, width);
    plan.size = size;
    plan.panels = {std::move(columns)};
    if (lines <= static_cast<double>(table.rows.size())) break;  // nothing is broken
  }
  if (!plan.panels.empty()) return plan;
  plan.size = sizes.back();
  for (const auto& lot : even_lots(all, width)) {
    auto columns = chosen(all, lot, width);
    if (columns.empty()) {  // one word wider than the page: it is broken
      const double each = width / static_cast<double>(lot.size());
      for (const std::size_t i : lot) columns.push_back({all[i].index, each, -1});
    }
    plan.panels.push_back(std::move(columns));
  }
  return plan;
}

}  // namespace perfgate::print
