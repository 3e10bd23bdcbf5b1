// How long it takes to compare the benchmarks of two runs: 10 000 of 20 samples a side, by each
// design of the experiment.

#include <benchmark/benchmark.h>

#include <cmath>
#include <vector>

#include "stats/bootstrap.hpp"
#include "stats/family.hpp"
#include "stats/same_runner.hpp"
#include "stats/window.hpp"

namespace {

using namespace perfgate::stats;

constexpr std::size_t benchmarks = 10'000, samples = 20;

/// Log costs with 2 % of noise, one benchmark in four with two modes.
std::vector<std::vector<double>> measured(std::uint64_t seed, std::size_t count) {
  Random random(seed);
  std::vector<std::vector<double>> all(benchmarks);
  for (std::size_t i = 0; i < benchmarks; ++i)
    for (std::size_t k = 0; k < count; ++k) {
      double noise = -6;
      for (int part = 0; part < 12; ++part) noise += random.uniform();
      const double mode = i % 4 == 0 && random.uniform() < 0.3 ? 0.2 : 0;
      all[i].push_back(10 + 0.02 * noise + mode);
    }
  return all;
}

void together(const std::vector<Evidence>& evidence) {
  benchmark::DoNotOptimize(decide_together(evidence, {}));
}

void same_runner_10000(benchmark::State& state, Order order) {
  const auto base = measured(1, samples), head = measured(2, samples);
  for (auto _ : state) {
    std::vector<Evidence> evidence;
    for (std::size_t i = 0; i < benchmarks; ++i)
      evidence.push_back(same_runner(base[i], head[i], order, {}));
    together(evidence);
  }
}
BENCHMARK_CAPTURE(same_runner_10000, sequential, Order::sequential)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(same_runner_10000, interleaved, Order::interleaved)
    ->Unit(benchmark::kMillisecond);

void across_runners_10000(benchmark::State& state) {
  const auto base = measured(1, samples), head = measured(2, samples);
  std::vector<Sides> sides;
  for (std::size_t i = 0; i < benchmarks; ++i) sides.push_back({base[i], head[i]});
  for (auto _ : state) together(across_runners_family(sides, {}).members);
}
BENCHMARK(across_runners_10000)->Unit(benchmark::kMillisecond);

void window_10000(benchmark::State& state) {
  const auto values = measured(3, 33);
  for (auto _ : state) together(window_family(values, 3, {}).members);
}
BENCHMARK(window_10000)->Unit(benchmark::kMillisecond);

}  // namespace
