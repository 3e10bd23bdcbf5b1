#include "stats/compare.hpp"

#include <algorithm>

#include "stats/summary.hpp"

namespace perfgate::stats {

Comparison comparison_of(const Evidence& evidence, std::span<const double> base,
                         std::span<const double> head, Better better, const Budget& budget,
                         Design design) {
  const bool higher = better == Better::higher;
  Comparison result{.base = summarize(base), .head = summarize(head)};
  const auto ratio = [](double log_change) { return as_ratio(log_change) + 0.0; };  // never -0
  result.change = ratio(higher ? -evidence.estimate : evidence.estimate);
  result.low = ratio(higher ? -evidence.high : evidence.low);
  result.high = ratio(higher ? -evidence.low : evidence.high);
  result.confidence = interval_confidence;
  result.p = std::min(1.0, 2 * std::min(evidence.p_worse, evidence.p_better));
  const double detectable = smallest_detectable(evidence, budget);
  result.smallest_detectable = higher ? detectable / (1 + detectable) : detectable;
  result.design = design;
  for (const Doubt doubt : evidence.doubts) result.doubts.emplace_back(sentence(doubt));
  return result;
}

Comparison compare_exact(std::span<const double> base, std::span<const double> head) {
  Comparison result{.base = summarize(base), .head = summarize(head)};
  result.change = result.head.median / result.base.median - 1;
  result.low = result.high = result.change;
  result.confidence = 1;
  result.smallest_detectable = 0;
  result.design = Design::exact;
  return result;
}

}  // namespace perfgate::stats
