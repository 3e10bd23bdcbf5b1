#include "gate/pool.hpp"

#include <algorithm>

#include "gate/known.hpp"

namespace perfgate::gate {
namespace {

void add_launches(Values& values, const Values& more) {
  for (const auto launch : more.launches()) {
    values.next_launch();
    for (const double value : launch) values.add(value);
  }
}

bool same_kind(const Metric* a, const Metric* b) {
  return a && b && a->unit == b->unit && a->better == b->better && a->exact == b->exact;
}

}  // namespace

Run pool(const std::vector<Run>& newest_first) {
  Run pooled = newest_first.front();
  for (std::size_t r = 1; r < newest_first.size(); ++r) {
    const Run& other = newest_first[r];
    const Known known(other, Policy{});
    pooled.launches.insert(pooled.launches.end(), other.launches.begin(), other.launches.end());
    for (Benchmark& benchmark : pooled.benchmarks) {
      const Benchmark* same = known.find(benchmark.suite, benchmark.name);
      if (!same) continue;
      for (Sample& sample : benchmark.samples) {
        const Sample* more = same->find(sample.metric);
        if (more && same_kind(pooled.find_metric(sample.metric), other.find_metric(sample.metric)))
          add_launches(sample.values, more->values);
      }
    }
    for (Headline& headline : pooled.headlines) {
      const auto same = std::ranges::find(other.headlines, headline.name, &Headline::name);
      if (same == other.headlines.end() || same->unit != headline.unit || !same->value ||
          !headline.value)
        continue;
      if (headline.values.empty()) headline.values = {*headline.value};
      if (same->values.empty())
        headline.values.push_back(*same->value);
      else
        headline.values.insert(headline.values.end(), same->values.begin(), same->values.end());
    }
  }
  return pooled;
}

}  // namespace perfgate::gate
