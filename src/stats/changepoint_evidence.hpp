#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace perfgate::stats {

/// Rank-sum z of y against x, positive where y is larger: normal approximation with the variance
/// that ties leave, no continuity correction; 0 where all values are equal. Source: Hollander,
/// Wolfe & Chicken (2014), section 4.1.
double rank_sum_z(std::span<const double> x, std::span<const double> y);

/// How far the level of a stretch of a series wanders: the range of the medians of its blocks of 16
/// points, every 8 points, that lie within; 0 where fewer than two do. Logarithmic time to ask.
class Wander {
 public:
  explicit Wander(std::span<const double> series);
  double within(std::size_t begin, std::size_t end) const;

 private:
  struct Range {
    double low, high;
  };
  std::vector<std::vector<Range>> doublings_;  // [k][i]: of the blocks i to i + 2^k - 1
};

/// Where a change from level `before` to `after` may have begun with 95 % confidence: all i for
/// which min((y - before)^2, limit^2) over [begin, i) and min((y - after)^2, limit^2) over [i, end)
/// sum to at most 7.35 above the least. `series` is in units of the noise. Source: Siegmund, Int.
/// Stat. Review 56 (1988), section 4 (likelihood-ratio sets); the bound solves (1 - e^(-x/2))^2 =
/// .95, the law of the supremum of two-sided Brownian motion with drift (Yao, 1987).
struct Location {
  std::size_t first = 0, last = 0;
};
Location change_location(std::span<const double> series, std::size_t begin, std::size_t end,
                         double before, double after, double limit);

}  // namespace perfgate::stats
