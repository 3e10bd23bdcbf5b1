#include "stats/summary.hpp"

#include <algorithm>
#include <cmath>

#include "model/run.hpp"

namespace perfgate::stats {
namespace {

double middle(std::span<const double> sorted) {
  const std::size_t n = sorted.size();
  if (n % 2 == 1) return sorted[n / 2];
  return sorted[n / 2 - 1] + (sorted[n / 2] - sorted[n / 2 - 1]) / 2;
}

MedianInterval interval_of_sorted(std::span<const double> sorted, double confidence) {
  const std::size_t n = sorted.size();
  if (n == 1) return {.low = sorted[0], .high = sorted[0], .confidence = 0};
  // P(B = i), B ~ Binomial(n, 1/2), in logs: 2^-n underflows beyond n = 1074.
  const auto log_factorial = [](std::size_t i) { return std::lgamma(static_cast<double>(i) + 1); };
  const double log_all = log_factorial(n) + static_cast<double>(n) * std::log(0.5);
  const auto probability = [&](std::size_t i) {
    return std::exp(log_all - log_factorial(i) - log_factorial(n - i));
  };
  // The largest k whose pair still covers enough; coverage falls as k grows.
  std::size_t k = 1;
  double below = probability(0);  // P(B <= k - 1)
  while (k + 1 <= n / 2) {
    const double next = below + probability(k);
    if (1 - 2 * next < confidence) break;
    below = next;
    ++k;
  }
  return {.low = sorted[k - 1], .high = sorted[n - k], .confidence = 1 - 2 * below};
}

}  // namespace

double median(std::vector<double> values) {
  const auto upper = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, upper);
  if (values.size() % 2 == 1) return *upper;
  const double lower = *std::max_element(values.begin(), upper);
  return lower + (*upper - lower) / 2;
}

MedianInterval median_interval(std::vector<double> values, double confidence) {
  std::ranges::sort(values);
  return interval_of_sorted(values, confidence);
}

Summary summarize(std::span<const double> values, double confidence) {
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const auto n = static_cast<double>(sorted.size());
  const MedianInterval interval = interval_of_sorted(sorted, confidence);
  // Two passes: the textbook single-pass formula loses all digits on nearly equal values.
  double mean = 0, squares = 0;
  for (const double value : sorted) mean += value / n;
  for (const double value : sorted) squares += (value - mean) * (value - mean);
  return {.count = sorted.size(),
          .launches = 1,
          .median = middle(sorted),
          .low = interval.low,
          .high = interval.high,
          .confidence = interval.confidence,
          .mean = mean,
          .deviation = sorted.size() > 1 ? std::sqrt(squares / (n - 1)) : 0,
          .minimum = sorted.front(),
          .maximum = sorted.back()};
}

Independent independent_values(const Values& values, int min_launches) {
  const auto launches = values.launches();
  if (static_cast<int>(launches.size()) >= min_launches) {
    Independent result;
    for (const auto launch : launches)
      result.values.push_back(median({launch.begin(), launch.end()}));
    return result;
  }
  const auto all = values.all();
  return {.values = {all.begin(), all.end()}, .independent = all.size() == launches.size()};
}

void summarize(Run& run) {
  for (Benchmark& benchmark : run.benchmarks) {
    for (Sample& sample : benchmark.samples) {
      if (sample.values.size() < 2) continue;
      Summary summary = summarize(sample.values.all());
      summary.launches = sample.values.launch_count();
      sample.values.set_summary(summary);
    }
  }
}

}  // namespace perfgate::stats
