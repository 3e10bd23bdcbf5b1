#include "stats/ranks.hpp"

#include <algorithm>
#include <utility>

namespace perfgate::stats {
double Ranks::tie_term() const {
  double sum = 0;
  for (const std::size_t size : tied) {
    const auto t = static_cast<double>(size);
    sum += t * t * t - t;
  }
  return sum;
}

Ranks mid_ranks(std::span<const double> values) { return mid_ranks(values, {}); }

Ranks mid_ranks(std::span<const double> x, std::span<const double> y) {
  std::vector<std::pair<double, std::size_t>> placed;
  placed.reserve(x.size() + y.size());
  for (const double value : x) placed.emplace_back(value, placed.size());
  for (const double value : y) placed.emplace_back(value, placed.size());
  std::ranges::sort(placed);
  Ranks ranks{.doubled = std::vector<int>(placed.size())};
  for (std::size_t i = 0; i < placed.size();) {
    std::size_t end = i + 1;
    while (end < placed.size() && placed[end].first == placed[i].first) ++end;
    for (std::size_t k = i; k < end; ++k)
      ranks.doubled[placed[k].second] = static_cast<int>(i + 1 + end);  // 2 * (i + 1 + end) / 2
    if (end - i > 1) ranks.tied.push_back(end - i);
    i = end;
  }
  return ranks;
}

}  // namespace perfgate::stats
