#include "model/measurement.hpp"

namespace perfgate {

std::vector<Measurement> measurements(const Run& run, std::string_view run_key) {
  std::vector<Measurement> all;
  for (const Benchmark& benchmark : run.benchmarks) {
    for (const Sample& sample : benchmark.samples) {
      const Metric* const described = run.find_metric(sample.metric);
      const Metric metric = described ? *described : Metric{.name = sample.metric};
      all.push_back({.run = std::string(run_key),
                     .suite = benchmark.suite,
                     .benchmark = benchmark.name,
                     .metric = metric.name,
                     .unit = metric.unit,
                     .better = metric.better,
                     .exact = metric.exact,
                     .time = run.started,
                     .commit = run.commit.sha,
                     .branch = run.commit.branch,
                     .dimensions = benchmark.dimensions,
                     .values = sample.values});
    }
  }
  return all;
}

}  // namespace perfgate
