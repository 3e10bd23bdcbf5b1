#include "model/matrix.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "base/counted.hpp"
#include "model/reports_json.hpp"
#include "report/telling.hpp"

namespace perfgate::report {
namespace {

/// Where values lie between the best and the worst of the matrix, on a logarithmic scale where all
/// are positive: 1 is the worst. 0 where nobody knows which way is better.
class Heat {
 public:
  explicit Heat(const MatrixReport& matrix) : better_(matrix.better) {
    for (const auto& row : matrix.cells)
      for (const auto& cell : row) {
        if (!cell) continue;
        low_ = std::min(low_, *cell);
        high_ = std::max(high_, *cell);
      }
  }
  std::optional<double> of(double value) const {
    if (better_ == Better::unknown || !(high_ > low_)) return std::nullopt;
    const double share = low_ > 0 ? std::log(value / low_) / std::log(high_ / low_)
                                  : (value - low_) / (high_ - low_);
    return better_ == Better::lower ? 2 * share - 1 : 1 - 2 * share;
  }

 private:
  Better better_;
  double low_ = HUGE_VAL, high_ = -HUGE_VAL;
};

doc::Table table_of(const MatrixReport& matrix) {
  doc::Table table{
      .name = "matrix",
      .caption = fmt::format("{} by {} and {}", matrix.value, matrix.rows_by, matrix.columns_by)};
  table.columns.push_back(name_column(matrix.rows_by));
  for (const std::string& column : matrix.columns)
    table.columns.push_back(number_column(column, std::string(to_text(matrix.unit))));
  const Heat heat(matrix);
  for (std::size_t r = 0; r < matrix.rows.size(); ++r) {
    std::vector<doc::Cell> cells{text_cell(matrix.rows[r])};
    for (const auto& value : matrix.cells[r]) {
      cells.push_back(value_cell(value, matrix.unit));
      if (value)
        cells.back().heat = heat.of(*value);
      else
        cells.back().text = "-";
    }
    table.rows.push_back(std::move(cells));
  }
  return table;
}

/// The same, a line a cell: what scripts read.
doc::Table cells_of(const MatrixReport& matrix) {
  doc::Table table{.name = "cells",
                   .columns = {machine_column(matrix.rows_by), machine_column(matrix.columns_by),
                               machine_column("value", true, std::string(to_text(matrix.unit))),
                               machine_column("values", true)}};
  for (std::size_t r = 0; r < matrix.rows.size(); ++r)
    for (std::size_t c = 0; c < matrix.columns.size(); ++c)
      if (matrix.cells[r][c])
        table.rows.push_back({text_cell(matrix.rows[r]),
                              text_cell(matrix.columns[c]),
                              {.number = matrix.cells[r][c]},
                              count_cell(matrix.counts[r][c])});
  return table;
}

std::string how(const MatrixReport& matrix) {
  const bool several = std::ranges::any_of(matrix.counts, [](const auto& row) {
    return std::ranges::any_of(row, [](int count) { return count > 1; });
  });
  std::string text = "Values of " + counted(matrix.session_count, "run");
  if (!matrix.filter.empty()) text += fmt::format(" where {}", fmt::join(matrix.filter, " "));
  if (several) {
    text += fmt::format("; cells of several values show their {}", to_text(matrix.aggregate));
    if (!matrix.aggregated.empty())
      text += fmt::format(" over {}", fmt::join(matrix.aggregated, ", "));
  }
  return text + ".";
}

}  // namespace

Report tell(std::shared_ptr<const MatrixReport> matrix) {
  const MatrixReport& m = *matrix;
  doc::Document document = report::document(
      "Matrix", fmt::format("{} by {} × {}", m.value, m.rows_by, m.columns_by), m.timestamp);
  if (m.status != SessionStatus::success) {
    document.verdict = to_text(m.status);
    document.tone = doc::Tone::caution;
    document.blocks.emplace_back(paragraph(m.error, doc::Tone::caution));
  } else {
    document.blocks.emplace_back(paragraph(how(m)));
    document.blocks.emplace_back(table_of(m));
    document.blocks.emplace_back(cells_of(m));
    if (m.better != Better::unknown)
      document.blocks.emplace_back(
          paragraph(m.better == Better::lower ? "Smaller is better." : "Larger is better."));
  }
  add_bullets(document, "Notes", m.notes);
  std::vector<Outcome> outcomes;
  for (std::size_t r = 0; r < m.cells.size(); ++r)
    for (std::size_t c = 0; c < m.columns.size(); ++c)
      if (m.cells[r][c])
        outcomes.push_back({.suite = m.rows[r],
                            .name = m.columns[c],
                            .metric = m.value,
                            .figures = {{"value", *m.cells[r][c], m.unit}}});
  return {.kind = ReportKind::matrix,
          .document = std::move(document),
          .outcomes = std::move(outcomes),
          .write_json = [matrix](const Sink& sink) { write_report(*matrix, sink); },
          .sources = {.matrix = std::move(matrix)}};
}

}  // namespace perfgate::report
