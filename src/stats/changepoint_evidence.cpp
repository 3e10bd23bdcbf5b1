#include "stats/changepoint_evidence.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "stats/ranks.hpp"
#include "stats/summary.hpp"

namespace perfgate::stats {
namespace {

constexpr std::size_t block = 16, stride = 8;

}  // namespace

double rank_sum_z(std::span<const double> x, std::span<const double> y) {
  const Ranks ranks = mid_ranks(x, y);
  double sum = 0;
  for (std::size_t i = x.size(); i < ranks.doubled.size(); ++i) sum += ranks.of(i);
  const auto n = static_cast<double>(x.size()), m = static_cast<double>(y.size());
  const double total = n + m;
  const double variance = n * m / 12 * (total + 1 - ranks.tie_term() / (total * (total - 1)));
  return variance > 0 ? (sum - m * (total + 1) / 2) / std::sqrt(variance) : 0;
}

Wander::Wander(std::span<const double> series) : doublings_(1) {
  for (std::size_t i = 0; i + block <= series.size(); i += stride) {
    const auto points = series.subspan(i, block);
    const double level = median({points.begin(), points.end()});
    doublings_[0].push_back({.low = level, .high = level});
  }
  for (std::size_t step = 1; 2 * step <= doublings_[0].size(); step *= 2) {
    const auto& half = doublings_.back();
    std::vector<Range> whole;
    for (std::size_t i = 0; i + step < half.size(); ++i)
      whole.push_back({.low = std::min(half[i].low, half[i + step].low),
                       .high = std::max(half[i].high, half[i + step].high)});
    doublings_.push_back(std::move(whole));
  }
}

double Wander::within(std::size_t begin, std::size_t end) const {
  const std::size_t from = (begin + stride - 1) / stride;
  const std::size_t to = end < block ? 0 : (end - block) / stride + 1;
  if (to < from + 2) return 0;
  const auto k = static_cast<std::size_t>(std::bit_width(to - from)) - 1;
  const Range &left = doublings_[k][from], &right = doublings_[k][to - (std::size_t{1} << k)];
  return std::max(left.high, right.high) - std::min(left.low, right.low);
}

Location change_location(std::span<const double> series, std::size_t begin, std::size_t end,
                         double before, double after, double limit) {
  constexpr double bound = 7.35;
  const auto loss = [&](double value, double level) {
    return std::min((value - level) * (value - level), limit * limit);
  };
  std::vector<double> costs{0};  // of a change at begin, begin + 1, ..., less that of the first
  for (std::size_t i = begin; i + 1 < end; ++i)
    costs.push_back(costs.back() + loss(series[i], before) - loss(series[i], after));
  const double most = *std::ranges::min_element(costs) + bound;
  Location location{.first = end, .last = begin};
  for (std::size_t i = 0; i < costs.size(); ++i) {
    if (costs[i] > most) continue;
    location.first = std::min(location.first, begin + i);
    location.last = begin + i;
  }
  return location;
}

}  // namespace perfgate::stats
