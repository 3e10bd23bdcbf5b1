#pragma once
// Many runs in the order of time, and what they amount to.

#include <optional>
#include <string>
#include <vector>

#include "model/reported.hpp"

namespace perfgate {

struct Evolution {
  ReportedSubject subject;
  std::vector<std::optional<double>> scores;  ///< the median in each session, base units
  double change_percent = 0;  ///< from the first that holds it to the last; positive: for the worse
  Trend trend = Trend::unchanged;

  bool operator==(const Evolution&) const = default;
};

struct EvolutionReport {
  SessionStatus status = SessionStatus::success;
  std::string error;
  int session_count = 0;
  std::vector<std::string> titles;  ///< one a session, oldest first
  std::optional<Time> timestamp;    ///< when the last was started
  std::vector<ReportSection> sections;
  std::vector<Evolution> evolutions;  ///< worst first
  std::vector<std::string> notes;

  bool operator==(const EvolutionReport&) const = default;
};

/// What became of the benchmarks from the first session to the last. Percentages are sizes:
/// positive in either direction.
struct StatisticsReport {
  SessionStatus status = SessionStatus::success;
  std::string error;
  int session_count = 0;
  int benchmark_count = 0;  ///< rows: a metric of a benchmark each
  int improvement_count = 0, unchanged_count = 0, regression_count = 0;
  std::optional<double> avg_improvement, avg_regression;     ///< per cent, over those that did
  std::optional<double> best_improvement, worst_regression;  ///< per cent
  std::string best_benchmark, worst_benchmark;               ///< whose: suite/name metric
  std::optional<double> geometric_mean;                      ///< of last / first for the worse
  std::string first_title, last_title;
  std::optional<Time> timestamp;

  bool operator==(const StatisticsReport&) const = default;
};

}  // namespace perfgate
