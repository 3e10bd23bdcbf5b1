#pragma once
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/matrix.hpp"

namespace perfgate::gate {

/// Gathers measurements one after the other into the cells of a matrix.
class MatrixBuilder {
 public:
  MatrixBuilder(std::string rows_by, std::string columns_by, std::string metric,
                Aggregate aggregate, std::vector<std::string> filter);

  /// What a measurement is, beside its row and column: names and values.
  using Facts = std::vector<std::pair<std::string_view, std::string_view>>;
  /// One of the metric. Without a row or column (the measurement has no such dimension) it is
  /// counted and left out.
  void add(const std::optional<std::string>& row, const std::optional<std::string>& column,
           const Metric& metric, double value, const Facts& others);
  void add_session(Time started);

  /// A geometric mean needs values above zero: a cell with others is left empty, and a note says
  /// so. Takes what was gathered.
  MatrixReport finish();

 private:
  struct Cell {
    std::vector<double> values;
    std::map<std::string, std::string, std::less<>> facts;  ///< the first value of each
  };
  MatrixReport report_;
  bool any_ = false;
  std::map<std::string, std::map<std::string, Cell>> cells_;
  std::map<std::string, bool, std::less<>> several_;  ///< dimension: took several in one cell
  std::size_t left_out_ = 0, other_unit_ = 0;
};

}  // namespace perfgate::gate
