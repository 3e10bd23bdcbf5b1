#pragma once
// The rows of Google Benchmark's JSON, as they stand there: what they mean is
// google_benchmark.cpp's.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/json_rows.hpp"

namespace perfgate::harness {

/// The fields that perfgate looks at. Texts live as long as the callback that gets the row. Numbers
/// are as written (`time_unit` is not applied); a bare NaN or null is NaN, an overflow infinite.
struct GoogleBenchmarkRow {
  struct Counter {
    std::string_view name;
    double value = 0;
  };

  std::string_view name, run_name;
  std::string_view run_type, aggregate_name, aggregate_unit, time_unit;
  std::string_view error_message, skip_message;
  bool error_occurred = false, skipped = false;
  std::optional<double> repetitions, repetition_index;
  std::optional<double> real_time, cpu_time, bytes_per_second, items_per_second;
  std::optional<double> real_coefficient, cpu_coefficient, rms;
  std::vector<Counter> counters;  ///< every other number, in the order written

  /// What rows of one benchmark share.
  std::string_view identity() const { return run_name.empty() ? name : run_name; }
};

class GoogleBenchmarkRowParser {
 public:
  using Callback = std::function<Result<void>(const GoogleBenchmarkRow&)>;

  GoogleBenchmarkRowParser();
  GoogleBenchmarkRowParser(const GoogleBenchmarkRowParser&) = delete;
  GoogleBenchmarkRowParser& operator=(const GoogleBenchmarkRowParser&) = delete;
  ~GoogleBenchmarkRowParser();

  /// As RowHandlers::rows: hands on each row that it can read, up to the first that it cannot.
  Result<RowsRead> array(std::string_view array, const Callback& callback);
  /// One row, padded. What is wrong with it, where something is; the row then holds what was read.
  std::optional<std::string> row(std::string_view text, GoogleBenchmarkRow& row);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace perfgate::harness
