#pragma once
#include <span>
#include <string_view>

#include "model/judgement.hpp"
#include "stats/verdict.hpp"

namespace perfgate::stats {

/// The version of the method; it changes whenever the same numbers could get another answer.
inline constexpr std::string_view method = "median-rank-sum/1";

/// Methods, as Comparison::method says them.
inline constexpr std::string_view rank_sum_method = "rank-sum", exact_method = "exact",
                                  assumed_noise_method = "assumed-noise";

/// The standard deviation of a benchmark between two runs of the same code, as a log ratio, that is
/// assumed where only single values are known: 4.4 % is the median robust coefficient of variation
/// of 1 465 benchmark series on hosted CI runners.
inline constexpr double assumed_deviation = 0.044;

/// How head differs from base, both independent samples of the same metric, in base units, each
/// with at least one value and all values positive. The change is the ratio of medians; its
/// interval is the rank-sum (Hodges-Lehmann) interval of the logarithms, so that it is one of
/// ratios. With fewer than `min_samples` values on either side, or too few for the confidence, it
/// comes from assumed_deviation instead, at 99 % a bound, and `method` is "assumed-noise".
/// Otherwise each bound has `confidence`, the interval 2 * confidence - 1.
Comparison compare(std::span<const double> base, std::span<const double> head, double confidence,
                   int min_samples);

/// How a finding shows what the evidence says: the change and its interval (reported_confidence a
/// bound) as ratios of values, larger values positive whichever way is better, p of a change beyond
/// the noise floor (two-sided, Bonferroni over the directions), and the doubts as sentences. `base`
/// and `head` are the values that the evidence came from, not empty.
Comparison comparison_of(const Evidence& evidence, std::span<const double> base,
                         std::span<const double> head, Better better, const Budget& budget,
                         std::string_view experiment);

/// The same for an exact metric: the change is the change, without interval or test.
Comparison compare_exact(std::span<const double> base, std::span<const double> head);

}  // namespace perfgate::stats
