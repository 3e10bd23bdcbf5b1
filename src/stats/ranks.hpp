#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace perfgate::stats {

/// The ranks of values among each other, from 1, where equal values share the mean of theirs
/// (mid-ranks; Hollander, Wolfe & Chicken 2014, section 4.1).
struct Ranks {
  std::vector<int> doubled;       ///< twice the rank of each value, in the order given
  std::vector<std::size_t> tied;  ///< the sizes of the groups of two equal values and more
  double of(std::size_t i) const { return doubled[i] / 2.0; }
  /// The sum of t^3 - t over groups of t equal values, as the variances of rank statistics have it.
  double tie_term() const;
};

Ranks mid_ranks(std::span<const double> values);
/// Those of both together: of x, then of y.
Ranks mid_ranks(std::span<const double> x, std::span<const double> y);

}  // namespace perfgate::stats
