#include "stats/signed_rank.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>
#include <vector>

#include "stats/ascending.hpp"
#include "stats/ranks.hpp"

namespace perfgate::stats {
namespace {

constexpr std::size_t exact_signed_limit = 50;

/// P(W+ <= w) for every w without ties: each rank counts or does not. Kept per thread and size.
const std::vector<double>& w_distribution(std::size_t n) {
  thread_local std::map<std::size_t, std::vector<double>> tables;
  auto& table = tables[n];
  if (!table.empty()) return table;
  std::vector<double> share(n * (n + 1) / 2 + 1, 0.0);
  share[0] = 1;
  std::size_t top = 0;
  for (std::size_t rank = 1; rank <= n; ++rank) {
    top += rank;
    for (std::size_t w = top + 1; w-- > 0;)
      share[w] = (share[w] + (w >= rank ? share[w - rank] : 0.0)) / 2;
  }
  std::partial_sum(share.begin(), share.end(), share.begin());
  table = std::move(share);
  return table;
}

struct SignedRanks {
  Ranks all;         // of |d|, zeros aside
  int positive = 0;  // twice W+
};

SignedRanks signed_ranks(std::span<const double> differences) {
  std::vector<double> sizes;
  std::vector<bool> positive;
  for (const double d : differences) {
    if (d == 0) continue;
    sizes.push_back(std::abs(d));
    positive.push_back(d > 0);
  }
  SignedRanks signed_ranks{.all = mid_ranks(sizes)};
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (positive[i]) signed_ranks.positive += signed_ranks.all.doubled[i];
  return signed_ranks;
}

/// P(2 W+ >= observed) over all signs of the doubled ranks.
double upper_tail(const SignedRanks& ranks, int observed) {
  const std::size_t n = ranks.all.doubled.size();
  if (n == 0) return 1;
  if (n <= exact_signed_limit) {
    const int total = std::accumulate(ranks.all.doubled.begin(), ranks.all.doubled.end(), 0);
    std::vector<double> share(static_cast<std::size_t>(total) + 1, 0.0);
    share[0] = 1;
    for (const int rank : ranks.all.doubled) {
      const auto r = static_cast<std::size_t>(rank);
      for (std::size_t w = share.size(); w-- > 0;)
        share[w] = (share[w] + (w >= r ? share[w - r] : 0.0)) / 2;
    }
    double tail = 0;
    for (std::size_t w = share.size(); w-- > static_cast<std::size_t>(observed);) tail += share[w];
    return std::min(1.0, tail);
  }
  const auto count = static_cast<double>(n);
  const double centre = count * (count + 1) / 4;
  const double variance = count * (count + 1) * (2 * count + 1) / 24 - ranks.all.tie_term() / 48;
  return normal_upper_tail((observed / 2.0 - centre - 0.5) / std::sqrt(variance));
}

}  // namespace

double signed_rank_p_greater(std::span<const double> differences) {
  const SignedRanks ranks = signed_ranks(differences);
  return upper_tail(ranks, ranks.positive);
}

double signed_rank_p(std::span<const double> differences) {
  const SignedRanks ranks = signed_ranks(differences);
  const int total = std::accumulate(ranks.all.doubled.begin(), ranks.all.doubled.end(), 0);
  return std::min(1.0, 2 * std::min(upper_tail(ranks, ranks.positive),
                                    upper_tail(ranks, total - ranks.positive)));
}

namespace {

/// 1 - 2 P(W+ <= rank - 1) is the confidence.
Place signed_rank_place(std::size_t n, double confidence) {
  const std::size_t count = n * (n + 1) / 2;
  const double tail = (1 - confidence) / 2;
  Place place{.confidence = confidence};
  if (n <= exact_signed_limit) {
    const auto& below = w_distribution(n);
    while (place.rank + 1 <= count / 2 && below[place.rank] <= tail) ++place.rank;
    place.confidence = std::max(0.0, 1 - 2 * below[place.rank - 1]);
  } else {
    const auto size = static_cast<double>(n);
    const double centre = size * (size + 1) / 4;
    const double scale = std::sqrt(size * (size + 1) * (2 * size + 1) / 24);
    place.rank = static_cast<std::size_t>(
        std::clamp(std::floor(centre + normal_quantile(tail) * scale), 1.0, centre));
  }
  return place;
}

}  // namespace

Shifts signed_rank_shifts(std::span<const double> differences, double narrow, double wide) {
  const std::size_t n = differences.size();
  std::vector<double> averages;
  averages.reserve(n * (n + 1) / 2);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i; j < n; ++j) averages.push_back((differences[i] + differences[j]) / 2);
  return shifts_between(averages, signed_rank_place(n, narrow), signed_rank_place(n, wide));
}

Shift signed_rank_shift(std::span<const double> differences, double confidence) {
  return signed_rank_shifts(differences, confidence, confidence).wide;
}

}  // namespace perfgate::stats
