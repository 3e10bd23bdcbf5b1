#include "stats/compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "stats/rank_sum.hpp"
#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

// One-sided normal quantiles.
constexpr double z_80 = 0.8416212335729143, z_99 = 2.3263478740408408;

std::vector<double> logs(std::span<const double> values) {
  std::vector<double> result;
  result.reserve(values.size());
  for (const double value : values) result.push_back(std::log(value));
  return result;
}

}  // namespace

Comparison compare(std::span<const double> base, std::span<const double> head, double confidence,
                   int min_samples) {
  Comparison result{.base = summarize(base), .head = summarize(head)};
  result.change = result.head.median / result.base.median - 1;
  const double log_change = std::log(result.head.median / result.base.median);

  const double wanted = 2 * confidence - 1;
  const std::size_t fewest = std::min(base.size(), head.size());
  Shift shift;
  const auto x = logs(base), y = logs(head);
  if (fewest >= 2 && static_cast<int>(fewest) >= min_samples) shift = rank_sum_shift(x, y, wanted);
  if (shift.confidence < wanted - 1e-9) {
    // So few say too little of their own noise: two runs of the same code differ by sqrt(2) sigma.
    // The bound is at 99 %, as the assumption itself may be wrong by a factor.
    const double error = assumed_deviation * std::sqrt(2.0);
    result.low = std::expm1(log_change - z_99 * error);
    result.high = std::expm1(log_change + z_99 * error);
    result.confidence = 0.98;
    result.smallest_detectable = std::expm1((z_99 + z_80) * error);
    result.method = assumed_noise_method;
    result.doubts.push_back(
        fmt::format("{} against {} samples: their noise is assumed to be {:.1f} %, not measured",
                    head.size(), base.size(), 100 * assumed_deviation));
    return result;
  }
  result.low = std::expm1(shift.low);
  result.high = std::expm1(shift.high);
  result.confidence = shift.confidence;
  result.p = rank_sum_p(x, y);
  // Half the interval is z standard errors; seen with 80 % power is what lies z + z_80 of them off
  // (Cohen, Statistical Power Analysis (1988), section 2.2).
  const double z = normal_quantile((1 + shift.confidence) / 2);
  const double error = (shift.high - shift.low) / 2 / z;
  result.smallest_detectable = std::expm1((z + z_80) * error);
  result.method = rank_sum_method;
  return result;
}

Comparison comparison_of(const Evidence& evidence, std::span<const double> base,
                         std::span<const double> head, Better better, const Budget& budget,
                         std::string_view experiment) {
  const bool higher = better == Better::higher;
  Comparison result{.base = summarize(base), .head = summarize(head)};
  result.change = as_ratio(higher ? -evidence.estimate : evidence.estimate);
  result.low = as_ratio(higher ? -evidence.high : evidence.low);
  result.high = as_ratio(higher ? -evidence.low : evidence.high);
  result.confidence = 2 * reported_confidence - 1;
  result.p = std::min(1.0, 2 * std::min(evidence.p_worse, evidence.p_better));
  result.smallest_detectable = smallest_detectable(evidence, budget);
  result.method = experiment;
  for (const Doubt doubt : evidence.doubts) result.doubts.emplace_back(sentence(doubt));
  return result;
}

Comparison compare_exact(std::span<const double> base, std::span<const double> head) {
  Comparison result{.base = summarize(base), .head = summarize(head)};
  result.change = result.head.median / result.base.median - 1;
  result.low = result.high = result.change;
  result.confidence = 1;
  result.smallest_detectable = 0;
  result.method = exact_method;
  return result;
}

}  // namespace perfgate::stats
