#pragma once
#include <cstddef>

namespace perfgate {

/// What a sample amounts to. `low` and `high` bound the median with `confidence` (order
/// statistics); with too few values for the confidence asked for, `confidence` says what they
/// reach.
struct Summary {
  std::size_t count = 0;     ///< values
  std::size_t launches = 0;  ///< process launches that they come from
  double median = 0;
  double low = 0, high = 0;
  double confidence = 0;  ///< of the interval, 0 to 1
  double mean = 0;
  double deviation = 0;  ///< standard deviation, n - 1
  double minimum = 0, maximum = 0;

  bool operator==(const Summary&) const = default;
};

}  // namespace perfgate
