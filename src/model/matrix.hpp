#pragma once
// One metric over two dimensions of its measurements.

#include <optional>
#include <string>
#include <vector>

#include "model/reported.hpp"

namespace perfgate {

/// How the values that fall into one cell become one.
enum class Aggregate { median, mean, min, max, geomean };

template <>
struct EnumTexts<Aggregate> {
  static constexpr std::array<std::pair<Aggregate, std::string_view>, 5> values{
      {{Aggregate::median, "median"},
       {Aggregate::mean, "mean"},
       {Aggregate::min, "min"},
       {Aggregate::max, "max"},
       {Aggregate::geomean, "geomean"}}};
};

struct MatrixReport {
  SessionStatus status = SessionStatus::success;
  std::string error;
  std::string rows_by, columns_by;  ///< names of dimensions
  std::string value;                ///< the metric
  BaseUnit unit = BaseUnit::one;
  Better better = Better::unknown;
  Aggregate aggregate = Aggregate::median;
  std::vector<std::string> filter;         ///< the conditions, as they were asked
  std::vector<std::string> rows, columns;  ///< their values: numbers by size, then texts
  /// Row by row; absent: not measured.
  std::vector<std::vector<std::optional<double>>> cells;
  std::vector<std::vector<int>> counts;  ///< how many values each cell was made of
  /// Dimensions that took several values within a cell, and so were aggregated over.
  std::vector<std::string> aggregated;
  int session_count = 0;          ///< runs
  std::optional<Time> timestamp;  ///< of the newest of them
  std::vector<std::string> notes;

  bool operator==(const MatrixReport&) const = default;
};

}  // namespace perfgate
