#include "gate/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/decimal.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

/// Numbers by size, then texts.
void sort_labels(std::vector<std::string>& labels) {
  std::vector<std::pair<std::optional<Decimal>, std::string>> keyed;
  for (std::string& label : labels) {
    const auto number = Decimal::parse(label);
    keyed.emplace_back(number ? std::optional(*number) : std::nullopt, std::move(label));
  }
  std::ranges::sort(keyed, [](const auto& a, const auto& b) {
    if (a.first.has_value() != b.first.has_value()) return a.first.has_value();
    if (a.first && *a.first != *b.first) return *a.first < *b.first;
    return a.second < b.second;
  });
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = std::move(keyed[i].second);
}

std::optional<double> aggregated(Aggregate aggregate, const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  switch (aggregate) {
    case Aggregate::median:
      return stats::median(values);
    case Aggregate::mean: {
      double sum = 0;
      for (const double value : values) sum += value;
      return sum / n;
    }
    case Aggregate::min:
      return *std::ranges::min_element(values);
    case Aggregate::max:
      return *std::ranges::max_element(values);
    case Aggregate::geomean: {
      double logs = 0;
      for (const double value : values) {
        if (!(value > 0)) return std::nullopt;
        logs += std::log(value);
      }
      return std::exp(logs / n);
    }
  }
  return std::nullopt;
}

}  // namespace

MatrixBuilder::MatrixBuilder(std::string rows_by, std::string columns_by, std::string metric,
                             Aggregate aggregate, std::vector<std::string> filter) {
  report_.rows_by = std::move(rows_by);
  report_.columns_by = std::move(columns_by);
  report_.value = std::move(metric);
  report_.aggregate = aggregate;
  report_.filter = std::move(filter);
}

void MatrixBuilder::add_session(Time started) {
  ++report_.session_count;
  report_.timestamp = std::max(report_.timestamp.value_or(started), started);
}

void MatrixBuilder::add(const std::optional<std::string>& row,
                        const std::optional<std::string>& column, const Metric& metric,
                        double value, const Facts& others) {
  if (!std::isfinite(value)) return;
  if (!row || !column) {
    ++left_out_;
    return;
  }
  if (!any_) {
    any_ = true;
    report_.unit = metric.unit;
    report_.better = metric.better;
  } else if (report_.unit != metric.unit) {
    ++other_unit_;
    return;
  }
  if (report_.better != metric.better) report_.better = Better::unknown;
  Cell& cell = cells_[*row][*column];
  cell.values.push_back(value);
  for (const auto& [name, fact] : others) {
    const auto [found, fresh] = cell.facts.try_emplace(std::string(name), fact);
    if (!fresh && found->second != fact) several_[std::string(name)] = true;
  }
}

MatrixReport MatrixBuilder::finish() {
  MatrixReport report = std::move(report_);
  if (report.session_count == 0) {
    report.status = SessionStatus::error_no_sessions;
    report.error = "there is no run";
    return report;
  }
  if (left_out_ > 0)
    report.notes.push_back(fmt::format("{} measurements of {} have no `{}` or no `{}`", left_out_,
                                       report.value, report.rows_by, report.columns_by));
  if (other_unit_ > 0)
    report.notes.push_back(fmt::format("{} measurements of {} are not in {}, and were left out",
                                       other_unit_, report.value, to_text(report.unit)));
  if (!any_) {
    report.status = SessionStatus::error_no_measurements;
    report.error = fmt::format("no measurement of `{}` has both `{}` and `{}`", report.value,
                               report.rows_by, report.columns_by);
    return report;
  }
  std::set<std::string> columns;
  for (const auto& [row, line] : cells_) {
    report.rows.push_back(row);
    for (const auto& [column, cell] : line) columns.insert(column);
  }
  report.columns.assign(columns.begin(), columns.end());
  sort_labels(report.rows);
  sort_labels(report.columns);
  std::size_t undefined = 0;
  for (const std::string& row : report.rows) {
    std::vector<std::optional<double>>& cells = report.cells.emplace_back();
    std::vector<int>& counts = report.counts.emplace_back();
    const auto& line = cells_.at(row);
    for (const std::string& column : report.columns) {
      const auto cell = line.find(column);
      const bool there = cell != line.end();
      cells.push_back(there ? aggregated(report.aggregate, cell->second.values) : std::nullopt);
      counts.push_back(there ? static_cast<int>(cell->second.values.size()) : 0);
      if (there && !cells.back()) ++undefined;
    }
  }
  if (undefined > 0)
    report.notes.push_back(fmt::format(
        "{} cells hold values of zero or below, which have no geometric mean", undefined));
  for (const auto& [name, several] : several_) report.aggregated.push_back(name);
  return report;
}

}  // namespace perfgate::gate
