#pragma once
// The descriptions of hypotheses.

#include <array>
#include <tuple>
#include <utility>

#include "base/describe.hpp"
#include "model/hypothesis.hpp"

namespace perfgate {

template <>
struct EnumTexts<HypothesisKind> {
  static constexpr std::array<std::pair<HypothesisKind, std::string_view>, 3> values{
      {{HypothesisKind::no_regression, "no-regression"},
       {HypothesisKind::improvement, "improvement"},
       {HypothesisKind::within, "within"}}};
};
template <>
struct EnumTexts<HypothesisStatus> {
  static constexpr std::array<std::pair<HypothesisStatus, std::string_view>, 3> values{
      {{HypothesisStatus::passed, "PASSED"},
       {HypothesisStatus::failed, "FAILED"},
       {HypothesisStatus::inconclusive, "INCONCLUSIVE"}}};
};

template <>
struct Describe<Hypothesis> {
  static constexpr std::string_view name = "Hypothesis";
  static constexpr std::string_view doc = "What is supposed of a run against its baseline.";
  static constexpr auto fields =
      std::tuple(field("kind", &Hypothesis::kind, "no-regression, improvement or within"),
                 field("tolerance", &Hypothesis::tolerance, "as a ratio: 0.1 is 10 %"));
};

template <>
struct Describe<HypothesisAnswer> {
  static constexpr std::string_view name = "HypothesisAnswer";
  static constexpr std::string_view doc = "The answer for one metric of one benchmark.";
  static constexpr auto fields = std::tuple(
      field("suite", &HypothesisAnswer::suite, "the suite's name"),
      field("benchmark", &HypothesisAnswer::benchmark, "the benchmark's name"),
      field("metric", &HypothesisAnswer::metric, "the metric's name"),
      field("headline", &HypothesisAnswer::headline, "the headline's name, where it is about one"),
      field("status", &HypothesisAnswer::status, "PASSED, FAILED or INCONCLUSIVE"),
      field("change", &HypothesisAnswer::change, "the estimate; absent: not compared"),
      field("low", &HypothesisAnswer::low, "lower bound of the change"),
      field("high", &HypothesisAnswer::high, "upper bound of the change"),
      field("comment", &HypothesisAnswer::comment, "why, as a sentence"));
};

template <>
struct Describe<HypothesisResult> {
  static constexpr std::string_view name = "HypothesisResult";
  static constexpr std::string_view doc = "The answer for a run.";
  static constexpr auto fields =
      std::tuple(field("hypothesis", &HypothesisResult::hypothesis, "what was asked"),
                 field("status", &HypothesisResult::status,
                       "PASSED where all passed, FAILED where one failed"),
                 field("comments", &HypothesisResult::comments, "over all, as sentences"),
                 field("answers", &HypothesisResult::answers, "per benchmark and metric"));
};

}  // namespace perfgate
