#pragma once
// What one run measured.

#include <optional>
#include <string>
#include <vector>

#include "model/reported.hpp"

namespace perfgate {

struct BenchmarkResult {
  ReportedSubject subject;
  /// The median of the independent values (of process launches, where there are enough), and the
  /// same rounded to the digits that its interval bears.
  double final_score = 0, raw_score = 0;
  bool independent = true;  ///< the values that it is the median of come from launches of their own
  int launches = 0;
  double low = 0, high = 0, confidence = 0;                  ///< of the median
  double mean = 0, deviation = 0, minimum = 0, maximum = 0;  ///< of all samples
  double p50 = 0, p95 = 0, p99 = 0;                          ///< of all samples
  std::vector<double> samples;  ///< base units, in the order measured: all of them
  /// Which of the samples lie beyond 3 interquartile ranges of the quartiles (Tukey's far out); in
  /// none of the figures are they left out.
  std::vector<int> outliers;

  bool operator==(const BenchmarkResult&) const = default;
};

struct ResultsReport {
  SessionStatus status = SessionStatus::success;
  std::string error;
  std::string title;  ///< the run's id
  std::string run_id;
  int attempt = 1;
  Commit commit;
  std::optional<Time> timestamp;  ///< when it was started
  std::vector<Headline> headlines;
  std::vector<ReportSection> sections;
  std::vector<BenchmarkResult> results;  ///< by suite, section, name and metric
  std::vector<Note> notes;

  bool operator==(const ResultsReport&) const = default;
};

}  // namespace perfgate
