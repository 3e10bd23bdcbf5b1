#pragma once
#include <span>

#include "model/judgement.hpp"
#include "stats/verdict.hpp"

namespace perfgate::stats {

/// How a finding shows what the evidence says: the change and its interval (reported_confidence a
/// bound) as ratios of values, larger values positive whichever way is better, p of a change beyond
/// the noise floor (two-sided, Bonferroni over the directions), and the doubts as sentences. `base`
/// and `head` are the values that the evidence came from, not empty.
Comparison comparison_of(const Evidence& evidence, std::span<const double> base,
                         std::span<const double> head, Better better, const Budget& budget,
                         Design design);

/// The same for an exact metric: the change is the change, without interval or test.
Comparison compare_exact(std::span<const double> base, std::span<const double> head);

}  // namespace perfgate::stats
