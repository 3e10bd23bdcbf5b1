#pragma once
#include <cstdint>
#include <functional>
#include <random>
#include <span>
#include <vector>

namespace perfgate::stats {

/// The same numbers from the same seed on every machine: the engine is fixed by the C++ standard,
/// and what is made of its bits is made here (the library's distributions differ between vendors).
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  /// A whole number in [0, bound), without bias. `bound` > 0. Source: Lemire (2019).
  std::uint64_t below(std::uint64_t bound);
  double uniform();  ///< in [0, 1), 53 bits

 private:
  std::mt19937_64 engine_;
};

/// What a figure of two samples is worth: its value, and the percentile interval over resamples
/// drawn with replacement within each side. Same seed, same answer. Both samples must hold values.
/// Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), sections 8.3, 13.3.
struct Bootstrapped {
  double estimate = 0, low = 0, high = 0;
};
using Statistic2 = std::function<double(std::span<const double>, std::span<const double>)>;
Bootstrapped bootstrap(std::span<const double> x, std::span<const double> y,
                       const Statistic2& statistic, double confidence, int resamples,
                       std::uint64_t seed);

}  // namespace perfgate::stats
