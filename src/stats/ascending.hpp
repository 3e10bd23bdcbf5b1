#pragma once
#include <algorithm>
#include <cstddef>
#include <span>

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

}  // namespace perfgate::stats
