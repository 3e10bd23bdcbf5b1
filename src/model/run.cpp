#include "model/run.hpp"

#include <algorithm>

namespace perfgate {

const Sample* Benchmark::find(Symbol metric) const {
  const auto found = std::ranges::find(samples, metric, &Sample::metric);
  return found == samples.end() ? nullptr : &*found;
}

const Metric* Run::find_metric(Symbol name) const {
  const auto found = std::ranges::find(metrics, name, &Metric::name);
  return found == metrics.end() ? nullptr : &*found;
}

const Benchmark* Run::find(Symbol suite, std::string_view benchmark) const {
  const auto found = std::ranges::find_if(
      benchmarks, [&](const Benchmark& b) { return b.suite == suite && b.name == benchmark; });
  return found == benchmarks.end() ? nullptr : &*found;
}

}  // namespace perfgate
