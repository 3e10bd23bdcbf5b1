#include "stats/modes.hpp"

#include <algorithm>
#include <cmath>

namespace perfgate::stats {
namespace {

constexpr double clear_separation = 6;
constexpr std::size_t mode_size = 2;

struct Split {
  Modes modes;
  double above = 0;  // the largest value of the lower mode
};

std::optional<Split> best_split(std::span<const double> values) {
  const std::size_t n = values.size();
  if (n < 2 * mode_size + 1) return std::nullopt;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const double origin = sorted[n / 2];  // sums of squares about a value nearby lose no digits
  double total = 0, squares = 0;
  for (const double value : sorted) {
    total += value - origin;
    squares += (value - origin) * (value - origin);
  }
  Split best;
  double best_d = 0, sum = 0;
  for (std::size_t k = 1; k + mode_size <= n; ++k) {
    sum += sorted[k - 1] - origin;
    if (k < mode_size || sorted[k] == sorted[k - 1]) continue;
    const auto below = static_cast<double>(k), above = static_cast<double>(n - k);
    const double low = sum / below, high = (total - sum) / above;
    const double within = squares - below * low * low - above * high * high;
    // Equal values within the modes leave a rounding's worth of deviation.
    const double deviation =
        std::max(std::sqrt(std::max(within, 0.0) / static_cast<double>(n - 2)), 1e-9);
    const double d = (high - low) / deviation;
    if (d <= best_d) continue;
    best_d = d;
    best = {.modes = {.lower = k, .upper = n - k, .separation = high - low, .deviation = deviation},
            .above = sorted[k - 1]};
  }
  if (best_d < clear_separation) return std::nullopt;
  return best;
}

/// The variance of the separation.
double separation_variance(const Modes& modes) {
  return modes.deviation * modes.deviation *
         (1 / static_cast<double>(modes.lower) + 1 / static_cast<double>(modes.upper));
}

std::vector<double> lowered(std::span<const double> values, double above, double step) {
  std::vector<double> result(values.begin(), values.end());
  for (double& value : result)
    if (value > above) value -= step;
  return result;
}

}  // namespace

std::optional<Modes> two_modes(std::span<const double> values) {
  const auto split = best_split(values);
  if (!split) return std::nullopt;
  return split->modes;
}

std::optional<ModesMatched> match_modes(std::span<const double> x, std::span<const double> y) {
  const auto first = best_split(x);
  if (!first) return std::nullopt;
  const auto second = best_split(y);
  if (!second) return std::nullopt;
  const Modes &a = first->modes, &b = second->modes;
  const double u = separation_variance(a), v = separation_variance(b);
  if (std::abs(a.separation - b.separation) > 3 * std::sqrt(u + v)) return std::nullopt;

  const auto n = static_cast<double>(x.size()), m = static_cast<double>(y.size());
  const double share_a = static_cast<double>(a.lower) / n,
               share_b = static_cast<double>(b.lower) / m;
  const double share = static_cast<double>(a.lower + b.lower) / (n + m);
  if (std::abs(share_a - share_b) > 1.96 * std::sqrt(share * (1 - share) * (1 / n + 1 / m)))
    return std::nullopt;

  const double step = (a.separation * v + b.separation * u) / (u + v);
  const double difference = share_a - share_b;
  return ModesMatched{.x = lowered(x, first->above, step),
                      .y = lowered(y, second->above, step),
                      .step = step,
                      .variance = difference * difference * u * v / (u + v)};
}

}  // namespace perfgate::stats
