#pragma once
#include <span>
#include <vector>

#include "model/summary.hpp"
#include "model/values.hpp"

namespace perfgate {
struct Run;
}

namespace perfgate::stats {

/// The middle value, or the mean of the two middle ones. `values` must not be empty.
double median(std::vector<double> values);

/// Bounds of the median by order statistics: distribution-free, exact under any continuous law.
/// Ranks are the widest-needed pair (k, n + 1 - k) with coverage 1 - 2 P(B <= k - 1) >= confidence,
/// B ~ Binomial(n, 1/2); where none reaches it, (1, n) with the coverage it has. Source: Conover,
/// Practical Nonparametric Statistics (1999), section 3.2; Hahn & Meeker (1991), section 5.2.
struct MedianInterval {
  double low = 0, high = 0;
  double confidence = 0;  ///< the coverage reached
};
MedianInterval median_interval(std::vector<double> values, double confidence);

/// Summary of values that are taken to be independent. `values` must not be empty.
Summary summarize(std::span<const double> values, double confidence = 0.95);

/// The values to treat as independent: the median of each process launch where there are at least
/// `min_launches`, else all values (`independent` is false then: repetitions within one process
/// share its luck with memory layout and machine state; Kalibera & Jones, Rigorous Benchmarking in
/// Reasonable Time, ISMM 2013).
struct Independent {
  std::vector<double> values;
  bool independent = true;
};
Independent independent_values(const Values& values, int min_launches);

/// Puts a summary beside every sample of more than one value.
void summarize(Run& run);

}  // namespace perfgate::stats
