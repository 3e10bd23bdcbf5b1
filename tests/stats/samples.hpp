#pragma once
// Samples of known laws, as log costs.

#include <cmath>
#include <vector>

#include "support/factory.hpp"

namespace perfgate::test {

inline constexpr double base_cost = 7;  // exp(7) ns are 1.1 us

inline std::vector<double> normal_sample(Random& random, int n, double deviation,
                                         double shift = 0) {
  std::vector<double> values;
  for (int i = 0; i < n; ++i) values.push_back(base_cost + shift + deviation * random.normal());
  return values;
}

/// In the slow mode, `step` above, with this chance.
inline std::vector<double> bimodal_sample(Random& random, int n, double deviation, double step,
                                          double chance, double shift = 0) {
  std::vector<double> values = normal_sample(random, n, deviation, shift);
  for (double& value : values) value += random.uniform() < chance ? step : 0;
  return values;
}

/// Each value keeps `rho` of its neighbour's deviation.
inline std::vector<double> correlated_sample(Random& random, int n, double deviation, double rho,
                                             double shift = 0) {
  std::vector<double> values;
  double state = deviation * random.normal();
  for (int i = 0; i < n; ++i) {
    values.push_back(base_cost + shift + state);
    state = rho * state + std::sqrt(1 - rho * rho) * deviation * random.normal();
  }
  return values;
}

inline std::vector<double> shifted(std::vector<double> values, double by) {
  for (double& value : values) value += by;
  return values;
}

}  // namespace perfgate::test
