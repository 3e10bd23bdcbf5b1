// The two sides of a row: samples and summaries.

#include <algorithm>
#include <cmath>
#include <map>

#include "gate/known.hpp"
#include "gate/page_parts.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

using report::PageEntry;
using report::PageSummary;

/// The smallest value that at least a share `q` of them do not exceed (nearest rank).
double quantile(const std::vector<double>& ascending, double q) {
  const double rank = std::ceil(q * static_cast<double>(ascending.size()));
  const auto index = static_cast<std::size_t>(std::max(1.0, rank)) - 1;
  return ascending[std::min(index, ascending.size() - 1)];
}

/// Percentiles, and how many values lie beyond 3 interquartile ranges of the quartiles (Tukey,
/// Exploratory Data Analysis (1977), section 2D: far out).
void describe(PageSummary& side, std::vector<double> values) {
  constexpr std::size_t enough = 5;
  if (values.size() < enough) return;
  std::ranges::sort(values);
  constexpr double lower = 0.25, middle = 0.5, upper = 0.75, p95 = 0.95, p99 = 0.99, far = 3;
  side.p50 = quantile(values, middle);
  side.p95 = quantile(values, p95);
  side.p99 = quantile(values, p99);
  const double q1 = quantile(values, lower), q3 = quantile(values, upper), reach = far * (q3 - q1);
  side.outliers = static_cast<std::size_t>(std::ranges::count_if(
      values, [&](double value) { return value < q1 - reach || value > q3 + reach; }));
}

/// The values that `count` independent ones were made of.
std::vector<double> compared_values(const Values& values, std::optional<std::size_t> count) {
  const auto launches = values.launches();
  const bool by_launch = count ? launches.size() == *count && *count < values.size()
                               : launches.size() >= 2 && launches.size() < values.size();
  if (!by_launch) return {values.all().begin(), values.all().end()};
  std::vector<double> medians;
  for (const auto launch : launches)
    medians.push_back(stats::median({launch.begin(), launch.end()}));
  return medians;
}

void fill(std::optional<PageSummary>& side, std::vector<float>& samples,
          const std::vector<double>& values, const Summary* compared) {
  if (values.empty() && !compared) return;
  side = PageSummary{.summary = compared ? *compared : stats::summarize(values)};
  // Of a window the summary is of past runs, and these are the values of one of them.
  if (compared && compared->count != values.size()) return;
  samples.assign(values.begin(), values.end());
}

}  // namespace

void fill_side(std::optional<PageSummary>& side, std::vector<float>& samples, const Values& values,
               const Summary* compared) {
  const auto made_of =
      compared_values(values, compared ? std::optional(compared->count) : std::nullopt);
  fill(side, samples, made_of, compared);
  if (!side) return;
  if (side->summary.launches == 0) side->summary.launches = values.launch_count();
  describe(*side, {values.all().begin(), values.all().end()});
}

void fill_side(std::optional<PageSummary>& side, std::vector<float>& samples,
               const Headline& headline, const Summary* compared) {
  std::vector<double> values = headline.values;
  if (values.empty() && headline.value) values = {*headline.value};
  fill(side, samples, values, compared);
  if (side) describe(*side, std::move(values));
}

void add_sides(PageBuilder& builder, const Run& head, const Run& base) {
  static const Symbol time("time");
  const Known known(base, Policy{});
  for (const Benchmark& benchmark : head.benchmarks) {
    const Benchmark* before = known.find(benchmark.suite, benchmark.name);
    if (!before) continue;
    for (const Sample& sample : benchmark.samples) {
      const Metric* metric = head.find_metric(sample.metric);
      const Sample* then = before->find(sample.metric);
      if (!metric || !then || metric->better == Better::unknown ||
          (metric->name != time && benchmark.find(time)))
        continue;
      PageEntry& entry = builder.benchmark(benchmark.suite.text(), benchmark.name, *metric);
      fill_side(entry.base, entry.base_samples, then->values, nullptr);
      fill_side(entry.head, entry.head_samples, sample.values, nullptr);
    }
  }
}

}  // namespace perfgate::gate
