#pragma once
// Two runs set side by side: what changed, and by how much.

#include <optional>
#include <string>
#include <vector>

#include "model/judgement.hpp"
#include "model/reported.hpp"

namespace perfgate {

struct ComparedBenchmark {
  ReportedSubject subject;
  double score_a = 0, score_b = 0;  ///< the median in each session, base units
  double change_percent = 0;        ///< two decimals; positive: for the worse
  Trend trend = Trend::unchanged;
  std::optional<double> p;  ///< rank-sum, where both have several values
  // What the policy says of it, where it was asked.
  std::optional<Verdict> verdict;
  std::string why;                            ///< as a sentence
  std::optional<double> estimate, low, high;  ///< of the change, as ratios of values

  bool operator==(const ComparedBenchmark&) const = default;
};

struct ComparisonReport {
  SessionStatus status = SessionStatus::success;
  std::string error;  ///< empty where the status is success
  std::string title_a, title_b;
  std::optional<Time> timestamp;  ///< when the second was started
  std::vector<ReportSection> sections;
  std::vector<ComparedBenchmark> comparisons;  ///< worst first
  std::optional<double> geometric_mean;        ///< of b / a for the worse, over all of them
  int improvement_count = 0, unchanged_count = 0, regression_count = 0;
  std::string experiment;            ///< how they were measured, where the policy was asked
  std::vector<std::string> reasons;  ///< what is to be said of whole suites
  std::vector<std::string> notes;    ///< other hosts, benchmarks that only one has

  bool operator==(const ComparisonReport&) const = default;
};

}  // namespace perfgate
