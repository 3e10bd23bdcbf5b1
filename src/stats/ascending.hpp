#pragma once
#include <algorithm>
#include <cstddef>
#include <span>

#include "stats/rank_sum.hpp"

namespace perfgate::stats {

/// The k-th smallest values, asked for in ascending order of k.
class Ascending {
 public:
  explicit Ascending(std::span<double> values) : values_(values) {}
  double at(std::size_t k) {
    if (k >= settled_) {
      const auto begin = values_.begin();
      std::nth_element(begin + static_cast<std::ptrdiff_t>(settled_),
                       begin + static_cast<std::ptrdiff_t>(k), values_.end());
      settled_ = k + 1;
    }
    return values_[k];
  }

 private:
  std::span<double> values_;
  std::size_t settled_ = 0;  // so many hold the smallest, and the last of them is in its place
};

/// The interval from the rank-th smallest to the rank-th largest value has this confidence.
struct Place {
  std::size_t rank = 1;
  double confidence = 0;
};

/// The median of the values, and the intervals between two pairs of places. A few values in order
/// are all that is wanted, and are found sooner than all are sorted. Changes the order of `values`.
inline Shifts shifts_between(std::span<double> values, const Place& narrow, const Place& wide) {
  const std::size_t count = values.size();
  Ascending ascending(values);
  const double wide_low = ascending.at(wide.rank - 1), low = ascending.at(narrow.rank - 1);
  const double below_half = ascending.at((count - 1) / 2), half = ascending.at(count / 2);
  const double estimate = count % 2 == 1 ? half : (below_half + half) / 2;
  const double high = ascending.at(count - narrow.rank);
  return {
      .narrow = {.estimate = estimate, .low = low, .high = high, .confidence = narrow.confidence},
      .wide = {.estimate = estimate,
               .low = wide_low,
               .high = ascending.at(count - wide.rank),
               .confidence = wide.confidence}};
}

}  // namespace perfgate::stats
