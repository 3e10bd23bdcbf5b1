#include "stats/rank_sum.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <vector>

#include "stats/ascending.hpp"
#include "stats/ranks.hpp"

namespace perfgate::stats {
namespace {

constexpr std::size_t exact_limit = 20;

/// P(U <= u) for every u, without ties: the counts of U are the coefficients of the Gaussian
/// binomial (n + m choose n)_q. Kept per thread, as a suite compares thousands of samples of the
/// same sizes.
const std::vector<double>& u_distribution(std::size_t n, std::size_t m) {
  thread_local std::map<std::pair<std::size_t, std::size_t>, std::vector<double>> tables;
  auto& table = tables[{n, m}];
  if (!table.empty()) return table;
  // Product over i = 1..n of (1 - q^(m+i)) / (1 - q^i), coefficient by coefficient.
  std::vector<double> counts(n * m + 1, 0.0);
  counts[0] = 1;
  for (std::size_t i = 1; i <= n; ++i) {
    for (std::size_t u = counts.size(); u-- > m + i;) counts[u] -= counts[u - (m + i)];
    for (std::size_t u = i; u < counts.size(); ++u) counts[u] += counts[u - i];
  }
  double total = 0;
  for (const double count : counts) total += count;
  double sum = 0;
  for (double& count : counts) count = (sum += count) / total;
  table = std::move(counts);
  return table;
}

/// How many of the ways to pick `count` of the doubled ranks give each sum.
std::vector<double> ways_to_sum(const std::vector<int>& doubled, std::size_t count) {
  std::size_t width = 1;
  for (const int rank : doubled) width += static_cast<std::size_t>(rank);
  std::vector<std::vector<double>> ways(count + 1, std::vector<double>(width, 0.0));
  ways[0][0] = 1;
  for (const int rank : doubled) {
    const auto r = static_cast<std::size_t>(rank);
    for (std::size_t picked = count; picked-- > 0;)
      for (std::size_t sum = 0; sum + r < width; ++sum)
        ways[picked + 1][sum + r] += ways[picked][sum];
  }
  return std::move(ways[count]);
}

/// Two-sided p of the doubled rank sum of the first n, over all ways to pick n of the doubled
/// ranks.
double exact_with_ties(const Ranks& ranks, std::size_t n) {
  int total = 0, observed = 0;
  for (std::size_t i = 0; i < ranks.doubled.size(); ++i) {
    total += ranks.doubled[i];
    if (i < n) observed += ranks.doubled[i];
  }
  const std::vector<double> ways = ways_to_sum(ranks.doubled, n);
  const double centre = static_cast<double>(n) * static_cast<double>(total) /
                        static_cast<double>(ranks.doubled.size());
  const double distance = std::abs(observed - centre) - 1e-9;
  double all = 0, extreme = 0;
  for (std::size_t sum = 0; sum < ways.size(); ++sum) {
    all += ways[sum];
    if (std::abs(static_cast<double>(sum) - centre) >= distance) extreme += ways[sum];
  }
  return extreme / all;
}

/// Whether all ways to pick the smaller side are quickly tried, ties or not.
bool few_enough(std::size_t n, std::size_t m) {
  return n + m <= exact_limit || (std::min(n, m) <= 5 && n + m <= 100);
}

}  // namespace

double normal_upper_tail(double z) { return 0.5 * std::erfc(z / std::numbers::sqrt2); }

double normal_quantile(double p) {
  double z = 0;  // Newton's method on erfc, which needs no table
  for (int i = 0; i < 60; ++i) {
    const double density = std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi);
    const double step = (normal_upper_tail(-z) - p) / std::max(density, 1e-12);
    z -= std::clamp(step, -1.0, 1.0);
    if (std::abs(step) < 1e-13) break;
  }
  return z;
}

