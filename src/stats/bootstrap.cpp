#include "stats/bootstrap.hpp"

#include <algorithm>
#include <cmath>

namespace perfgate::stats {

std::uint64_t Random::below(std::uint64_t bound) {
  __extension__ using Wide = unsigned __int128;
  Wide product = static_cast<Wide>(engine_()) * bound;
  if (static_cast<std::uint64_t>(product) < bound) {
    const std::uint64_t biased = (0 - bound) % bound;
    while (static_cast<std::uint64_t>(product) < biased)
      product = static_cast<Wide>(engine_()) * bound;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

double Random::uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

Bootstrapped bootstrap(std::span<const double> x, std::span<const double> y,
                       const Statistic2& statistic, double confidence, int resamples,
                       std::uint64_t seed) {
  Random random(seed);
  std::vector<double> a(x.size()), b(y.size()), figures;
  figures.reserve(static_cast<std::size_t>(resamples));
  for (int r = 0; r < resamples; ++r) {
    for (double& value : a) value = x[random.below(x.size())];
    for (double& value : b) value = y[random.below(y.size())];
    figures.push_back(statistic(a, b));
  }
  std::ranges::sort(figures);
  // The k-th of B figures stands for the quantile k / (B + 1).
  const auto at = [&](double quantile) {
    const double place = std::round(quantile * (resamples + 1)) - 1;
    return figures[static_cast<std::size_t>(std::clamp(place, 0.0, resamples - 1.0))];
  };
  return {.estimate = statistic(x, y),
          .low = at((1 - confidence) / 2),
          .high = at((1 + confidence) / 2)};
}

}  // namespace perfgate::stats
