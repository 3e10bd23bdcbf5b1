// The two sides of a row: samples and summaries.

#include <algorithm>
#include <cmath>
#include <map>

#include "gate/known.hpp"
#include "gate/page_parts.hpp"
#include "gate/results.hpp"
#include "stats/summary.hpp"

namespace perfgate::gate {
namespace {

using report::PageEntry;
using report::PageSummary;

void describe(PageSummary& side, std::vector<double> values) {
  constexpr std::size_t enough = 5;
  if (values.size() < enough) return;
  std::ranges::sort(values);
  constexpr double p50 = 0.50, p95 = 0.95, p99 = 0.99;
  side.p50 = percentile(values, p50);
  side.p95 = percentile(values, p95);
  side.p99 = percentile(values, p99);
  side.outliers = outliers_of(values, values).size();
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
  // Of a window the summary is of past runs, one value each: `values` are those of one of them.
  if (!compared || compared->count == values.size())
    samples.assign(values.begin(), values.end());
  else if (compared->count == 1)
    samples = {static_cast<float>(compared->median)};
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