double rank_sum_p(std::span<const double> x, std::span<const double> y) {
  const std::size_t n = x.size(), m = y.size();
  const Ranks ranks = mid_ranks(x, y);
  if (!ranks.tied.empty() && n + m <= exact_limit) return exact_with_ties(ranks, n);

  double doubled_sum = 0;
  for (std::size_t i = 0; i < n; ++i) doubled_sum += ranks.doubled[i];
  const auto dn = static_cast<double>(n), dm = static_cast<double>(m);
  const double u = doubled_sum / 2 - dn * (dn + 1) / 2;
  const double smaller = std::min(u, dn * dm - u);
  if (ranks.tied.empty() && std::min(n, m) <= exact_limit && std::max(n, m) <= 200)
    return std::min(1.0, 2 * u_distribution(n, m)[static_cast<std::size_t>(std::lround(smaller))]);

  const double total = dn + dm;
  const double variance = dn * dm / 12 * (total + 1 - ranks.tie_term() / (total * (total - 1)));
  if (variance <= 0) return 1;  // all values equal
  const double z = std::min(0.0, (smaller - dn * dm / 2 + 0.5) / std::sqrt(variance));
  return std::min(1.0, 2 * normal_upper_tail(-z));
}

double rank_sum_p_greater(std::span<const double> x, std::span<const double> y) {
  const std::size_t n = x.size(), m = y.size();
  const Ranks ranks = mid_ranks(x, y);
  double doubled_sum = 0;
  for (std::size_t i = n; i < n + m; ++i) doubled_sum += ranks.doubled[i];
  if (!ranks.tied.empty() && few_enough(n, m)) {
    // The smaller side is picked: that y's ranks sum to at least this, x's sum to at most the rest.
    const bool pick_y = m <= n;
    double total = 0;
    for (const int rank : ranks.doubled) total += rank;
    const std::vector<double> ways = ways_to_sum(ranks.doubled, std::min(n, m));
    double all = 0, extreme = 0;
    for (std::size_t sum = 0; sum < ways.size(); ++sum) {
      all += ways[sum];
      const auto of_y = pick_y ? static_cast<double>(sum) : total - static_cast<double>(sum);
      if (of_y >= doubled_sum) extreme += ways[sum];
    }
    return extreme / all;
  }
  const auto dn = static_cast<double>(n), dm = static_cast<double>(m);
  const double below = dn * dm - (doubled_sum / 2 - dm * (dm + 1) / 2);  // pairs with y below x
  if (ranks.tied.empty() && std::min(n, m) <= exact_limit && std::max(n, m) <= 200)
    return u_distribution(n, m)[static_cast<std::size_t>(std::lround(below))];
  const double total = dn + dm;
  const double variance = dn * dm / 12 * (total + 1 - ranks.tie_term() / (total * (total - 1)));
  if (variance <= 0) return 1;  // all values equal
  return normal_upper_tail(-(below - dn * dm / 2 + 0.5) / std::sqrt(variance));
}

namespace {

/// 1 - 2 P(U <= rank - 1) is the confidence.
Place rank_sum_place(std::size_t x, std::size_t y, double confidence) {
  const std::size_t count = x * y;
  const double tail = (1 - confidence) / 2;
  Place place;
  if (std::min(x, y) <= exact_limit && std::max(x, y) <= 200) {
    const auto& below = u_distribution(x, y);
    while (place.rank + 1 <= count / 2 && below[place.rank] <= tail) ++place.rank;
    place.confidence = std::max(0.0, 1 - 2 * below[place.rank - 1]);
  } else {
    const auto n = static_cast<double>(x), m = static_cast<double>(y);
    const double centre = n * m / 2, scale = std::sqrt(n * m * (n + m + 1) / 12);
    const double at = centre + normal_quantile(tail) * scale;
    place.rank = static_cast<std::size_t>(std::clamp(std::floor(at), 1.0, std::max(1.0, centre)));
    place.confidence = confidence;
  }
  return place;
}

}  // namespace

Shifts rank_sum_shifts(std::span<const double> x, std::span<const double> y, double narrow,
                       double wide) {
  std::vector<double> differences;
  differences.reserve(x.size() * y.size());
  for (const double b : y)
    for (const double a : x) differences.push_back(b - a);
  return shifts_between(differences, rank_sum_place(x.size(), y.size(), narrow),
                        rank_sum_place(x.size(), y.size(), wide));
}

Shift rank_sum_shift(std::span<const double> x, std::span<const double> y, double confidence) {
  return rank_sum_shifts(x, y, confidence, confidence).wide;
}

}  // namespace perfgate::stats
