#pragma once
// A question asked of a comparison by the names of the trade, and its answer.

#include <optional>
#include <string>
#include <vector>

#include "base/symbol.hpp"

namespace perfgate {

enum class HypothesisKind {
  no_regression,  ///< nothing became worse by more than the tolerance
  improvement,    ///< everything became better by at least so much
  within,         ///< nothing changed by more than the tolerance, either way
};

enum class HypothesisStatus {
  passed,        ///< shown: the whole interval lies where the hypothesis says
  failed,        ///< refuted: the whole interval lies elsewhere
  inconclusive,  ///< neither
};

/// What is supposed: 0.1 is 10 %.
struct Hypothesis {
  HypothesisKind kind = HypothesisKind::no_regression;
  double tolerance = 0.1;

  bool operator==(const Hypothesis&) const = default;
};

/// The answer for one metric of a benchmark, or a headline.
struct HypothesisAnswer {
  Symbol suite;
  std::string benchmark;
  Symbol metric;
  std::string headline;
  HypothesisStatus status = HypothesisStatus::inconclusive;
  /// As ratios; positive: the value is larger. Absent: it could not be compared.
  std::optional<double> change, low, high;
  std::string comment;  ///< why, as a sentence

  bool operator==(const HypothesisAnswer&) const = default;
};

/// The answer for a run: passed, where all passed; failed, where one failed.
struct HypothesisResult {
  Hypothesis hypothesis;
  HypothesisStatus status = HypothesisStatus::inconclusive;
  std::vector<std::string> comments;      ///< over all, as sentences
  std::vector<HypothesisAnswer> answers;  ///< failed ones first, then what is inconclusive

  bool operator==(const HypothesisResult&) const = default;
};

}  // namespace perfgate
